import { BIN_SECONDS, type History } from "../ledger/history.ts";

/** Something of which it is known how much of it there was, older than 40 s where ages are known. */
export interface Grown {
  readonly history: History;
  readonly aged: number;
}

/** Seconds until a resource runs out, at 5, 50 and 95 % probability; infinity when it does not at that probability. */
export interface SecondsLeft {
  readonly p05: number;
  readonly p50: number;
  readonly p95: number;
}

/** How what is older than 40 s grew: by `count` in `seconds`, scattered `dispersion` times as much as chance alone. */
export interface Growth {
  readonly count: number;
  readonly seconds: number;
  readonly dispersion: number;
}

const Z_95 = 1.6448536269514722;
/** Shorter than this, growth is not told from a burst. */
const SHORTEST_GROWTH = 2 * BIN_SECONDS;
/** Fewer than this many are no rate: their time left would be anything between hours and months. */
const LEAST_GROWTH = 5;
/** Growth has ended when nothing came for this many of its usual gaps, and for a minute. */
const ENDED_GAPS = 5;
const ENDED_SECONDS = 60;

/**
 * The rate is another from a point on when two rates explain the growth so much better than one: twice the logarithm
 * of their likelihood ratio, which by chance passes this at the best of 120 points once in a hundred times.
 */
const CHANGE_GAIN = 16;
/** A stretch of one rate has so many strides at least, and the search ends after so many changes. */
const SHORTEST_STRETCH = 3;
const MOST_CHANGES = 6;
/** So many strides that scatter as chance alone does stand in for what few strides cannot show. */
const PRIOR_STRIDES = 4;

interface Stride {
  readonly seconds: number;
  readonly growth: number;
}

/**
 * How it grows now: since it last stood at its lowest within ten minutes, and since its rate changed last.
 *
 *     aged      ________/          counted from the end of the flat part, not diluted by it
 *     aged   /|/|/|/|/             a sawtooth is counted from its last fall
 *     aged      |~~~~~~/           from the end of the burst of a start: it is no rate
 *     aged   ....../////           a leak beside what comes and goes is counted from its own beginning
 *     aged      /~~~~~~~~          it has ended: null
 *
 * Null when it does not grow or has not been seen for long enough.
 */
export function growthOf(account: Grown, now: number): Growth | null {
  const all = stridesSinceLowest(account, now);
  const total = sumOf(all);
  if (total.growth < LEAST_GROWTH || total.seconds < SHORTEST_GROWTH) return null;
  let endedFor = 0;
  for (const { seconds, growth } of all) endedFor = growth > 0 ? 0 : endedFor + seconds;
  if (endedFor > Math.max(ENDED_SECONDS, (ENDED_GAPS * total.seconds) / total.growth)) return null;
  const last = sinceLastChange(all);
  const { growth, seconds } = sumOf(last);
  if (growth < LEAST_GROWTH || seconds < SHORTEST_GROWTH) return null;
  return { count: growth, seconds, dispersion: dispersionOf(last) };
}

function stridesSinceLowest({ history, aged }: Grown, now: number): Stride[] {
  let lowest = 0;
  for (let at = 1; at < history.count; at++) {
    if (history.agedOf(at) <= history.agedOf(lowest)) lowest = at;
  }
  const strides: Stride[] = [];
  for (let at = lowest; at < history.count; at++) {
    const isLast = at === history.count - 1;
    const seconds = (isLast ? now : history.timeOf(at + 1)) - history.timeOf(at);
    if (seconds > 0)
      strides.push({ seconds, growth: (isLast ? aged : history.agedOf(at + 1)) - history.agedOf(at) });
  }
  return strides;
}

function sumOf(strides: readonly Stride[]): Stride {
  let [seconds, growth] = [0, 0];
  for (const stride of strides) {
    seconds += stride.seconds;
    growth += stride.growth;
  }
  return { seconds, growth };
}

/** The strides since the rate changed last (binary segmentation, Scott and Knott 1974, towards the end only). */
function sinceLastChange(strides: readonly Stride[]): readonly Stride[] {
  let stretch = strides;
  for (let changes = 0; changes < MOST_CHANGES; changes++) {
    const from = changeIn(stretch);
    if (from === null) break;
    stretch = stretch.slice(from);
  }
  return stretch;
}

