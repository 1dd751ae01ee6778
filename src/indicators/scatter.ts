/** So many samples back, what was counted has lost two thirds of its weight. */
const SAMPLES = 60;
const KEPT = 1 - 1 / SAMPLES;

/**
 * How much counts scatter, as variance over mean: 1 when they come independently, 0 when evenly, large in bursts.
 * Running moments: the first samples weigh alike, later ones replace them bit by bit.
 */
export class Scatter {
  #taken = 0;
  #count = 0;
  #squares = 0;
  #seconds = 0;
  /** Sums of the count times the seconds of its sample, of those seconds squared, and of the squared steps between neighbours. */
  #weighted = 0;
  #squaredSeconds = 0;
  #steps = 0;
  #lastRate = 0;

  take(count: number, seconds: number): void {
    if (this.#taken++ >= SAMPLES) this.#fade();
    if (this.#taken > 1) this.#steps += (count - this.#lastRate * seconds) ** 2 / 2;
    this.#lastRate = count / seconds;
    this.#count += count;
    this.#squares += count * count;
    this.#seconds += seconds;
    this.#weighted += count * seconds;
    this.#squaredSeconds += seconds * seconds;
  }

  #fade(): void {
    this.#count *= KEPT;
    this.#squares *= KEPT;
    this.#seconds *= KEPT;
    this.#weighted *= KEPT;
    this.#squaredSeconds *= KEPT;
    this.#steps *= KEPT;
  }

  /** A second, over the samples that weigh. */
  get rate(): number {
    return this.#seconds === 0 ? 0 : this.#count / this.#seconds;
  }

  /**
   * Around the mean of all samples: a rise after a silence scatters. A sample that took three times as long, on a
   * host that is busy, brings three times as many, which is no scatter.
   */
  get aroundMean(): number {
    if (this.#count <= 0) return 1;
    const { rate } = this;
    return (this.#squares - 2 * rate * this.#weighted + rate * rate * this.#squaredSeconds) / this.#count;
  }

  /** From one sample to the next (von Neumann 1941): a new level, once reached, does not scatter. */
  get aroundNeighbours(): number {
    return this.#count <= 0 ? 1 : this.#steps / this.#count;
  }
}
