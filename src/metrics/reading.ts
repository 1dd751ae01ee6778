import type { ForecastEvent, VerdictEvent } from "../model/events.ts";
import type { DescriptorKind } from "../model/kinds.ts";
import type { Snapshot } from "../model/snapshot.ts";

/**
 * What a service opened and closed of one kind since that was last handed over. Increments, not running counts: the
 * ledger forgets accounts that are quiet for long and begins them again at zero, and nothing has to be matched here.
 * Born: opened while watched, also what was closed again between two looks. Closed: given back by a living process. A
 * connection that changes its state, peer or class is neither.
 */
export interface Turnover {
  readonly service: string;
  readonly kind: DescriptorKind;
  readonly born: number;
  readonly closed: number;
}

/** What one part of the work of a tick took. The names are the program's own, and few. */
export interface StageCost {
  readonly stage: string;
  readonly milliseconds: number;
}

/** One tick, as the metrics want it: plain, so that it can be posted from thread to thread. */
export interface Reading {
  readonly snapshot: Snapshot;
  /** Everything that stands, most at risk first; also what is no service's, which a snapshot does not hold. */
  readonly standing: readonly (VerdictEvent | ForecastEvent)[];
  /** Of the services and kinds in which something was opened or closed; null: nobody counts, so no totals are told. */
  readonly turnover: readonly Turnover[] | null;
  readonly stages: readonly StageCost[];
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
  /** Of each channel that is configured: what waits now; what was delivered, and attempts that failed, so far. */
  readonly channels: readonly {
    readonly channel: string;
    readonly waiting: number;
    readonly delivered: number;
    readonly failed: number;
  }[];
  /** Ticks that are not on disk yet, and that were given up so far; null: no history is kept. */
  readonly history: { readonly waiting: number; readonly lost: number } | null;
}
