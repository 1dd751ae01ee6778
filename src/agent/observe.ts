import type { DescryEvent } from "../model/events.ts";
import type { Facts } from "../model/facts.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Targets } from "../model/targets.ts";

/** One tick: what was read, and what came of it. */
export interface Tick {
  readonly facts: Facts;
  readonly events: readonly DescryEvent[];
  /** Drawn up when asked for. */
  snapshot(): Snapshot;
  /** Pids asked for with --pid that are not, or no longer, there. */
  readonly missingPids: readonly number[];
}

export interface ObserveOptions {
  readonly targets: Targets;
  /** Milliseconds between ticks; 0 for a recording: as fast as it goes. */
  readonly interval: number;
  /** Ends the observation between two ticks. */
  readonly signal?: AbortSignal;
}
