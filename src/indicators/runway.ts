import type { Account } from "../ledger/account.ts";
import { BIN_SECONDS } from "../ledger/history.ts";

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

/**
 * Growth since it last stood at its lowest within ten minutes:
 *
 *     aged      ________/          counted from the end of the flat part, not diluted by it
 *     aged   /|/|/|/|/             a sawtooth is counted from its last fall
 *
 * Null when it does not grow or has not been seen for long enough.
 */
export function growthOf(account: Account, now: number): Growth | null {
  const points = account.history.points();
  let lowest = 0;
  for (let at = 1; at < points.length; at++)
    if ((points[at]?.aged ?? 0) <= (points[lowest]?.aged ?? 0)) lowest = at;
  const from = points[lowest];
  if (from === undefined) return null;
  const count = account.aged - from.aged;
  const seconds = now - from.at;
  if (count <= 0 || seconds < SHORTEST_GROWTH) return null;
  const steps = points.slice(lowest + 1).map((point, at) => point.aged - (points[lowest + at]?.aged ?? 0));
  return { count, seconds, dispersion: dispersionOf(steps) };
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
