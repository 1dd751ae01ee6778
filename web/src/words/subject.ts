import type { ListedVerdict } from "../../../src/server/api.ts";

/** What is not given back, as the API tells it. */
export type Subject = ListedVerdict["subject"];

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

/** "gunicorn" of "gunicorn.service": the kind of unit says the least. */
export function shortService(name: string): string {
  return name.replace(/(?<=.)\.service$/, "");
}

/** Within a sentence: "connections to MySQL 127.0.0.1:3306", "connections accepted on :8000", "files in /var/log". */
export function subjectPhrase(subject: Subject): string {
  const word = KIND_WORDS[subject.kind];
  if (subject.kind !== "tcp" && subject.kind !== "udp") return word + place(subject);
  const peer = subject.peer ?? "?";
  if (subject.state === "LISTEN") return `listening sockets on ${listener(peer)}`;
  if (subject.direction === "inbound") return `${word} accepted on ${listener(peer)}`;
  return subject.peer === null ? word : `${word} to ${peerWords(subject)}`;
}

function place({ kind, path }: Subject): string {
  if (path === null || path === "") return "";
  return kind === "file" || kind === "deleted-file" ? ` in ${path}` : ` ${path}`;
}

/** "0.0.0.0:8000" and "[::]:8000" listen on every address: ":8000". */
function listener(address: string): string {
  return address.replace(/^(?:0\.0\.0\.0|\[::\]|\*)(?=:\d+$)/, "");
}

function peerWords({ peer, product }: Subject): string {
  const address = peer ?? "?";
  const port = /^\*:(.+)$/.exec(address)?.[1];
  const where = port === undefined ? address : port === "*" ? "several hosts" : `several hosts, port ${port}`;
  return product === null ? where : `${product} ${where}`;
}

/** The states that give a leak away are named; ESTABLISHED says nothing. */
export function subjectWithState(subject: Subject, rule: string | null): string {
  const phrase = subjectPhrase(subject);
  if (rule === "ghost-socket") return `${phrase}, in no table`;
  return subject.state === null || subject.state === "ESTABLISHED" || subject.state === "LISTEN"
    ? phrase
    : `${phrase}, ${subject.state}`;
}
