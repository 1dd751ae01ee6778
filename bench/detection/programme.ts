import type { Flavour } from "./flavour.ts";
import { DRAWS, RATES, type Job, type LeakMode, type LeakRate } from "./jobs.ts";

/** How much is simulated. */
export interface Size {
  /** Seeds begin so far behind the first of the draw: what is looked at often is not what is reported. */
  readonly skippedSeeds: number;
  readonly healthyHosts: number;
  readonly healthyDays: number;
  /** Hosts of each rate and mode, with one leak of each workload. */
  readonly leakHosts: number;
  readonly rates: readonly LeakRate[];
  readonly knownLimitHosts: number;
  /** Hosts with eighteen leaks each whose end is forecast. */
  readonly forecastHosts: number;
  /** Hosts that are run twice, with looks one and ten seconds apart. */
  readonly tickHosts: number;
}

/** A thousand healthy service-days and more: 23 services a host, and the hours before the leaks. */
export const FULL: Size = {
  skippedSeeds: 0,
  healthyHosts: 15,
  healthyDays: 3,
  leakHosts: 1,
  rates: RATES,
  knownLimitHosts: 1,
  forecastHosts: 12,
  tickHosts: 1,
};
export const QUICK: Size = {
  skippedSeeds: 100_000,
  healthyHosts: 2,
  healthyDays: 0.5,
  leakHosts: 1,
  rates: [250, 60, 10],
  knownLimitHosts: 1,
  forecastHosts: 1,
  tickHosts: 0,
};

const MODES: readonly LeakMode[] = ["after health", "from the first look"];

/** Each kind of job, rate and mode has so many seeds of its own, however many are used. */
const SEEDS_OF_A_KIND = 1000;

/** Every job with a seed of its own; healthy hosts and leaks in turn, so that a run that was cut short has of each. */
export function jobsOf(size: Size, draw: Flavour["name"]): Job[] {
  let first = DRAWS[draw].firstSeed + size.skippedSeeds;
  const jobs: Job[] = [];
  const times = (count: number, make: (seed: number) => Job[]): void => {
    for (let at = 0; at < count; at++) jobs.push(...make(first + at));
    first += SEEDS_OF_A_KIND;
  };
  times(size.healthyHosts, (of) => [{ kind: "healthy", seed: of, days: size.healthyDays }]);
  const healthy = jobs.splice(0);
  const cells = size.rates.flatMap((perMinute) => MODES.map((mode) => ({ perMinute, mode })));
  for (let host = 0; host < size.leakHosts; host++)
    for (const cell of cells) times(1, (of) => [{ kind: "leak", seed: of, ...cell }]);
  const leaks = jobs.splice(0);
  for (let at = 0; at < Math.max(healthy.length, leaks.length); at++)
    jobs.push(...healthy.slice(at, at + 1), ...leaks.slice(at, at + 1));
  times(size.forecastHosts, (of) => [{ kind: "forecast", seed: of }]);
  times(size.knownLimitHosts, (of) => [{ kind: "known limit", seed: of, days: 1 / 6 }]);
  times(size.tickHosts, (of) =>
    ([1, 10] as const).flatMap((ticks): Job[] => [
      { kind: "healthy", seed: of, days: 0.5, ticks },
      { kind: "leak", seed: of, perMinute: 10, mode: "after health", ticks },
    ]),
  );
  return jobs;
}
