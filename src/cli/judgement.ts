import type { ForecastEvent, VerdictEvent } from "../model/events.ts";
import { CRITICAL, OK, WARNING } from "./exit-codes.ts";
import { follows } from "./followers.ts";
import { soonest } from "./screen/standing.ts";
import type { Standings } from "./standings.ts";

type Judged = VerdictEvent | ForecastEvent;

/** What `check` makes of what stands: the exit code and the events behind it, one a cause, worst first. */
export interface Judgement {
  readonly code: typeof OK | typeof WARNING | typeof CRITICAL;
  readonly critical: readonly Judged[];
  readonly warning: readonly Judged[];
}

/**
 * A forecast and a full table are critical at once, whatever the cause. A proven leak is critical, unless more time
 * is left than `criticalWithin` (milliseconds; null: always critical), by the earliest likely date. A suspicion warns, and
 * so does a bypassed pool: it costs time and ports, and what it does not close is told as a leak beside it.
 */
export function judge(standings: Standings, now: number, criticalWithin: number | null): Judgement {
  const stand: Judged[] = [...standings.verdicts, ...standings.forecasts];
  const all = stand.filter((event) => event.type === "forecast" || !follows(event, stand));
  const critical = all.filter((event) => isCritical(event, now, criticalWithin));
  const warning = all.filter((event) => !critical.includes(event));
  const code = critical.length > 0 ? CRITICAL : warning.length > 0 ? WARNING : OK;
  return { code, critical: critical.toSorted(byUrgency), warning: warning.toSorted(byUrgency) };
}

/** Something fails now, whatever the cause. */
const FULL: ReadonlySet<string> = new Set(["at-limit", "host-file-limit"]);

function isCritical(event: Judged, now: number, criticalWithin: number | null): boolean {
  if (event.type === "forecast" || FULL.has(event.rule)) return true;
  if (event.standing !== "confirmed" || event.rule === "pool-bypass") return false;
  if (criticalWithin === null || (event.runway !== null && event.runway.headroom <= 0)) return true;
  // No date: nothing runs out within the horizon, which is more time than anybody asks for.
  const earliest = event.runway?.exhaustedAt?.p05 ?? null;
  return earliest !== null && Date.parse(earliest) - now <= criticalWithin;
}

/** A leak says why; a full table or a forecast only that. Then what is proven, then what runs out first. */
function byUrgency(a: Judged, b: Judged): number {
  const weight = (event: Judged) =>
    (event.type === "verdict" && !FULL.has(event.rule) ? 2 : 0) + (event.standing === "confirmed" ? 1 : 0);
  return weight(b) - weight(a) || soonest(a, b);
}
