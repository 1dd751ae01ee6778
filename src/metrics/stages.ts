import type { Buckets } from "./exposition.ts";
import type { StageCost } from "../model/history.ts";

/** Seconds: from what a quiet tick takes to more than the second that a tick has. */
const BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What the parts of the work took so far, counted by duration. */
export class Stages {
  readonly #byStage = new Map<string, { counts: number[]; sum: number }>();

  observe(costs: readonly StageCost[]): void {
    for (const { stage, milliseconds } of costs) {
      const seconds = milliseconds / 1000;
      let seen = this.#byStage.get(stage);
      if (seen === undefined) {
        seen = { counts: Array.from({ length: BOUNDS.length + 1 }, () => 0), sum: 0 };
        this.#byStage.set(stage, seen);
      }
      const found = BOUNDS.findIndex((bound) => seconds <= bound);
      const bucket = found < 0 ? BOUNDS.length : found;
      seen.counts[bucket] = (seen.counts[bucket] ?? 0) + 1;
      seen.sum += seconds;
    }
  }

  *all(): Generator<readonly [stage: string, Buckets]> {
    for (const [stage, { counts, sum }] of this.#byStage) yield [stage, { bounds: BOUNDS, counts, sum }];
  }
}
