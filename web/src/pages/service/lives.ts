import type { LivesAnswer } from "../../../../src/server/api.ts";
import { count, rate } from "../../words/figures.ts";
import { duration, moment } from "../../words/times.ts";

type EarlierLife = LivesAnswer["lives"][number];

const ENDS: Readonly<Record<EarlierLife["end"], string>> = {
  restarted: "restarted",
  ended: "its process ended",
  cleared: "given back",
  unknown: "end not seen",
};

/** "Leaked 4 times before, in 30 days"; what leaks now is not counted. */
export function livesTitle({ lives, leaks }: Pick<LivesAnswer, "lives" | "leaks">): string {
  const times = lives.length === 1 ? "once" : lives.length === 2 ? "twice" : `${count(lives.length)} times`;
  return `Leaked ${times}${leaks ? " before" : ""} in 30 days`;
}

/** "12 Nov 18:20, for 2 h 45 min": when, and for how long. */
export function lifeSpan({ from, to }: EarlierLife, now: number): string {
  return `${moment(from, now)}, for ${duration((Date.parse(to) - Date.parse(from)) / 1000)}`;
}

/** "+121 a minute; full at 20:50, restarted": how fast, and how it ended. */
export function lifeCourse({ perMinute, end, exhaustedAt, open, limit }: EarlierLife, now: number): string {
  const pace = perMinute === null ? "pace not known" : `${rate(perMinute, true)} a minute`;
  if (exhaustedAt !== null) return `${pace}; full at ${moment(exhaustedAt, now)}, ${ENDS[end]}`;
  if (open === null || limit === null) return `${pace}; ${ENDS[end]}`;
  return `${pace}; ${ENDS[end]}, told last at ${count(open)} of ${count(limit)} open files`;
}

const MARGIN = 0.1;

/** The time of a life with a little of what came before and after, Unix milliseconds. */
export function lifeMoments({ from, to }: EarlierLife): { readonly from: number; readonly to: number } {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  const margin = Math.max(60_000, (last - first) * MARGIN);
  return { from: first - margin, to: last + margin };
}
