import type { LastUse } from "../census/row-columns.ts";
/** How many were left open in the past, in seconds since boot. */
export interface Past {
  readonly from: number;
  readonly to: number;
  readonly binSeconds: number;
  /** Left in each bin from `from` to `to`, oldest first. */
  readonly bins: readonly number[];
  readonly left: number;
  readonly perMinute: number;
}

/** What was used less than this many seconds ago may still be in use. */
const UNUSED_SECONDS = 60;
/** Fewer tell no rate. */
const FEWEST_LEFT = 20;
/** A shorter time is a burst and no growth. */
const SHORTEST_SECONDS = 20;
/** Bins of the search: of few connections each must still hold some. */
const SEARCH_BINS = 48;
const LEFT_A_BIN = 4;
const DRAWN_BINS = 17;
/** A bin belongs to the growth when it has at least this share of the fullest one. */
const ACTIVE_SHARE = 0.15;
/** A connection with so many times the segments of the median one is of another kind: one that a pool uses. */
const MUCH_USED = 10;

/**
 * The past, read from one dump. A connection that leaks is used once or twice and never again, so the times of last
 * use of those that are still open say when each was left. They are dense where a leak went on:
 *
 *     left open   21:06 ▃▃▃▄▃▃▄▃▃▃▄▃▃▃▄▃▁ 03:01     10.9 a minute
 *
 * The pool of the same peer lies outside: used just now, or with many times the segments. Null when too few were left,
 * or in too short a time. In a test 120 and then 300 a minute came back as 120 and 297.
 */
export function pastGrowth(uses: readonly LastUse[], now: number): Past | null {
  const median = medianOf(uses.flatMap(({ segments }) => (segments === null ? [] : [segments])));
  const times = uses
    .filter(({ segments }) => segments === null || median === null || segments <= MUCH_USED * (median + 1))
    .map(({ usedAt }) => usedAt)
    .filter((usedAt) => now - usedAt >= UNUSED_SECONDS)
    .toSorted((a, b) => a - b);
  const dense = densest(times);
  const [from, to] = [dense[0], dense.at(-1)];
  if (from === undefined || to === undefined) return null;
  if (dense.length < FEWEST_LEFT || to - from < SHORTEST_SECONDS) return null;
  const bins = binned(dense, from, to, DRAWN_BINS);
  const perMinute = ((dense.length - 1) / (to - from)) * 60;
  return { from, to, binSeconds: (to - from) / DRAWN_BINS, bins, left: dense.length, perMinute };
}

/** The longest stretch without a hole, looked for again inside of what was found: one old straggler widens the bins. */
function densest(times: readonly number[]): readonly number[] {
  let found = times;
  for (let round = 0; round < 8; round++) {
    const [from, to] = [found[0], found.at(-1)];
    if (from === undefined || to === undefined || to <= from) return found;
    const count = Math.max(2, Math.min(SEARCH_BINS, Math.floor(found.length / LEFT_A_BIN)));
    const [first, last] = fullestRun(binned(found, from, to, count));
    const inside = found.filter((time) => {
      const bin = Math.min(count - 1, Math.floor(((time - from) / (to - from)) * count));
      return bin >= first && bin <= last;
    });
    if (inside.length === found.length) return found;
    found = inside;
  }
  return found;
}

/** First and last bin of the run of active bins that holds most; a single empty bin does not end a run. */
function fullestRun(bins: readonly number[]): [number, number] {
  const active = Math.max(1, ACTIVE_SHARE * Math.max(...bins));
  let best: { first: number; last: number; held: number } = { first: 0, last: 0, held: -1 };
  let run: typeof best | null = null;
  bins.forEach((count, at) => {
    if (count < active) {
      if (run !== null && at - run.last > 1) run = null;
      return;
    }
    run = run === null ? { first: at, last: at, held: count } : { ...run, last: at, held: run.held + count };
    if (run.held > best.held) best = run;
  });
  return [best.first, best.last];
}

function binned(times: readonly number[], from: number, to: number, count: number): number[] {
  const bins = Array.from({ length: count }, () => 0);
  for (const time of times) {
    const bin = Math.min(count - 1, Math.floor(((time - from) / (to - from)) * count));
    bins[bin] = (bins[bin] as number) + 1;
  }
  return bins;
}

function medianOf(figures: readonly number[]): number | null {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? null;
}
