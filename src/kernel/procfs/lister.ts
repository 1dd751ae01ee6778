import type { GapReason } from "../../model/facts.ts";
import type { Changes, MissedSockets } from "./descriptors.ts";
import type { WatchedProcess } from "./process.ts";
import type { Slices } from "./slices.ts";

/** What listing one process gave: its changes, or why there are none. */
export interface Listed {
  readonly process: WatchedProcess;
  readonly outcome: Changes | { readonly reason: GapReason };
  /** What it took, in seconds of CPU. */
  readonly seconds: number;
}

/**
 * Lists processes in the order given and brings their tables up to date. The two kinds, with the addon and without,
 * give the same facts. `due` is asked for the next process when there is room for it, not before.
 */
export interface Lister {
  list(
    due: Iterable<WatchedProcess>,
    now: number,
    missed: MissedSockets,
    slices: Slices,
  ): AsyncIterable<Listed>;
}
