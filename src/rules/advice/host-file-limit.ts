import type { Advice, Case } from "../case.ts";
import { count } from "../words.ts";
import { raiseSysctl } from "./inotify-exhaustion.ts";

/** The host's own limit, fs.file-max: file-nr(proc_sys_fs(5)) close to it. */
export const hostFileLimit: Advice = {
  headline: ({ shared }) =>
    `runs on a host that is out of open files: ${count(shared?.used ?? 0)} of ${count(shared?.most ?? 0)}`,
  cause: ({ service, open, rates }) =>
    `At the limit every open, accept and connect on this host fails with "too many open files in system" (ENFILE), whoever makes it; only root's still succeed. ${
      rates.netPerMinute === null || rates.netPerMinute <= 0
        ? `${service} holds most: its largest process ${count(open)}.`
        : `${service} grows most.`
    }`,
  now: (of) => raiseSysctl(of, "It buys time; it mends nothing."),
  fix: ({ service, shared }) => ({
    when: "fix",
    text: `Mend what grows in ${service}; if the host needs that many, set fs.file-max = ${2 * (shared?.most ?? 0)} in /etc/sysctl.d for good.`,
    command: null,
    caution: null,
  }),
  confirm: () => ({
    when: "confirm",
    text: "The first figure is what is open, the third is the most that may be.",
    command: "cat /proc/sys/fs/file-nr",
    caution: null,
  }),
};

export function hostExhaustion({ service, shared }: Case): string {
  return `The host will run out of open files: ${count(shared?.used ?? 0)} of ${count(shared?.most ?? 0)}; ${service} grows most`;
}
