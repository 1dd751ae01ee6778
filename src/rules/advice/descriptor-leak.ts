import type { Subject } from "../../model/events.ts";
import type { DescriptorKind } from "../../model/kinds.ts";
import type { Advice } from "../case.ts";
import { closingIdiom } from "../languages.ts";
import { nounOf } from "../words.ts";
import { eitherBy, insideNow } from "./socket-leak.ts";
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
  timerfd: "Likely a timer is made for each piece of work and never closed when it has fired.",
  signalfd: "Likely an event loop is made for each piece of work and never shut down.",
  fanotify: "Likely a file watcher is made again and again and never closed.",
  pidfd:
    "Likely one for each child process that was started: waiting for the child does not close its pidfd.",
  memfd: "Each also keeps its memory.",
  tty: "Likely a pseudo-terminal for each session or child that ended; they are limited by kernel.pty.max too.",
  device: "Likely a device is opened for each piece of work and never closed.",
  fifo: "Likely a named pipe is opened for each message and never closed.",
  bpf: "Likely a BPF program, map or link is loaded again and again and never closed; each keeps kernel memory.",
  io_uring:
    "Likely a ring is set up for each piece of work or thread and never torn down; each keeps locked memory.",
};

const descriptors: Advice = {
  headline: (of) => `leaks ${nounOf(of)}`,
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

/** Files that are registered with a ring (IORING_REGISTER_FILES) stay open when their descriptors are closed. */
const fixedFiles: Advice = {
  headline: (of) => `leaks ${nounOf(of)}`,
  cause: () =>
    "They were registered with an io_uring, which keeps each open after its descriptor was closed; no tool that lists descriptors shows them.",
  now: insideNow,
  fix: () => ({
    when: "fix",
    text: "Take files out of the ring when they are done with (IORING_REGISTER_FILES_UPDATE with -1, or IORING_OP_CLOSE on the slot), or tear the ring down.",
    command: null,
    caution: null,
  }),
  confirm: ({ pid, invocation }) => ({
    when: "confirm",
    text: "The kernel tells how many are registered with each of its rings.",
    command: `${sudo(invocation)}cat /proc/${pid}/fdinfo/* | grep '^UserFiles'`,
    caution: null,
  }),
};

export const descriptorLeak: Advice = eitherBy((of) =>
  of.inside && of.subject.kind === "io_uring" ? fixedFiles : descriptors,
);

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
  bpf: "anon_inode:b[pt]f",
  memfd: "/memfd:",
  "anon-other": "anon_inode:",
};

/** Kinds that lie in one place, where no path is known. */
const PATHS: Partial<Record<DescriptorKind, string>> = {
  tty: String.raw`/dev/\(pts\|tty\|ptmx\|console\)`,
  device: "/dev/",
};

/** A basic regular expression (grep) for the links of the subject. */
function linkPattern({ kind, path }: Subject): string {
  const link = LINKS[kind];
  if (link !== undefined) return link;
  if (path === null && PATHS[kind] !== undefined) return PATHS[kind];
  const folder = path === null ? "/" : path.replaceAll(/[.[\]*^$\\]/g, String.raw`\$&`);
  return kind === "deleted-file" ? `${folder}.* (deleted)$` : folder;
}

/** Host text is hostile: inside single quotes the shell takes nothing as its own. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`).replaceAll(/\p{Cc}/gu, "?")}'`;
}
