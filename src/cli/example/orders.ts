import type { PastGrowth } from "../../model/events.ts";
import type { ServiceView } from "../../model/snapshot.ts";
import { holdingOf, later, processOf, ratesOf, serviceOf, subjectOf, verdictOf } from "./parts.ts";

export const ORDERS_PEER = subjectOf({
  direction: "outbound",
  peer: "10.2.0.15:3306",
  product: "MySQL",
  state: "ESTABLISHED",
});

/** Six hours in bins of five minutes: 54 or 55 left open in each, until the table was full three minutes ago. */
export function pastOf(traits: Partial<PastGrowth> = {}): PastGrowth {
  const bins = Array.from({ length: 71 }, (_, at) => (at % 2 === 0 ? 55 : 54));
  return {
    from: later(-21_480),
    to: later(-180),
    watchedFrom: later(-0.6),
    binSeconds: 300,
    bins,
    left: 3871,
    perMinute: 10.9,
    ...traits,
  };
}

/** A process that a past leak has driven to its limit and that is silent now, as in the design's first look. */
export function orders(): ServiceView {
  const past = pastOf();
  const verdict = verdictOf({
    ...{ standing: "suspect", service: "orders-api.service", subject: ORDERS_PEER, open: 4096, limit: 4096 },
    ...{ bornPerMinute: null, diedPerMinute: null, netPerMinute: null, since: null, survivors: null },
    ...{ subjectOpen: 3891, runway: null, alsoAffected: [], past },
    process: { pid: 2291, startTicks: 5, command: "java" },
    actions: [
      {
        when: "before-restart",
        text: "secrets in arguments are removed",
        command: "sudo descry record --pid 2291 --for 10s -o orders.descry",
        caution: null,
      },
      {
        when: "now",
        text: "It buys time.",
        command: "sudo prlimit --pid 2291 --nofile=16384:16384",
        caution: null,
      },
      { when: "fix", text: "Close each connection where its work ends.", command: null, caution: null },
    ],
  });
  const unwatched = { rates: ratesOf(null, null) };
  return serviceOf({
    service: "orders-api.service",
    processes: [
      processOf({
        ...{ pid: 2291, command: "/usr/bin/java -jar orders.jar", open: 4096, headroom: 0 },
        ...{ hardLimit: 4096, limitFrom: "set for this process, soft = hard", startedAt: later(-22_320) },
      }),
    ],
    open: 4096,
    ...unwatched,
    history: [4096],
    verdicts: [verdict, { ...verdict, rule: "at-limit", standing: "confirmed", past: null }],
    holdings: [
      holdingOf({
        ...{ subject: ORDERS_PEER, open: 3891, ...unwatched, standing: "suspect", past },
        unusedSeconds: { least: 0, most: 21_480 },
      }),
      holdingOf({
        ...{ subject: subjectOf({ direction: "inbound", peer: "0.0.0.0:8080", state: "ESTABLISHED" }) },
        ...{ open: 118, ...unwatched },
      }),
      holdingOf({ subject: subjectOf({ kind: "file", path: "/opt/jars" }), open: 61, ...unwatched }),
      holdingOf({ subject: subjectOf({ kind: "pipe" }), open: 26, ...unwatched }),
    ],
  });
}
