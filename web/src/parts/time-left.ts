import type { ServiceSummary } from "../../../src/server/api.ts";
import { duration, secondsUntil } from "../words/times.ts";
import type { Tone } from "./standing.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** The axis of every bar: what ends sooner is at its left edge, what ends later at its right one. */
const SOONEST = MINUTE;
const LATEST = 30 * DAY;
/** Dates no nearer than this stand for never: forecasts end there. */
const HORIZON = 365 * DAY - MINUTE;
/** Under this time left what fails is red, whatever its standing. */
export const URGENT_SECONDS = 30 * MINUTE;

export const AXIS: readonly { readonly words: string; readonly share: number }[] = [
  { words: "5 min", share: shareOf(5 * MINUTE) },
  { words: "1 h", share: shareOf(HOUR) },
  { words: "1 d", share: shareOf(DAY) },
  { words: "30 d", share: 1 },
];

/** Where so many seconds stand on the logarithmic axis, 0 to 1. */
export function shareOf(seconds: number): number {
  if (seconds <= SOONEST) return 0;
  return Math.min(1, Math.log(seconds / SOONEST) / Math.log(LATEST / SOONEST));
}

/** What is known of the time that a service has left, in seconds; null: not within the horizon, or not known. */
export type TimeLeft =
  | { readonly kind: "full" | "unknown" | "none" | "other-end" }
  | {
      readonly kind: "ends";
      readonly p05: number | null;
      /** Null: at least p05, and nobody can say how much more. */
      readonly p50: number | null;
      readonly p95: number | null;
    };

type Judged = Pick<ServiceSummary, "fullest" | "runway" | "rates" | "otherEndOf" | "notClosed">;

/** `now` in Unix milliseconds, by the agent's clock. */
export function timeLeftOf({ fullest, runway, rates, otherEndOf, notClosed }: Judged, now: number): TimeLeft {
  const headroom = fullest?.headroom ?? null;
  if (headroom !== null && headroom <= 0) return { kind: "full" };
  // The other end of a leak holds what somebody else does not close: its own pace judges nothing.
  if (otherEndOf.length > 0 && notClosed === null) return { kind: "other-end" };
  const ends = endsOf(runway, now);
  if (ends !== null) return ends;
  return { kind: rates.netPerMinute === null ? "unknown" : "none" };
}

/** When a resource ends; null: not within the horizon. */
export function endsOf(runway: ServiceSummary["runway"], now: number): TimeLeft | null {
  if (runway === null) return null;
  if (runway.headroom <= 0) return { kind: "full" };
  if (runway.exhaustedAt === null) return null;
  const until = (at: string | null): number | null => {
    const seconds = secondsUntil(at, now);
    return seconds === null || seconds >= HORIZON ? null : Math.max(0, seconds);
  };
  const [p05, p50, p95] = [runway.exhaustedAt.p05, runway.exhaustedAt.p50, runway.exhaustedAt.p95].map(until);
  if ((p05 ?? null) === null && (p50 ?? null) === null) return null;
  return { kind: "ends", p05: p05 ?? null, p50: p50 ?? null, p95: p95 ?? null };
}

/** A bar from 0 to `end`, and the interval over it: shares of the axis. */
export interface Bar {
  readonly end: number;
  /** Null: there is nothing left to be unsure of. */
  readonly whisker: {
    readonly low: number;
    readonly high: number;
    /** The interval goes on beyond the axis, or its end is not known. */
    readonly open: boolean;
  } | null;
}

/** Null where no bar can be drawn. */
export function barOf(left: TimeLeft): Bar | null {
  if (left.kind === "full") return { end: 0, whisker: null };
  if (left.kind !== "ends") return null;
  const { p05, p50, p95 } = left;
  const end = shareOf(p50 ?? p05 ?? 0);
  const low = p05 === null ? end : shareOf(p05);
  const high = p95 === null ? 1 : shareOf(p95);
  return { end, whisker: { low, high, open: p95 === null || p95 > LATEST } };
}

/** "9 min", "now", "over 5 h", "-", "?" */
export function timeLeftWords(left: TimeLeft): string {
  switch (left.kind) {
    case "full":
      return "now";
    case "unknown":
      return "?";
    case "none":
    case "other-end":
      return "-";
    case "ends":
      if (left.p50 !== null) return roughly(left.p50);
      return `over ${roughly(left.p05 ?? 0)}`;
  }
}

/** "8 min to 11 min", "8 min or more"; null: there is none, or it says the same as the figure. */
export function intervalWords(left: TimeLeft): string | null {
  if (left.kind !== "ends" || left.p50 === null || left.p05 === null) return null;
  const low = roughly(left.p05);
  if (left.p95 === null) return `${low} or more`;
  const high = roughly(left.p95);
  return low === high ? null : `${low} to ${high}`;
}

/** An estimate of days needs no hours behind it, nor one of hours its minutes. */
function roughly(seconds: number): string {
  if (seconds >= 2 * DAY) return duration(Math.round(seconds / DAY) * DAY);
  return seconds >= 3 * HOUR ? duration(Math.round(seconds / HOUR) * HOUR) : duration(seconds);
}

/** For those who hear the page. */
export function timeLeftHeard(left: TimeLeft): string {
  switch (left.kind) {
    case "full":
      return "opens fail now";
    case "unknown":
      return "time left not known yet";
    case "none":
      return "does not run out";
    case "other-end":
      return "is judged by the service that does not close";
    case "ends": {
      const interval = intervalWords(left);
      return `${timeLeftWords(left)} left${interval === null ? "" : `, ${interval}`}`;
    }
  }
}

/** Red: a proof or under 30 minutes; amber: a suspicion; else neutral. */
export function toneOf(left: TimeLeft, standing: ServiceSummary["standing"]): Tone {
  if (left.kind === "full" || standing === "confirmed") return "leak";
  if (left.kind === "ends" && left.p50 !== null && left.p50 < URGENT_SECONDS) return "leak";
  if (standing === "suspect") return "suspect";
  return left.kind === "unknown" ? "unknown" : "calm";
}
