import type { Baselines, ServiceBaseline } from "../model/baselines.ts";

/**
 * What is kept when somebody has learned more: of each service what was learned last. A time in the future, from a clock
 * that has been set back since, counts for nothing. `at` is Unix milliseconds.
 */
export function mergeBaselines(kept: Baselines, learned: Baselines, at: number): Baselines {
  const services = new Map<string, ServiceBaseline>();
  for (const service of kept.services) services.set(service.service, service);
  for (const service of learned.services) {
    const before = services.get(service.service);
    const newer =
      before === undefined || before.learnedUntil > at || service.learnedUntil >= before.learnedUntil;
    if (newer) services.set(service.service, service);
  }
  return { services: [...services.values()].toSorted((a, b) => b.learnedUntil - a.learnedUntil) };
}
