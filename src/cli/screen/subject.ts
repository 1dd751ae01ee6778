import type { Subject } from "../../model/events.ts";
import { type DescriptorKind, FILE_KINDS, type RuleName } from "../../model/kinds.ts";
import { harmless } from "./text.ts";

/** Plural words for the kinds; sockets of TCP are called connections everywhere. */
const KIND_WORDS: Readonly<Record<DescriptorKind, string>> = {
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

export function kindWords(kind: DescriptorKind): string {
  return KIND_WORDS[kind];
}

/** "gunicorn" of "gunicorn.service": where columns are few, the kind of unit says the least. */
export function shortService(name: string): string {
  return harmless(name.replace(/(?<=.)\.service$/, ""));
}

/** "0.0.0.0:8000" and "[::]:8000" listen on every address: ":8000". */
function listener(address: string): string {
  return address.replace(/^(?:0\.0\.0\.0|\[::\]|\*)(?=:\d+$)/, "");
}

/** "MySQL 127.0.0.1:3306", "several hosts, port 443"; null when the peer is not known. */
function peerWords(subject: Subject): string | null {
  if (subject.peer === null || subject.peer === "") return null;
  const peer = harmless(subject.peer);
  const where = peer.startsWith("*:") ? severalHosts(peer.slice(2)) : peer;
  return subject.product === null ? where : `${harmless(subject.product)} ${where}`;
}

function severalHosts(port: string): string {
  return port === "*" ? "several hosts" : `several hosts, port ${port}`;
}

/** The row of a table: "tcp out MySQL 127.0.0.1:3306", "tcp in  :8000", "deleted files /var/tmp". */
export function subjectRow(subject: Subject): string {
  const { kind } = subject;
  if (kind !== "tcp" && kind !== "udp") return KIND_WORDS[kind] + placeOf(subject);
  const address = listener(harmless(subject.peer ?? "?"));
  if (subject.state === "LISTEN") return `${kind} listening ${address}`;
  if (subject.direction === "inbound") return `${kind} in  ${address}`;
  const peer = peerWords(subject);
  return peer === null ? `${kind} without a peer` : `${kind} out ${peer}`;
}

function placeOf({ path }: Subject): string {
  return path === null || path === "" ? "" : ` ${harmless(path)}`;
}

/** Within a sentence: "connections to MySQL 127.0.0.1:3306", "connections accepted on :8000", "files in /var/log". */
export function subjectPhrase(subject: Subject): string {
  const { kind } = subject;
  const word = KIND_WORDS[kind];
  if (kind !== "tcp" && kind !== "udp") {
    const inFolder = FILE_KINDS.has(kind) && placeOf(subject) !== "";
    return `${word}${inFolder ? " in" : ""}${placeOf(subject)}`;
  }
  const address = listener(harmless(subject.peer ?? "?"));
  if (subject.state === "LISTEN") return `listening sockets on ${address}`;
  if (subject.direction === "inbound") return `${word} accepted on ${address}`;
  const peer = peerWords(subject);
  return peer === null ? word : `${word} to ${peer}`;
}

/** The last column of the table: "MySQL 127.0.0.1:3306, CLOSE_WAIT", "clients of :8000", "deleted files /var/tmp". */
export function subjectShort(subject: Subject, rule: RuleName | null): string {
  return subjectName(subject) + stateSuffix(subject, rule);
}

function subjectName(subject: Subject): string {
  if (subject.kind !== "tcp" || subject.state === "LISTEN") return subjectRow(subject);
  if (subject.direction === "inbound") return `clients of ${listener(harmless(subject.peer ?? "?"))}`;
  return peerWords(subject) ?? KIND_WORDS.tcp;
}

function stateSuffix(subject: Subject, rule: RuleName | null): string {
  if (rule === "ghost-socket") return ", in no table";
  return subject.state === null || subject.state === "ESTABLISHED" ? "" : `, ${subject.state}`;
}

/** What a rule says is wrong with a subject, after "leaks": the state that gives it away is named with it. */
export function leakPhrase(subject: Subject, rule: RuleName): string {
  const phrase = subjectPhrase(subject);
  switch (rule) {
    case "close-wait":
      return `${phrase} that the other side has closed (CLOSE_WAIT)`;
    case "stalled-connect":
      return `${phrase} that nobody answers (SYN_SENT)`;
    case "ghost-socket":
      return subject.kind === "tcp" && subject.peer !== null
        ? `${phrase} that stand in no table any more`
        : `sockets that stand in no table (lsof: can't identify protocol)`;
    case "unread-response":
      return `${phrase} with a response that was never read`;
    default:
      return phrase;
  }
}
