import type { OwnCost } from "./screen/header.ts";
import type { Surroundings } from "./surroundings.ts";

/** Measures this program between two looks at it; the first look is start-up and says nothing of its pace. */
export function ownCostMeter(surroundings: Surroundings): () => OwnCost {
  let before: ReturnType<Surroundings["cost"]> | null = null;
  let cpuPercent: number | null = null;
  return () => {
    const now = surroundings.cost();
    if (before !== null && now.atMilliseconds - before.atMilliseconds >= 400) {
      cpuPercent =
        (100 * (now.cpuMilliseconds - before.cpuMilliseconds)) / (now.atMilliseconds - before.atMilliseconds);
      before = now;
    }
    before ??= now;
    return { cpuPercent, residentBytes: now.residentBytes };
  };
}
