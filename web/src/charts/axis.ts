/** The axis of time that all charts of a page share. Moments are Unix milliseconds here, Unix seconds on the axis. */
import type { SeriesAnswer, ServiceAnswer } from "../../../src/server/api.ts";

const USUAL_BUCKETS = 240;
const MINUTE = 60;
/** A finer step has buckets without a reading, since the host may be read only every 20 s: gaps that mean nothing. */
const LEAST_STEP_SECONDS = 30;
/** Below, whole minutes are too few. */
const SHORT_SECONDS = 30 * MINUTE;
/** Of the width of what is past. */
const MOST_FUTURE = 0.35;
/** A range that ended so many milliseconds ago is looked at for what happened then, and has no forecast. */
const PRESENT = 120_000;

/** The step, in seconds, to ask for a time so long: minutes have figures of their own in the history. */
export function stepFor(rangeSeconds: number): number {
  if (rangeSeconds < SHORT_SECONDS) return LEAST_STEP_SECONDS;
  return Math.ceil(rangeSeconds / USUAL_BUCKETS / MINUTE) * MINUTE;
}

/**
 * Where the axis ends: room for what is to come where the range reaches up to now and descriptors run out, up to a third
 * of what is past; else the end of the answer.
 */
export function axisEnd(
  { from, to }: Pick<SeriesAnswer, "from" | "to">,
  runway: ServiceAnswer["runway"],
  now: number,
): number {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const last = runway?.exhaustedAt?.p95 ?? runway?.exhaustedAt?.p50 ?? runway?.exhaustedAt?.p05 ?? null;
  if (runway?.resource !== "nofile" || last === null || now - end > PRESENT) return end;
  const wanted = Date.parse(last) + (end - start) * 0.02;
  return Math.max(end, Math.min(wanted, end + (end - start) * MOST_FUTURE));
}

const DAY = 86_400;
const SECONDS = clockFormat({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const MINUTES = clockFormat({ hour: "2-digit", minute: "2-digit" });
const DATE = clockFormat({ day: "numeric", month: "short" });
const MONTH = clockFormat({ month: "short", year: "numeric" });

function clockFormat(parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-GB", { ...parts, hourCycle: "h23" });
}

/** What stands at the ticks of the axis (Unix seconds), so many seconds apart; the day where one begins. */
export function tickWords(ticks: readonly number[], apartSeconds: number): string[] {
  return ticks.map((tick) => {
    const date = new Date(tick * 1000);
    if (apartSeconds >= 28 * DAY) return MONTH.format(date);
    const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
    if (apartSeconds >= DAY || midnight) return DATE.format(date);
    return (apartSeconds < 60 ? SECONDS : MINUTES).format(date);
  });
}
