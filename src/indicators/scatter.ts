import { powersOf } from "./powers.ts";

/** So many samples back, what was counted has lost two thirds of its weight. */
const SAMPLES = 60;
const KEPT = 1 - 1 / SAMPLES;

/**
 * Places in the row: the counts, their squares, the seconds of the samples, the count times the seconds of its sample,
 * those seconds squared, the squared steps between neighbours. These fade; then how many were taken, and the last rate.
 */
const [COUNT, SQUARES, SECONDS, WEIGHTED, SQUARED_SECONDS, STEPS, TAKEN, LAST_RATE] = [
  0, 1, 2, 3, 4, 5, 6, 7,
] as const;
const FADING = TAKEN;
export const WIDTH = 8;

/** What is left of what was counted so many strides ago; most ask for as many as the one before them. */
const kept = powersOf(KEPT);

/**
 * How much counts scatter, as variance over mean: 1 when they come independently, 0 when evenly, large in bursts.
 * Running moments: the first samples weigh alike, later ones replace them bit by bit. `stride` is how many seconds a
 * sample takes as a rule.
 */
export function take(row: Float64Array, at: number, count: number, seconds: number, stride: number): void {
  const strides = seconds / stride;
  const taken = row[at + TAKEN] as number;
  if (taken >= SAMPLES) {
    const left = kept(strides);
    for (let place = at; place < at + FADING; place++) row[place] = (row[place] as number) * left;
  }
  if (taken > 0)
    row[at + STEPS] =
      (row[at + STEPS] as number) + (count - (row[at + LAST_RATE] as number) * seconds) ** 2 / 2;
  row[at + TAKEN] = taken + strides;
  row[at + LAST_RATE] = count / seconds;
  row[at + COUNT] = (row[at + COUNT] as number) + count;
  row[at + SQUARES] = (row[at + SQUARES] as number) + count * count;
  row[at + SECONDS] = (row[at + SECONDS] as number) + seconds;
  row[at + WEIGHTED] = (row[at + WEIGHTED] as number) + count * seconds;
  row[at + SQUARED_SECONDS] = (row[at + SQUARED_SECONDS] as number) + seconds * seconds;
}

/** A second, over the samples that weigh. */
export function rateOf(row: Float64Array, at: number): number {
  const seconds = row[at + SECONDS] as number;
  return seconds === 0 ? 0 : (row[at + COUNT] as number) / seconds;
}

/**
 * Around the mean of all samples: a rise after a silence scatters. A sample that took three times as long, on a
 * host that is busy, brings three times as many, which is no scatter.
 */
export function aroundMean(row: Float64Array, at: number): number {
  const rate = rateOf(row, at);
  if (rate <= 0) return 1;
  const expected = rate * (rate * (row[at + SQUARED_SECONDS] as number) - 2 * (row[at + WEIGHTED] as number));
  return ((row[at + SQUARES] as number) + expected) / (row[at + COUNT] as number);
}

/** From one sample to the next (von Neumann 1941): a new level, once reached, does not scatter. */
export function aroundNeighbours(row: Float64Array, at: number): number {
  const count = row[at + COUNT] as number;
  return count <= 0 ? 1 : (row[at + STEPS] as number) / count;
}
