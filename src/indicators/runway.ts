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

/** One burst is one event: at most this many seconds in a row are taken out of the growth ... */
const BURST_SECONDS = 20;
/** ... when they grew this many times as fast as the rest. */
const BURST_RATIO = 3;
/** Fewer than this many are no rate: their time left would be anything between hours and months. */
const LEAST_GROWTH = 5;
/** Growth has ended when nothing came for this many of its usual gaps, and for a minute. */
const ENDED_GAPS = 5;
const ENDED_SECONDS = 60;

interface Stride {
  readonly seconds: number;
  readonly growth: number;
}

/**
 * Growth since it last stood at its lowest within ten minutes:
 *
 *     aged      ________/          counted from the end of the flat part, not diluted by it
 *     aged   /|/|/|/|/             a sawtooth is counted from its last fall
 *     aged      |~~~~~~/           the burst of a start is taken out: it is no rate
 *     aged      /~~~~~~~~          it has ended: null
 *
 * Null when it does not grow or has not been seen for long enough.
 */
export function growthOf(account: Grown, now: number): Growth | null {
  const points = account.history.points();
  let lowest = 0;
  for (let at = 1; at < points.length; at++) {
    if ((points[at]?.aged ?? 0) <= (points[lowest]?.aged ?? 0)) lowest = at;
  }
  const strides: Stride[] = [];
  let endedFor = 0;
  for (let at = lowest; at < points.length; at++) {
    const [from, to] = [points[at], points[at + 1] ?? { at: now, aged: account.aged }];
    if (from === undefined || to.at <= from.at) continue;
    strides.push({ seconds: to.at - from.at, growth: to.aged - from.aged });
    endedFor = to.aged > from.aged ? 0 : endedFor + to.at - from.at;
  }
  const all = sumOf(strides);
  if (all.growth < LEAST_GROWTH || all.seconds < SHORTEST_GROWTH) return null;
  if (endedFor > Math.max(ENDED_SECONDS, (ENDED_GAPS * all.seconds) / all.growth)) return null;
  const steady = withoutBurst(strides);
  const { growth, seconds } = sumOf(steady);
  if (growth <= 0) return null;
  return { count: growth, seconds, dispersion: dispersionOf(steady.map((stride) => stride.growth)) };
}

function sumOf(strides: readonly Stride[]): Stride {
  let [seconds, growth] = [0, 0];
  for (const stride of strides) {
    seconds += stride.seconds;
    growth += stride.growth;
  }
  return { seconds, growth };
}

/** The strides without the 20 s that grew most, when they stand out. */
function withoutBurst(strides: readonly Stride[]): readonly Stride[] {
  const width = Math.round(BURST_SECONDS / BIN_SECONDS);
  if (strides.length < 2 * width) return strides;
  let most = 0;
  for (let at = 1; at + width <= strides.length; at++) {
    if (sumOf(strides.slice(at, at + width)).growth > sumOf(strides.slice(most, most + width)).growth)
      most = at;
  }
  const burst = sumOf(strides.slice(most, most + width));
  const rest = [...strides.slice(0, most), ...strides.slice(most + width)];
  const { growth, seconds } = sumOf(rest);
  return burst.growth / burst.seconds > BURST_RATIO * (growth / seconds) ? rest : strides;
}

/** Variance over mean of the growth a bin, at least 1. */
function dispersionOf(steps: readonly number[]): number {
  const mean = steps.reduce((sum, step) => sum + step, 0) / (steps.length || 1);
  if (steps.length < 3 || mean <= 0) return 1;
  const variance = steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / (steps.length - 1);
  return Math.max(1, variance / mean);
}

/**
 * Time until `headroom` is used up. The rate is Gamma(count / dispersion + 1/2, seconds / dispersion): the posterior
 * of a Poisson rate under Jeffreys' prior, widened by the dispersion.
 */
export function timeLeft(headroom: number, growth: Growth): SecondsLeft {
  const shape = growth.count / growth.dispersion + 0.5;
  const rate = growth.seconds / growth.dispersion;
  const at = (z: number): number => headroom / (gammaQuantile(shape, z) / rate);
  return { p05: at(Z_95), p50: at(0), p95: at(-Z_95) };
}

/** Probability that `headroom` is used up within `seconds`. */
export function probabilityWithin(seconds: number, headroom: number, growth: Growth): number {
  const shape = growth.count / growth.dispersion + 0.5;
  const needed = (headroom / seconds) * (growth.seconds / growth.dispersion);
  // The inverse of gammaQuantile: which z has this quantile.
  const z = (Math.cbrt(needed / shape) - 1 + 1 / (9 * shape)) * 3 * Math.sqrt(shape);
  return 1 - normalCdf(z);
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
