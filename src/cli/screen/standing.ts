import type { ForecastEvent, Standing, VerdictEvent } from "../../model/events.ts";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import { follows } from "../followers.ts";
import type { Tone } from "./look.ts";

export type Mark = "x" | "?" | "-" | " ";

/** The marks of every screen: x leak, ? suspect, - nothing can be said, blank healthy. */
export function markOf(standing: Standing | null): Mark {
  if (standing === "confirmed") return "x";
  if (standing === "suspect") return "?";
  return standing === "cleared" ? "-" : " ";
}

export function toneOf(mark: Mark): Tone | null {
  if (mark === "x") return "leak";
  return mark === "?" ? "suspect" : null;
}

const ORDER: Readonly<Record<Standing, number>> = { confirmed: 2, suspect: 1, cleared: 0 };

type Judged = VerdictEvent | ForecastEvent;

/** Unix milliseconds when a verdict's process is full; infinite when that is not known. */
function endOf({ runway }: Judged): number {
  const date = runway?.exhaustedAt?.p50 ?? null;
  return date === null ? Number.POSITIVE_INFINITY : Date.parse(date);
}

/** What runs out first, then what is fastest. */
export function soonest(a: Judged, b: Judged): number {
  const [first, second] = [endOf(a), endOf(b)];
  return first === second ? (b.netPerMinute ?? 0) - (a.netPerMinute ?? 0) : first - second;
}

/**
 * The verdict that matters most: a process at its limit, then proofs, then suspicions; among equals the one whose
 * process is full first, then the faster.
 */
export function worstVerdict(verdicts: readonly VerdictEvent[]): VerdictEvent | null {
  const standing = verdicts.filter(
    (verdict) => verdict.standing !== "cleared" && !follows(verdict, verdicts),
  );
  return standing.toSorted(byUrgency)[0] ?? null;
}

/** A process at its limit, then proofs, then suspicions; among equals what runs out first, then the faster. */
export function byUrgency(a: Judged, b: Judged): number {
  return weightOf(b) - weightOf(a) || soonest(a, b);
}

function weightOf(event: Judged): number {
  return ORDER[event.standing] * 2 + (event.type === "verdict" && event.rule === "at-limit" ? 1 : 0);
}

/** What is leaked, for screens that show both: at-limit says that it is full, the others say of what. */
export function worstLeak(verdicts: readonly VerdictEvent[]): VerdictEvent | null {
  return worstVerdict(verdicts.filter((verdict) => verdict.rule !== "at-limit")) ?? worstVerdict(verdicts);
}

export function standingForecast(forecasts: readonly ForecastEvent[]): ForecastEvent | null {
  return forecasts.find((forecast) => forecast.standing !== "cleared") ?? null;
}

/** One of its processes cannot open another file. */
export function isFull(service: ServiceView): boolean {
  return service.processes.some((process) => process.headroom !== null && process.headroom <= 0);
}

export function serviceMark(service: ServiceView): Mark {
  const verdict = worstVerdict(service.verdicts);
  if (verdict !== null) return markOf(verdict.standing);
  if (standingForecast(service.forecasts) !== null) return "?";
  return service.processes.length > 0 && !service.processes.some((process) => process.readable) ? "-" : " ";
}

/** How many causes stand on a host; verdicts that share a story are one cause. Ports that run out are no leak. */
export function causes(snapshot: Snapshot): {
  readonly leaks: number;
  readonly ports: number;
  readonly suspects: number;
} {
  const confirmed = new Set<string>();
  const ports = new Set<string>();
  const suspected = new Set<string>();
  for (const verdict of snapshot.services.flatMap((service) => service.verdicts)) {
    if (verdict.standing === "confirmed")
      (verdict.rule === "port-exhaustion" ? ports : confirmed).add(verdict.story);
    if (verdict.standing === "suspect") suspected.add(verdict.story);
  }
  const suspects = suspected.difference(confirmed).difference(ports).size;
  return { leaks: confirmed.size, ports: ports.size, suspects };
}
