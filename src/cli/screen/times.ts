import type { Runway } from "../../model/events.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** How long something took or has lasted: "34 s", "24m 22s", "3h 02m", "3 days". */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}m ${two(whole % MINUTE)}s`;
  if (whole < 2 * DAY) return `${Math.floor(whole / HOUR)}h ${two(Math.floor((whole % HOUR) / MINUTE))}m`;
  return `${Math.floor(whole / DAY)} days`;
}

function two(figure: number): string {
  return String(figure).padStart(2, "0");
}

/** Age of a rung, or a duration that was asked for: "20 s", "3 min", "2 h", "3 days". */
export function span(seconds: number): string {
  if (seconds < 180) return `${Math.round(seconds)} s`;
  if (seconds < 2 * HOUR) return `${Math.round(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${Math.round(seconds / HOUR)} h`;
  return `${Math.round(seconds / DAY)} days`;
}

/** A length of time in one short word, for a column: "34 s", "22 min", "5h 58m", "3 days". */
export function brief(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * MINUTE) return `${Math.round(seconds / MINUTE)} min`;
  if (seconds < 36 * HOUR)
    return `${Math.floor(seconds / HOUR)}h ${two(Math.floor((seconds % HOUR) / MINUTE))}m`;
  return `${Math.round(seconds / DAY)} days`;
}

/** Seconds until a runway's dates; null where a date is not within the horizon or not known. */
export interface Remaining {
  readonly p05: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** Dates no nearer than this stand for never: forecasts end there. */
const HORIZON_SECONDS = 365 * DAY - MINUTE;

export function remaining(runway: Runway | null, at: string): Remaining | null {
  if (runway === null || runway.exhaustedAt === null) return null;
  const now = Date.parse(at);
  const until = (date: string | null): number | null => {
    const seconds = date === null ? Infinity : (Date.parse(date) - now) / 1000;
    return seconds < HORIZON_SECONDS ? Math.max(0, seconds) : null;
  };
  const { p05, p50, p95 } = runway.exhaustedAt;
  return { p05: until(p05), p50: until(p50), p95: until(p95) };
}

/**
 * Time left with its interval: "9 min (8-11)", "1h 44m", "3 days (2-5)", "now"; null when nothing runs out within
 * the horizon. Interval and figure share one unit; hours carry none, because two figures more do not fit a column.
 */
export function timeLeft(runway: Runway | null, at: string): string | null {
  if (runway !== null && runway.headroom <= 0) return "now";
  const left = remaining(runway, at);
  if (left === null) return null;
  const { p05, p50, p95 } = left;
  if (p50 === null) return p05 === null ? null : `over ${roughly(p05)}`;
  return brief(p50) + intervalOf(p05, p50, p95);
}

function intervalOf(low: number | null, p50: number, high: number | null): string {
  // An end in another unit is written out: "40 s (30 s to 25 min)".
  if (high !== null && low !== null && unitOf(high) > unitOf(p50) && p50 < 90 * MINUTE)
    return ` (${brief(low)} to ${brief(high)})`;
  if (p50 < 90) return interval(low, high, 1);
  if (p50 < 90 * MINUTE) return interval(low, high, MINUTE);
  return p50 < 36 * HOUR ? "" : interval(low, high, DAY);
}

/** The unit in which brief() tells so many seconds. */
function unitOf(seconds: number): number {
  if (seconds < 90) return 1;
  if (seconds < 90 * MINUTE) return MINUTE;
  return seconds < 36 * HOUR ? HOUR : DAY;
}

function interval(low: number | null, high: number | null, unit: number): string {
  const figure = (seconds: number) => String(Math.round(seconds / unit));
  if (low !== null && high !== null)
    return figure(low) === figure(high) ? "" : ` (${figure(low)}-${figure(high)})`;
  return low === null ? "" : ` (${figure(low)} or more)`;
}

function roughly(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * MINUTE) return `${Math.round(seconds / MINUTE)} min`;
  return seconds < 36 * HOUR ? `${Math.round(seconds / HOUR)} h` : `${Math.round(seconds / DAY)} days`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function parts(date: string, zone: string): Readonly<Record<string, string>> {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "short",
    });
    formatters.set(zone, formatter);
  }
  const read: Record<string, string> = {};
  for (const part of formatter.formatToParts(Date.parse(date))) read[part.type] = part.value;
  return read;
}

/** "03:04:51" */
export function clock(date: string, zone: string): string {
  const { hour, minute, second } = parts(date, zone);
  return `${hour}:${minute}:${second}`;
}

/** "CET"; "UTC" on most servers. */
export function zoneName(date: string, zone: string): string {
  return parts(date, zone)["timeZoneName"] ?? zone;
}

/** "23 Nov 2026" */
export function day(date: string, zone: string): string {
  const { day: dayOfMonth, month, year } = parts(date, zone);
  return `${dayOfMonth} ${month} ${year}`;
}

/** "03:14", and on another day than `now` "24 Nov 03:14". */
export function moment(date: string, now: string, zone: string): string {
  const { day: dayOfMonth, month, hour, minute } = parts(date, zone);
  const time = `${hour}:${minute}`;
  return day(date, zone) === day(now, zone) ? time : `${dayOfMonth} ${month} ${time}`;
}

/** When opens start to fail: "03:14 (03:12-03:15)"; null when not known. */
export function failsAbout(runway: Runway | null, now: string, zone: string): string | null {
  const dates = runway?.exhaustedAt;
  if (!dates || dates.p50 === null) return null;
  const middle = moment(dates.p50, now, zone);
  if (dates.p05 === null) return middle;
  const low = moment(dates.p05, now, zone);
  if (dates.p95 === null || remaining(runway, now)?.p95 === null) return `${middle} (${low} or later)`;
  const high = moment(dates.p95, now, zone);
  return low === high ? middle : `${middle} (${low}-${high})`;
}
