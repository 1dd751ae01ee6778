import type { Random } from "./random.ts";

/**
 * Which distributions the draws of a simulation come from. Thresholds are tuned on one flavour and proved on the other,
 * which differs in the shape of every distribution and in the way requests arrive, not only in its seeds.
 */
export interface Flavour {
  readonly name: "tuning" | "test";
  /** A parameter of a workload in this range. */
  parameter(random: Random, low: number, high: number): number;
  /** Draws lifetimes with this mean. */
  lifetimes(random: Random, mean: number): () => number;
  /** How many requests come together, and the most seconds between two of them; one by one when null. */
  sessions(random: Random): { readonly size: () => number; readonly gap: () => number } | null;
  /** How much the rate of arrivals sways around its mean: standard deviation of its logarithm, 0 for a constant one. */
  sway(random: Random): number;
}

/** Exponential lifetimes, Poisson arrivals at a constant rate, parameters evenly over their orders of magnitude. */
export const TUNING: Flavour = {
  name: "tuning",
  parameter: (random, low, high) => random.logBetween(low, high),
  lifetimes: (random, mean) => () => random.exponential(mean),
  sessions: () => null,
  sway: () => 0,
};

/** Heavy-tailed lifetimes of three kinds, arrivals in sessions at a rate that sways, parameters evenly over their range or not. */
export const TEST: Flavour = {
  name: "test",
  parameter: (random, low, high) =>
    random.chance(0.5) ? random.between(low, high) : random.logBetween(low, high),
  lifetimes(random, mean) {
    const kind = random.pick(["lognormal", "pareto", "weibull"] as const);
    if (kind === "lognormal") {
      const sigma = random.between(0.4, 1.6);
      return () => random.lognormal(mean, sigma);
    }
    if (kind === "weibull") {
      const shape = random.pick([0.5, 0.7] as const);
      return () => random.weibull(mean, shape);
    }
    const shape = random.between(1.6, 3);
    return () => random.pareto(mean, shape);
  },
  sessions(random) {
    if (random.chance(0.4)) return null;
    const size = random.between(1.5, 6);
    const gap = random.logBetween(0.05, 5);
    return {
      size: () => 1 + Math.floor(random.exponential(size - 1)),
      gap: () => random.exponential(gap),
    };
  },
  sway: (random) => random.between(0, 0.5),
};
