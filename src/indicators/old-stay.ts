import * as cusum from "./cusum.ts";

const ALTERNATIVES: readonly number[] = [0.6, 0.75, 0.9, 0.98];
/** For each alternative what a graduate adds, and what a departure does. */
const STEPS = Float64Array.from(ALTERNATIVES.flatMap((q) => [Math.log(2 * q), Math.log(2 * (1 - q))]));

/** What the evidence is less than the largest sum where that sum alone speaks. */
const ALONE = Math.log(1 / ALTERNATIVES.length);

/** A burst is one event, however many it opens: at most one graduate a second counts ... */
export const OF_A_BURST = 1;
/** ... but of what has been flowing for long enough to be no burst, so many. */
export const OF_A_FLOW = 4;
/** Two that fall between two ticks because the clocks drift are both counted: that many seconds may be saved up. */
const SAVED_SECONDS = 3;

/** Places in the row: how many graduates count in a second, how many are not spent yet, and the sums. */
const [PER_SECOND, SAVED, SUMS] = [0, 1, 2] as const;
export const WIDTH = SUMS + cusum.widthOf(ALTERNATIVES.length);

/** The row is to be used: at most so many graduates a second count. All its numbers are 0. */
export function begin(row: Float64Array, at: number, perSecond: number): void {
  row[at + PER_SECOND] = perSecond;
  row[at + SAVED] = perSecond * SAVED_SECONDS;
}

export function hasBegun(row: Float64Array, at: number): boolean {
  return row[at + PER_SECOND] !== 0;
}

/**
 * Evidence at one age that the old ones do not leave, without any baseline ("E2" in docs/concepts.md).
 *
 *     leak       past 40 s  + + + + + + + + + +      departures  none: every graduate adds evidence
 *     steady     past 40 s  + + + + + + + + + +      departures  - - - - - - -: each takes several graduates away
 *     pool       past 40 s  ++++++ then nothing      too few, then idle: decays
 *     sawtooth   past 40 s  + + + +   ----           the fall takes all back before the next rung is reached
 *
 * For each age a, x is how many passed it in this sample and y how many older than it left. If old ones came and went
 * in balance, a change of the old would be an arrival with probability 1/2; the alternatives q say it is more. The
 * log-likelihood ratio of each is summed up and never falls below zero (a CUSUM; Page 1954), so the sum is an
 * e-detector (Shin, Ramdas, Rinaldo 2022): how often it may exceed a level by chance is bounded.
 *
 * In the row stand at `rateAt` how many pass the age in a second, as usual, and at `phiAt` how much that scatters.
 */
export function take(
  row: Float64Array,
  at: number,
  x: number,
  y: number,
  seconds: number,
  rateAt: number,
  phiAt: number,
): void {
  const perSecond = row[at + PER_SECOND] as number;
  const saved = Math.min(
    (row[at + SAVED] as number) + perSecond * seconds,
    perSecond * Math.max(SAVED_SECONDS, 2 * seconds),
  );
  const counted = Math.min(x, saved);
  row[at + SAVED] = saved - counted;
  // Departures are thinned by as much as graduates are, usually or now, else a busy class could never be found.
  const thinned = y * Math.min(1, perSecond / (Math.max(row[rateAt] as number, x / seconds) || 1));
  cusum.take(row, at + SUMS, ALTERNATIVES.length, STEPS, 0, counted, thinned, phiAt);
}

export function mostOf(row: Float64Array, at: number): number {
  return cusum.mostOf(row, at + SUMS);
}

/** The least that the evidence is with such a largest sum: all the others are zero. */
export function leastOf(row: Float64Array, at: number): number {
  return cusum.mostOf(row, at + SUMS) + ALONE;
}

export function evidenceOf(row: Float64Array, at: number): number {
  return cusum.evidenceOf(row, at + SUMS, ALTERNATIVES.length);
}

/** The rise has ended. */
export function fade(row: Float64Array, at: number, by: number): void {
  cusum.fade(row, at + SUMS, ALTERNATIVES.length, by);
}
