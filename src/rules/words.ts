import type { Subject } from "../model/events.ts";
import type { DescriptorKind } from "../model/kinds.ts";

const PLURALS: Readonly<Record<DescriptorKind, string>> = {
  tcp: "TCP sockets",
  udp: "UDP sockets",
  unix: "unix sockets",
  netlink: "netlink sockets",
  packet: "packet sockets",
  "socket-other": "sockets",
  file: "files",
  "deleted-file": "deleted files",
  pipe: "pipe ends",
  fifo: "named pipes",
  eventfd: "eventfds",
  eventpoll: "epoll instances",
  timerfd: "timerfds",
  signalfd: "signalfds",
  inotify: "inotify instances",
  fanotify: "fanotify groups",
  pidfd: "pidfds",
  memfd: "memory files (memfd)",
  tty: "terminals",
  device: "device files",
  bpf: "BPF objects",
  io_uring: "io_uring instances",
  "anon-other": "anonymous descriptors",
};

/** "connections to MySQL at 127.0.0.1:3306", "deleted files in /var/tmp", "pipe ends". */
export function nounFor(subject: Subject): string {
  const { kind, direction, peer, state, path } = subject;
  if (kind === "tcp" && state === "LISTEN") return `listening sockets at ${peer}`;
  if (kind === "tcp" && direction === "inbound") return `connections accepted at ${peer}`;
  if (kind === "tcp" && peer !== null) return `connections to ${peerWords(subject)}`;
  if (kind === "udp" && peer !== null) return `UDP sockets to ${peerWords(subject)}`;
  if (kind === "unix" && path !== null) return `unix sockets of ${path}`;
  if (path !== null)
    return `${PLURALS[kind]} ${kind === "file" || kind === "deleted-file" ? "in" : "of"} ${path}`;
  return PLURALS[kind];
}

function peerWords({ peer, product }: Subject): string {
  if (peer === null || peer === "*:*") return "several peers";
  const where = peer.startsWith("*:") ? `several peers, port ${peer.slice(2)}` : peer;
  return product === null ? where : `${product} at ${where}`;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** "131", "6.1", "0.4": a rate a minute, to the precision that it has. */
export function perMinute(value: number): string {
  return Math.abs(value) >= 20 ? count(value) : value.toFixed(1).replace(/\.0$/, "");
}

/** "2026-11-05 02:43 UTC" */
export function dated(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** "02:43 UTC" */
export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
