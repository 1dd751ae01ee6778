/** So many samples back, what was counted has lost two thirds of its weight. */
const SAMPLES = 60;
const KEPT = 1 - 1 / SAMPLES;

/**
 * Places in the sums: the counts, their squares, the seconds of the samples, the count times the seconds of its sample,
 * those seconds squared, the squared steps between neighbours. These fade; then how many were taken, and the last rate.
 */
const [COUNT, SQUARES, SECONDS, WEIGHTED, SQUARED_SECONDS, STEPS, TAKEN, LAST_RATE] = [
  0, 1, 2, 3, 4, 5, 6, 7,
] as const;
const FADING = TAKEN;

/**
 * How much counts scatter, as variance over mean: 1 when they come independently, 0 when evenly, large in bursts.
 * Running moments: the first samples weigh alike, later ones replace them bit by bit.
 */
export class Scatter {
  /** Numbers of one object are kept side by side: there are thousands, and each is met once a tick. */
  readonly #sums = new Float64Array(8);
  readonly #stride: number;

  /** `stride` is how many seconds a sample takes as a rule. */
  constructor(stride: number) {
    this.#stride = stride;
  }

  take(count: number, seconds: number): void {
    const sums = this.#sums;
    if ((sums[TAKEN] as number) >= SAMPLES) {
      const kept = KEPT ** (seconds / this.#stride);
      for (let at = 0; at < FADING; at++) sums[at] = (sums[at] as number) * kept;
    }
    if ((sums[TAKEN] as number) > 0)
      sums[STEPS] = (sums[STEPS] as number) + (count - (sums[LAST_RATE] as number) * seconds) ** 2 / 2;
    sums[TAKEN] = (sums[TAKEN] as number) + seconds / this.#stride;
    sums[LAST_RATE] = count / seconds;
    sums[COUNT] = (sums[COUNT] as number) + count;
    sums[SQUARES] = (sums[SQUARES] as number) + count * count;
    sums[SECONDS] = (sums[SECONDS] as number) + seconds;
    sums[WEIGHTED] = (sums[WEIGHTED] as number) + count * seconds;
    sums[SQUARED_SECONDS] = (sums[SQUARED_SECONDS] as number) + seconds * seconds;
  }

  /** A second, over the samples that weigh. */
  get rate(): number {
    const seconds = this.#sums[SECONDS] as number;
    return seconds === 0 ? 0 : (this.#sums[COUNT] as number) / seconds;
  }

  /**
   * Around the mean of all samples: a rise after a silence scatters. A sample that took three times as long, on a
   * host that is busy, brings three times as many, which is no scatter.
   */
  get aroundMean(): number {
    const { rate } = this;
    if (rate <= 0) return 1;
    const sums = this.#sums;
    const expected = rate * (rate * (sums[SQUARED_SECONDS] as number) - 2 * (sums[WEIGHTED] as number));
    return ((sums[SQUARES] as number) + expected) / (sums[COUNT] as number);
  }

  /** From one sample to the next (von Neumann 1941): a new level, once reached, does not scatter. */
  get aroundNeighbours(): number {
    const count = this.#sums[COUNT] as number;
    return count <= 0 ? 1 : (this.#sums[STEPS] as number) / count;
  }
}
