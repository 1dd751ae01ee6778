import type { Advice } from "../case.ts";
import { nounFor } from "../words.ts";
import { sudo } from "./steps.ts";

export const acceptedPileup: Advice = {
  headline: ({ subject }) => `piles up ${nounFor(subject)}`,
  cause: ({ survivors }) =>
    survivors?.baselineSurvival != null && survivors.baselineSurvival < 0.5
      ? "Accepted connections used to be closed and now only accumulate: likely clients go without a word (no keep-alive probes, no idle time-out), or the server no longer closes them."
      : "Accepted connections only accumulate. That is a leak when clients have gone without a word (no keep-alive probes, no idle time-out), and healthy when clients simply keep arriving: the two look the same so far.",
  fix: () => ({
    when: "fix",
    text: "Give accepted connections an idle time-out and switch on TCP keep-alive (SO_KEEPALIVE), so that clients which vanished are closed.",
    command: null,
    caution: "Long-lived clients (WebSocket, MQTT, SSH) are healthy here: then raise the limit instead.",
  }),
  confirm: ({ subject, invocation }) => ({
    when: "confirm",
    text: "Look how long they have been silent: lastrcv is in milliseconds.",
    command: `${sudo(invocation)}ss -Htni state established 'sport = :${subject.peer?.slice(subject.peer.lastIndexOf(":") + 1) ?? "0"}'`,
    caution: null,
  }),
};
