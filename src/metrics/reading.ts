import type { DeskTick } from "../model/desk.ts";
import type { HistoryTurnover } from "../model/history.ts";

/** One tick, as the metrics want it. */
export interface Reading extends Pick<DeskTick, "snapshot" | "standing" | "stages"> {
  /** Of the services and kinds in which something was opened or closed; null: nobody counts, so no totals are told. */
  readonly turnover: readonly HistoryTurnover[] | null;
}

/** What the program itself uses; null: not known. */
export interface OwnProcess {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly virtualBytes: number | null;
  readonly openDescriptors: number | null;
  readonly descriptorLimit: number | null;
  /** Unix seconds. */
  readonly startedAt: number;
}

/** What the agent does with what it found, as it stands when the page is asked for. */
export interface DeskState {
  /** How many alerts there are; a phase and severity that is not named has none. */
  readonly alerts: readonly {
    readonly phase: "pending" | "firing";
    readonly severity: "ticket" | "page";
    readonly count: number;
  }[];
  /** AlertsState.unheld. */
  readonly alertsUnheld: number;
  /** Of each channel that is configured: what waits now; what was delivered or given up, and attempts that failed, so far. */
  readonly channels: readonly {
    readonly channel: string;
    readonly waiting: number;
    readonly delivered: number;
    readonly failed: number;
    readonly givenUp: number;
  }[];
  /** Ticks that are not on disk yet, and that were given up so far; null: no history is kept. */
  readonly history: { readonly waiting: number; readonly lost: number } | null;
}