/** Where a second rate begins that explains the strides better than one rate alone; null when none does. */
function changeIn(strides: readonly Stride[]): number | null {
  const all = sumOf(strides);
  const squares = strides.reduce((sum, { growth, seconds }) => sum + growth ** 2 / seconds, 0);
  let [best, gain] = [0, 0];
  let [seconds, growth] = [0, 0];
  for (let at = 1; at <= strides.length - SHORTEST_STRETCH; at++) {
    const stride = strides[at - 1] as Stride;
    seconds += stride.seconds;
    growth += stride.growth;
    if (at < SHORTEST_STRETCH) continue;
    const rest = all.seconds - seconds;
    const difference = growth / seconds - (all.growth - growth) / rest;
    const found = ((seconds * rest) / all.seconds) * difference ** 2;
    if (found > gain) [best, gain] = [at, found];
  }
  if (best === 0) return null;
  // What two rates leave unexplained, a second; at least what chance alone makes of so many that came.
  const unexplained = Math.max(0, squares - all.growth ** 2 / all.seconds - gain);
  const chance = Math.abs(all.growth) / all.seconds;
  const variance = Math.max(unexplained / Math.max(1, strides.length - 2), chance);
  return gain > CHANGE_GAIN * variance ? best : null;
}

/**
 * Variance over mean of the growth, at least 1: of strides of one length, in the units of the shortest that there are.
 * Few strides that look even may be so by chance.
 */
function dispersionOf(strides: readonly Stride[]): number {
  const { growth, seconds } = sumOf(strides);
  const rate = growth / seconds;
  if (rate <= 0) return 1;
  const scatter = strides.reduce((sum, one) => sum + (one.growth - rate * one.seconds) ** 2 / one.seconds, 0);
  const freedom = Math.max(0, strides.length - 1);
  return Math.max(1, (scatter / rate + PRIOR_STRIDES) / (freedom + PRIOR_STRIDES));
}

/**
 * Nothing goes on as it is: standard deviation of the mean rate until the end against the rate now, as a share of it. The
 * further the end, the more: 0.14 half an hour ahead, 0.25 from six hours on. From the simulated leaks of bench/detection.
 */
const LASTING_ERROR = { atOnce: 0.1, eachDoubling: 0.04, from: 1800, most: 0.25 };

function lastingError(seconds: number): number {
  const { atOnce, eachDoubling, from, most } = LASTING_ERROR;
  return Math.min(most, atOnce + eachDoubling * Math.log2(1 + seconds / from));
}

/**
 * Time until `headroom` is used up. The rate is Gamma(count / dispersion + 1/2, seconds / dispersion): the posterior
 * of a Poisson rate under Jeffreys' prior, widened by the dispersion and by what the rate will change.
 */
export function timeLeft(headroom: number, growth: Growth): SecondsLeft {
  const { shape, rate } = rateOf(growth, (headroom * growth.seconds) / growth.count);
  const at = (z: number): number => headroom / (gammaQuantile(shape, z) / rate);
  return { p05: at(Z_95), p50: at(0), p95: at(-Z_95) };
}

/** Probability that `headroom` is used up within `seconds`. */
export function probabilityWithin(seconds: number, headroom: number, growth: Growth): number {
  const { shape, rate } = rateOf(growth, seconds);
  const needed = (headroom / seconds) * rate;
  // The inverse of gammaQuantile: which z has this quantile.
  const z = (Math.cbrt(needed / shape) - 1 + 1 / (9 * shape)) * 3 * Math.sqrt(shape);
  return 1 - normalCdf(z);
}

/** The gamma distribution of the mean rate in the seconds `ahead`. */
function rateOf(
  { count, seconds, dispersion }: Growth,
  ahead: number,
): { readonly shape: number; readonly rate: number } {
  const counted = count / dispersion + 0.5;
  const mean = counted / (seconds / dispersion);
  const shape = 1 / (1 / counted + lastingError(ahead) ** 2);
  return { shape, rate: shape / mean };
}

/** Quantile of Gamma(shape, 1) at the normal deviate z: Wilson and Hilferty 1931; within 1 % from a shape of 2 on. */
function gammaQuantile(shape: number, z: number): number {
  return shape * Math.max(1e-3, 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3;
}

/** Abramowitz and Stegun 26.2.17; error below 1e-7. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}
