// What one run of something costs, and the medians of several that take turns.
import { setTimeout as pause } from "node:timers/promises";
import { median } from "./figures.ts";

/** Seconds. */
export interface Cost {
  readonly wall: number;
  /** In user and kernel, of all threads. */
  readonly cpu: number;
}

export interface Contender {
  readonly name: string;
  run(): Promise<Cost>;
}

export interface Result extends Cost {
  readonly name: string;
}

/**
 * Medians of `rounds` rounds in each of which everyone runs once, each after a second of rest: what disturbs the
 * machine for a while disturbs them all, and nobody finds the caches that the one before has filled.
 */
export async function takeTurns(contenders: readonly Contender[], rounds: number): Promise<Result[]> {
  const costs = contenders.map((): Cost[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, contender] of contenders.entries()) {
      await pause(1000);
      costs[at]?.push(await contender.run());
    }
  }
  return contenders.map(({ name }, at) => ({ name, ...medianCost(costs[at] ?? []) }));
}

export function medianCost(costs: readonly Cost[]): Cost {
  return { wall: median(costs.map(({ wall }) => wall)), cpu: median(costs.map(({ cpu }) => cpu)) };
}

/** Of work in this process, and what came of it. Its threads are counted, its children are not. */
export async function costOf<T>(work: () => T | Promise<T>): Promise<Cost & { readonly result: T }> {
  const [from, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - from) / 1000, cpu: (user + system) / 1e6, result };
}

export const NO_COST: Cost = { wall: 0, cpu: 0 };

export function addCosts(one: Cost, other: Cost): Cost {
  return { wall: one.wall + other.wall, cpu: one.cpu + other.cpu };
}
