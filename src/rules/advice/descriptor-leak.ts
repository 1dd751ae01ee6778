import type { Subject } from "../../model/events.ts";
import type { DescriptorKind } from "../../model/kinds.ts";
import type { Advice } from "../case.ts";
import { closingIdiom } from "../languages.ts";
import { nounFor } from "../words.ts";
import { sudo } from "./steps.ts";

const CAUSES: Partial<Record<DescriptorKind, string>> = {
  file: "Likely a file is opened for each piece of work and never closed.",
  "deleted-file":
    "Each was deleted while still open: its disk space is not given back either, until it is closed. Likely temporary files, or logs rotated under a program that does not reopen them.",
  pipe: "Likely the pipes of child processes or workers that ended and were never collected.",
  eventfd: "Likely an event loop, client or worker is made for each piece of work and never shut down.",
  eventpoll: "Likely an event loop, client or worker is made for each piece of work and never shut down.",
  inotify:
    "Likely a file watcher is made again and again and never closed. Its own limit, fs.inotify.max_user_instances, is often reached first.",
  memfd: "Each also keeps its memory.",
};

export const descriptorLeak: Advice = {
  headline: ({ subject }) => `leaks ${nounFor(subject)}`,
  cause: ({ subject }) =>
    CAUSES[subject.kind] ?? "Likely one is opened for each piece of work and never closed.",
  fix: ({ command }) => ({
    when: "fix",
    text: `Close it where its use ends. ${closingIdiom(command, "descriptors")}`,
    command: null,
    caution: null,
  }),
  confirm: ({ pid, subject, invocation }) => ({
    when: "confirm",
    text: "Count them twice, a minute apart: the number must have risen by about the rate above.",
    command: `${sudo(invocation)}ls -l /proc/${pid}/fd | grep -c -- ${shellQuoted(`-> ${linkPattern(subject)}`)}`,
    caution: null,
  }),
};

const LINKS: Partial<Record<DescriptorKind, string>> = {
  pipe: "pipe:",
  eventfd: "anon_inode:\\[eventfd\\]",
  eventpoll: "anon_inode:\\[eventpoll\\]",
  timerfd: "anon_inode:\\[timerfd\\]",
  signalfd: "anon_inode:\\[signalfd\\]",
  inotify: "anon_inode:inotify",
  fanotify: "anon_inode:\\[fanotify\\]",
  pidfd: "anon_inode:\\[pidfd\\]",
  io_uring: "anon_inode:\\[io_uring\\]",
  bpf: "anon_inode:bpf",
  memfd: "/memfd:",
  "anon-other": "anon_inode:",
};

/** A basic regular expression (grep) for the links of the subject. */
function linkPattern({ kind, path }: Subject): string {
  const link = LINKS[kind];
  if (link !== undefined) return link;
  const folder = path === null ? "/" : path.replaceAll(/[.[\]*^$\\]/g, String.raw`\$&`);
  return kind === "deleted-file" ? `${folder}.* (deleted)$` : folder;
}

/** Host text is hostile: inside single quotes the shell takes nothing as its own. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`).replaceAll(/\p{Cc}/gu, "?")}'`;
}
