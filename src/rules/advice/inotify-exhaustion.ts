import type { Advice, Case, SharedLimit } from "../case.ts";
import { count } from "../words.ts";
import { duration, sudo } from "./steps.ts";

const SYSCTL: Readonly<Record<SharedLimit["of"], string>> = {
  "inotify instances": "fs.inotify.max_user_instances",
  "inotify watches": "fs.inotify.max_user_watches",
  "open files": "fs.file-max",
};

const FAILS: Readonly<Record<SharedLimit["of"], string>> = {
  "inotify instances":
    'inotify_init fails with "too many open files" (EMFILE) although descriptors are left: the limit is that of the user, over all its processes.',
  "inotify watches":
    'inotify_add_watch fails with "no space left on device" (ENOSPC) although disk and descriptors are left: the limit is that of the user, over all its processes.',
  "open files": "",
};

/** An inotify limit of one user, used up by one service above all. */
export const inotifyExhaustion: Advice = {
  headline: ({ shared }) =>
    shared === null
      ? "uses up inotify"
      : `uses up the ${shared.of} of user ${shared.uid}: ${count(shared.used)} of ${count(shared.most)}`,
  cause: ({ shared }) => `When they are used up, ${FAILS[shared?.of ?? "inotify instances"]}`,
  now: (of) => raiseSysctl(of, "It buys time; it mends nothing."),
  fix: ({ shared }) => ({
    when: "fix",
    text:
      shared?.of === "inotify watches"
        ? "Remove each watch when its file or folder is no longer of interest (inotify_rm_watch; close() of a watcher does it too), and do not watch whole trees of dependencies."
        : "Keep one watcher for all paths and close it where its use ends: each new one takes an instance of all that the user may have.",
    command: null,
    caution: null,
  }),
  confirm: ({ pid, shared, invocation }) => ({
    when: "confirm",
    text: "Count them in this process twice, a minute apart: the number must have risen by about the rate above.",
    command:
      shared?.of === "inotify watches"
        ? `${sudo(invocation)}cat /proc/${pid}/fdinfo/* | grep -c '^inotify'`
        : `${sudo(invocation)}ls -l /proc/${pid}/fd | grep -c -- '-> anon_inode:inotify'`,
    caution: null,
  }),
};

/** Raises the shared limit to the double until the next boot, and says how much time that gives. */
export function raiseSysctl({ shared, rates, invocation }: Case, after: string): ReturnType<Advice["fix"]> {
  const { of, most } = shared ?? { of: "open files", most: 0 };
  const net = rates.netPerMinute ?? 0;
  const gained = net > 0 ? `, about ${duration(most / net)} more at this rate` : "";
  return {
    when: "now",
    text: `Raise the limit to ${count(2 * most)}${gained}. ${after}`,
    command: `${sudo(invocation)}sysctl -w ${SYSCTL[of]}=${2 * most}`,
    caution: "It holds until the next boot; each costs kernel memory that is not swapped.",
  };
}
