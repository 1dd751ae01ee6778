import type { PastGrowth, Subject } from "../../model/events.ts";
import { count, exactRate, kept } from "./figures.ts";
import { BARS } from "./sparkline.ts";
import { subjectPhrase } from "./subject.ts";
import { brief, moment } from "./times.ts";

const NOTHING_LEFT = "·";

/**
 * What the first look reads of the time before, drawn from nothing upwards; a dot where nothing was left open. What
 * goes on evenly stands at half height, so that a burst beside it can be seen as one.
 *
 *     21:06 ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▂··· 03:04      21:06 ▁▁▁▁▁█▁▁▁▁▁▁▁ 03:04
 */
export function pastBar(past: PastGrowth, now: string, zone: string, columns: number): string {
  const bars = gather(past.bins, Math.max(1, columns));
  const busy = bars.filter((left) => left > 0);
  const mean = busy.reduce((sum, left) => sum + left, 0) / Math.max(1, busy.length);
  const high = Math.max(...busy, 2 * mean);
  const bar = (left: number) =>
    left === 0 ? NOTHING_LEFT : (BARS[Math.max(0, Math.round((left / high) * BARS.length) - 1)] ?? "");
  return `${moment(past.from, now, zone)} ${bars.map(bar).join("")} ${moment(past.to, now, zone)}`;
}

/** The means of neighbours, until there are at most `columns` of them. */
function gather(bins: readonly number[], columns: number): number[] {
  const each = Math.ceil(bins.length / columns);
  const gathered: number[] = [];
  for (let from = 0; from < bins.length; from += each) {
    const group = bins.slice(from, from + each);
    gathered.push(group.reduce((sum, bin) => sum + bin, 0) / group.length);
  }
  return gathered;
}

/** The end of the last bin in which something was left open; null when nothing was. */
function lastLeftAt(past: PastGrowth): string | null {
  const last = past.bins.findLastIndex((bin) => bin > 0);
  if (last === -1) return null;
  const end = Date.parse(past.from) + (last + 1) * past.binSeconds * 1000;
  return new Date(Math.min(end, Date.parse(past.to))).toISOString();
}

/** "3,871 connections to MySQL 10.2.0.15:3306, open but unused for 3 min to 5h 58m" */
export function leftOpenWords(subject: Subject, past: PastGrowth, now: string): string {
  const whom = `${count(past.left)} ${subjectPhrase(subject)}`;
  const first = past.bins.findIndex((bin) => bin > 0);
  const last = lastLeftAt(past);
  if (first === -1 || last === null) return whom;
  const most = brief((Date.parse(now) - Date.parse(past.from)) / 1000 - first * past.binSeconds);
  const least = brief(Math.max(0, (Date.parse(now) - Date.parse(last)) / 1000));
  return `${whom}, open but unused for ${least === most ? most : `${least} to ${most}`}`;
}

/** How it went on: "steady" where each quarter brought about its share, "most of it at once" where one bin did. */
function course({ bins, left }: PastGrowth): string | null {
  const first = bins.findIndex((bin) => bin > 0);
  const busy = bins.slice(first, bins.findLastIndex((bin) => bin > 0) + 1);
  if (left <= 0 || first === -1) return null;
  if (busy.length > 1 && Math.max(...busy) > left / 2) return "most of it at once";
  if (busy.length < 8) return null;
  const quarter = Math.floor(busy.length / 4);
  const sums = [0, 1, 2, 3].map((at) =>
    busy.slice(at * quarter, (at + 1) * quarter).reduce((sum, bin) => sum + bin, 0),
  );
  const mean = sums.reduce((sum, part) => sum + part, 0) / 4;
  return sums.every((part) => part > mean * 0.6 && part < mean * 1.4) ? "steady" : null;
}

/** A pause is told when at the pace before it at least so many would have come. */
const MISSED = 10;
const LEAST_PAUSE_SECONDS = 90;
/** What was used less than this many seconds ago is not among what was left open, so that much is no pause. */
const NOT_READ_SECONDS = 60;
/** Within so many seconds the watch has nothing to say of its own. */
const FIRST_LOOK_SECONDS = 5;

/** What a service goes on to do, beside its past. */
export interface Presence {
  readonly full: boolean;
  /** Kept a minute now, as it is watched; null: not known, or told beside. */
  readonly netPerMinute: number | null;
}

/** Whether nothing was watched yet. */
export function isFirstLook(past: PastGrowth, now: string): boolean {
  return secondsFrom(past.watchedFrom, now) < FIRST_LOOK_SECONDS;
}

/**
 * "10.9 a minute, steady; none since 03:01 (full)" at the first look. The past ends there, so later on it is told apart
 * from what is watched: "10.9 a minute, steady, until descry began to look; now +250 a minute".
 */
export function pastPace(past: PastGrowth, now: string, zone: string, presence: Presence): string {
  const went = course(past);
  const pace = `${exactRate(past.perMinute, false)} a minute${went === null ? "" : `, ${went}`}`;
  const pausedAt = pauseOf(past, now);
  const full = presence.full ? " (full)" : "";
  if (isFirstLook(past, now))
    return pausedAt === null ? pace : `${pace}; none since ${moment(pausedAt, now, zone)}${full}`;
  const pause = pausedAt === null ? "," : `; none from ${moment(pausedAt, now, zone)}`;
  return `${pace}${pause} until descry began to look${presentWords(presence.netPerMinute, full)}`;
}

/** When the last was left open, where a pause followed until watching began; null: none did. */
function pauseOf(past: PastGrowth, now: string): string | null {
  const last = lastLeftAt(past);
  if (last === null) return null;
  const pause = secondsFrom(last, past.watchedFrom);
  const notRead = Math.max(0, NOT_READ_SECONDS - secondsFrom(past.watchedFrom, now));
  const missed = ((pause - notRead) / 60) * past.perMinute;
  return pause < LEAST_PAUSE_SECONDS || missed < MISSED ? null : last;
}

function presentWords(netPerMinute: number | null, full: string): string {
  if (netPerMinute === null) return "";
  const net = kept(netPerMinute);
  return net === "0" ? `; none now${full}` : `; now ${net} a minute`;
}

function secondsFrom(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
