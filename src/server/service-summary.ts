/** The short entry of a service: all that one row of an overview says, and nothing of each descriptor. */
import type { VerdictEvent } from "../model/events.ts";
import type { ServiceView } from "../model/snapshot.ts";
import type { ServiceSummary } from "./api.ts";
import { serviceIdOf } from "./service-id.ts";

/** Kept a minute from which on a service grows; less is shown as 0. */
const GROWING_PER_MINUTE = 0.05;
/** Leaking services that one row can name. */
const MOST_OTHER_ENDS = 4;

/** How many services grow, and of how many that is not known yet. */
export interface Growth {
  readonly growing: number;
  readonly unknownGrowth: number;
}

/** The other end of a leak holds what somebody else does not close: it is not counted as growing. */
export function growthOf(services: readonly ServiceView[]): Growth {
  let growing = 0;
  let unknownGrowth = 0;
  for (const { rates, otherEndOf } of services) {
    if (rates.netPerMinute === null) unknownGrowth++;
    else if (rates.netPerMinute >= GROWING_PER_MINUTE && otherEndOf.length === 0) growing++;
  }
  return { growing, unknownGrowth };
}

export function summaryOf(view: ServiceView): ServiceSummary {
  const { service, open, processes, rates, runway, verdicts, forecasts } = view;
  const standings = [...verdicts, ...forecasts].map(({ standing }) => standing);
  return {
    id: serviceIdOf(service),
    service,
    standing: standings.some((standing) => standing === "confirmed")
      ? "confirmed"
      : standings.some((standing) => standing === "suspect")
        ? "suspect"
        : null,
    rules: [...new Set(verdicts.map(({ rule }) => rule))],
    open,
    processes: processes.length,
    readable: processes.length === 0 || processes.some((process) => process.readable),
    fullest: fullestOf(view),
    rates,
    history: [...view.history],
    runway,
    notClosed: notClosed(verdicts),
    mostly: view.holdings.toSorted((a, b) => b.open - a.open)[0]?.subject ?? null,
    shape: { shape: view.shape.shape, cycleSeconds: view.shape.cycleSeconds },
    otherEndOf: view.otherEndOf.slice(0, MOST_OTHER_ENDS),
  };
}

function fullestOf({ processes: [fullest] }: ServiceView): ServiceSummary["fullest"] {
  if (fullest === undefined) return null;
  const { pid, command, open, softLimit, headroom } = fullest;
  return { pid, command, open, softLimit, headroom };
}

function notClosed(verdicts: readonly VerdictEvent[]): ServiceSummary["notClosed"] {
  const [worst] = verdicts.filter(({ standing }) => standing !== "cleared").toSorted(byWeight);
  if (worst === undefined) return null;
  const { id, rule, subject, subjectOpen, netPerMinute, since, partial } = worst;
  const standing = worst.standing === "confirmed" ? "confirmed" : "suspect";
  return { id, rule, standing, subject, open: subjectOpen, netPerMinute, since, partial };
}

/** What leaks before that it is full, proofs, what leads its story, what runs out first, then what is faster. */
function byWeight(a: VerdictEvent, b: VerdictEvent): number {
  return (
    Number(a.rule === "at-limit") - Number(b.rule === "at-limit") ||
    Number(b.standing === "confirmed") - Number(a.standing === "confirmed") ||
    Number(b.id === b.story) - Number(a.id === a.story) ||
    Math.sign(endOf(a) - endOf(b)) ||
    (b.netPerMinute ?? 0) - (a.netPerMinute ?? 0)
  );
}

/** Unix milliseconds; what is not known to end is as late as can be. */
function endOf({ runway }: VerdictEvent): number {
  const at = runway?.exhaustedAt?.p50 ?? null;
  return at === null ? Number.MAX_SAFE_INTEGER : Date.parse(at);
}
