import type { Advice } from "../case.ts";
import { count, nounFor } from "../words.ts";
import { sudo } from "./steps.ts";

export const atLimit: Advice = {
  headline: ({ open, limit }) => `is at its limit of open files: ${count(open)} of ${count(limit ?? 0)}`,
  cause: ({ subject, subjectOpen, partial }) =>
    `Opening a file, accepting or making a connection fails now with "too many open files" (EMFILE).${
      partial === null ? ` What its service holds most of: ${count(subjectOpen)} ${nounFor(subject)}.` : ""
    }`,
  fix: ({ subject, partial }) => ({
    when: "fix",
    text: `Find what opens ${partial?.matching === 0 ? "what fills it" : nounFor(subject)} and does not close them; if it needs that many, raise its limit for good (LimitNOFILE= in its unit).`,
    command: null,
    caution: null,
  }),
  confirm: ({ pid, invocation }) => ({
    when: "confirm",
    text: "See what it holds, most frequent first.",
    command: `${sudo(invocation)}ls -l /proc/${pid}/fd | sed 's/.*-> //; s/[0-9]\\{2,\\}/N/g' | sort | uniq -c | sort -rn | head`,
    caution: null,
  }),
};

/** The end is near, whatever the cause. */
export const exhaustion: Pick<Advice, "headline"> = {
  headline: ({ open, limit }) => `will run out of open files: ${count(open)} of ${count(limit ?? 0)}`,
};
