import type { DescriptorClass } from "../census/classes.ts";
import { ALLOWED_PER_SECOND, type BypassEvidence, type PoolSize } from "../indicators/pool.ts";
import { POOL_BIN_SECONDS, type PoolUse } from "../ledger/pool-uses.ts";
import type { VerdictEvent } from "../model/events.ts";

/** What happens in this time says whether a pool is still bypassed. */
const ACTIVE_SECONDS = 30;

/** A bypassed pool, as it was told. Times in seconds since boot. */
export interface BypassStanding {
  readonly standing: "suspect" | "confirmed";
  readonly raisedAt: number;
  readonly since: number;
  readonly told: VerdictEvent;
  /** When something was last opened beside it as it should not be. */
  readonly activeAt: number;
  /** Since when the service has had no process; null while it has one. */
  readonly goneAt: number | null;
}

/** A pool of connections of one service to one address, and what is known of it. */
export interface Pool {
  /** The class of its connections: those that are used again and again. */
  of: DescriptorClass;
  readonly service: string;
  readonly address: string;
  readonly size: PoolSize;
  readonly evidence: BypassEvidence;
  /** The bin that is weighed next, by its beginning. */
  nextBin: number;
  /** Since when its evidence has risen; null: there is none. */
  risingSince: number | null;
  standing: BypassStanding | null;
}

/** Weighs what was opened beside the pool until now. */
export function weigh(pool: Pool, use: PoolUse | undefined, now: number): void {
  // What never was evidence does not become it by waiting.
  if (use === undefined && pool.risingSince === null) {
    pool.nextBin = binAt(now);
    return;
  }
  for (; pool.nextBin + POOL_BIN_SECONDS <= now; pool.nextBin += POOL_BIN_SECONDS) {
    pool.evidence.take(use?.find(pool.nextBin));
    if (pool.evidence.strength <= 0) pool.risingSince = null;
    else pool.risingSince ??= pool.nextBin;
  }
}

/** Still more are opened beside it than anything healthy does. */
export function isActive(use: PoolUse | undefined, now: number): boolean {
  return (use?.since(now - ACTIVE_SECONDS).shortIdle ?? 0) > ALLOWED_PER_SECOND * ACTIVE_SECONDS;
}

/** More are opened beside it than may be for good reasons, whether it is idle or not. */
export function isBusy(use: PoolUse | undefined, now: number): boolean {
  return (use?.since(now - ACTIVE_SECONDS).opened ?? 0) > ALLOWED_PER_SECOND * ACTIVE_SECONDS;
}

/** Nobody looked: what stands stays, and the evidence begins anew. */
export function skipPause(pool: Pool, now: number): void {
  pool.evidence.reset();
  pool.risingSince = null;
  pool.nextBin = binAt(now) + POOL_BIN_SECONDS;
}

/** Beginning of the bin that this moment falls into. */
export function binAt(now: number): number {
  return Math.floor(now / POOL_BIN_SECONDS) * POOL_BIN_SECONDS;
}
