import type { Advice } from "../case.ts";
import { nounFor } from "../words.ts";
import { destination } from "./unclosed-connection.ts";
import { sudo } from "./steps.ts";

export const stalledConnect: Advice = {
  headline: ({ subject }) => `piles up ${nounFor(subject)} that are never answered (SYN_SENT)`,
  cause: () =>
    "The peer does not answer, and each attempt holds its descriptor until the kernel gives up after about 130 s, so the number levels off at the rate of attempts times that.",
  fix: () => ({
    when: "fix",
    text: "Set a connect time-out of a few seconds, close the socket when it passes, and wait longer before each new attempt. Then look at the peer: down, overloaded, or cut off by a firewall.",
    command: null,
    caution: null,
  }),
  confirm: ({ subject, invocation }) => ({
    when: "confirm",
    text: "List the attempts that wait.",
    command: `${sudo(invocation)}ss -Htnp state syn-sent${destination(subject.peer)}`,
    caution: null,
  }),
};
