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
  readonly seconds: number;
}

/** One tick, as the metrics want it: plain, so that it can be posted from thread to thread. */
export interface Reading {
  readonly snapshot: Snapshot;
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
