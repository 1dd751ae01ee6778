import type { DescryEvent, ForecastEvent, VerdictEvent } from "./events.ts";
import type { HistoryTurnover, StageCost } from "./history.ts";
import type { Snapshot } from "./snapshot.ts";

/** All that happened since the one before, as the thread that reads the kernel hands it to the one that keeps and tells it. */
export interface DeskTick {
  readonly snapshot: Snapshot;
  /** Everything that stands, most at risk first; also what is no service's, which a snapshot does not hold. */
  readonly standing: readonly (VerdictEvent | ForecastEvent)[];
  readonly events: readonly DescryEvent[];
  readonly turnover: readonly HistoryTurnover[];
  /** One of each tick: a stage is there as often as it was worked through. */
  readonly stages: readonly StageCost[];
}
