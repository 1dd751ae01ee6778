import { randomFrom } from "./simulated-host.ts";

/** Draws from one seed: the same seed gives the same simulation, whatever else runs. */
export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomFrom(seed);
  }

  /** In [0, 1). */
  uniform(): number {
    return this.#next();
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.#next();
  }

  /** Evenly over the orders of magnitude: as likely between 1 and 10 as between 10 and 100. */
  logBetween(low: number, high: number): number {
    return low * (high / low) ** this.#next();
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.#next() * of.length)] as T;
  }

  exponential(mean: number): number {
    return -Math.log(1 - this.#next()) * mean;
  }

  /** Box and Muller 1958. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#next())) * Math.cos(2 * Math.PI * this.#next());
  }

  /** With this mean; `sigma` is the standard deviation of the logarithm. */
  lognormal(mean: number, sigma: number): number {
    return mean * Math.exp(sigma * this.normal() - (sigma * sigma) / 2);
  }

  /** With this mean; the smaller `shape` (above 1), the heavier the tail. Lomax: begins at zero. */
  pareto(mean: number, shape: number): number {
    return mean * (shape - 1) * ((1 - this.#next()) ** (-1 / shape) - 1);
  }

  /** With this mean; a shape below 1 has many short ones and a long tail. Both shapes that are used, 0.5 and 0.7. */
  weibull(mean: number, shape: 0.5 | 0.7): number {
    // Gamma(1 + 1/shape)
    const gamma = shape === 0.5 ? 2 : 1.2658;
    return (mean / gamma) * (-Math.log(1 - this.#next())) ** (1 / shape);
  }
}
