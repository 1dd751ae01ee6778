import type { Subject } from "../model/events.ts";
import { type DescriptorKind, FILE_KINDS } from "../model/kinds.ts";

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

/** One of each, and several: "an eventfd", "2 eventfds". */
const SINGULARS: Readonly<Record<DescriptorKind, string>> = {
  tcp: "a TCP socket",
  udp: "a UDP socket",
  unix: "a unix socket",
  netlink: "a netlink socket",
  packet: "a packet socket",
  "socket-other": "a socket",
  file: "a file",
  "deleted-file": "a deleted file",
  pipe: "a pipe end",
  fifo: "a named pipe",
  eventfd: "an eventfd",
  eventpoll: "an eventpoll",
  timerfd: "a timerfd",
  signalfd: "a signalfd",
  inotify: "an inotify instance",
  fanotify: "a fanotify group",
  pidfd: "a pidfd",
  memfd: "a memory file (memfd)",
  tty: "a terminal",
  device: "a device file",
  bpf: "a BPF object",
  io_uring: "an io_uring instance",
  "anon-other": "an anonymous descriptor",
};

/** "an eventfd" of one, "2 pipe ends" of two. */
export function someOf(kind: DescriptorKind, number: number): string {
  return number === 1 ? SINGULARS[kind] : `${count(number)} ${PLURALS[kind]}`;
}

/** "a, b and c" */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) as string}`;
}

/** What is held inside a descriptor and has none of its own, by the kind of the descriptor that holds it. */
const INSIDE: Partial<Record<DescriptorKind, string>> = {
  io_uring: "files registered with an io_uring",
  unix: "descriptors sent over unix sockets and not yet received",
};

/** nounFor of a case: what it is about may be held inside a descriptor. */
export function nounOf({ subject, inside }: { readonly subject: Subject; readonly inside: boolean }): string {
  return (inside ? INSIDE[subject.kind] : undefined) ?? nounFor(subject);
}

/** "connections to MySQL at 127.0.0.1:3306", "deleted files in /var/tmp", "pipe ends". */
export function nounFor(subject: Subject): string {
  const { kind, direction, peer, state, path } = subject;
  if (kind === "tcp" && state === "LISTEN") return `listening sockets at ${peer}`;
  if (kind === "tcp" && direction === "inbound") return `connections accepted at ${peer}`;
  if (kind === "tcp" && peer !== null) return `connections to ${peerWords(subject)}`;
  if (kind === "udp" && peer !== null) return `UDP sockets to ${peerWords(subject)}`;
  if (kind === "unix" && path !== null) return `unix sockets of ${path}`;
  if (path !== null) return `${PLURALS[kind]} ${FILE_KINDS.has(kind) ? "in" : "of"} ${path}`;
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

/** "fewer than 1 in 100", "about 1 in 8", "about 70 in 100". */
export function shareWords(share: number): string {
  if (share < 0.001) return "fewer than 1 in 1,000";
  if (share < 0.01) return "fewer than 1 in 100";
  return share < 0.5 ? `about 1 in ${count(1 / share)}` : `about ${count(100 * share)} in 100`;
}

/** "2026-11-05 02:43 UTC" */
function dated(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** "02:43 UTC" */
export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}

/** Forecasts end after a year: a date there stands for never. */
const HORIZON_MS = 365 * 86_400_000 - 60_000;

/** When something is likely to happen, with its interval: "02:43 UTC" and " (02:40 UTC to 02:50 UTC)", or "". */
export function momentsOf(
  { p05, p50, p95 }: { readonly p05: number; readonly p50: number; readonly p95: number },
  at: number,
): { readonly middle: string; readonly range: string } {
  const open = p95 - at >= HORIZON_MS;
  // A time of day means today, or the night that follows.
  const moment = (open ? p50 : p95) - at > 12 * 3_600_000 ? dated : clock;
  const [low, high] = [moment(p05), moment(p95)];
  if (open) return { middle: moment(p50), range: ` (${low} or later, or never)` };
  return { middle: moment(p50), range: low === high ? "" : ` (${low} to ${high})` };
}
