import type { ServiceAnswer } from "../../../../src/server/api.ts";

export type Holding = ServiceAnswer["holdings"][number];
export type Subject = Holding["subject"];

/** Plural words for the kinds; sockets of TCP are called connections everywhere. */
const KIND_WORDS: Readonly<Record<Subject["kind"], string>> = {
  tcp: "connections",
  udp: "UDP sockets",
  unix: "unix sockets",
  netlink: "netlink sockets",
  packet: "packet sockets",
  "socket-other": "other sockets",
  file: "files",
  "deleted-file": "deleted files",
  pipe: "pipes",
  fifo: "fifos",
  eventfd: "eventfds",
  eventpoll: "eventpolls",
  timerfd: "timers",
  signalfd: "signalfds",
  inotify: "inotify instances",
  fanotify: "fanotify groups",
  pidfd: "pidfds",
  memfd: "memory files",
  tty: "terminals",
  device: "devices",
  bpf: "BPF objects",
  io_uring: "io_urings",
  "anon-other": "other kernel objects",
};

/** Within a sentence: "connections to MySQL 127.0.0.1:3306", "connections accepted on :8000", "files in /var/log". */
export function subjectWords(subject: Subject): string {
  const { kind, state, direction, path, peer } = subject;
  const words = KIND_WORDS[kind];
  if (kind !== "tcp" && kind !== "udp") {
    if (path === null || path === "") return words;
    return `${words} ${kind === "file" || kind === "deleted-file" ? "in " : ""}${path}`;
  }
  const address = listener(peer ?? "?");
  if (state === "LISTEN") return `listening sockets on ${address}`;
  if (direction === "inbound") return `${words} accepted on ${address}`;
  const where = peerWords(subject);
  return where === null ? `${words} without a peer` : `${words} to ${where}`;
}

/** "MySQL 127.0.0.1:3306", "several hosts, port 443"; null: not known. */
export function peerWords({ peer, product }: Pick<Subject, "peer" | "product">): string | null {
  if (peer === null || peer === "") return null;
  const where = peer.startsWith("*:") ? severalHosts(peer.slice(2)) : peer;
  return product === null ? where : `${product} ${where}`;
}

function severalHosts(port: string): string {
  return port === "*" ? "several hosts" : `several hosts, port ${port}`;
}

/** "0.0.0.0:8000" and "[::]:8000" listen on every address: ":8000". */
export function listener(address: string): string {
  return address.replace(/^(?:0\.0\.0\.0|\[::\]|\*)(?=:\d+$)/, "");
}
