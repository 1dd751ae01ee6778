import { CONFIRMED_SCORE, type Level } from "./accumulation.ts";

/** Half a minute of connections that a pool need not have opened, however many. */
const SUSPECT_STRENGTH = 5.6;
const WITHDRAWN_STRENGTH = 2;
/** From this share on they are opened whether the pool has one to give or not. */
const LEAST_SHARE = 0.5;
/** A connection that carried no more than this was made for one piece of work ... */
const FEW_EXCHANGES = 20;
/** ... or than this share of what the pool's connections carried so far. */
const FEW_BESIDE_POOL = 0.25;
/** Of those that are kept, so many have to be seen. */
const LEAST_KEPT = 20;

/** What is known of connections that a service opens beside its pool. */
export interface BesidePool {
  /** BypassEvidence.strength: of those that were closed soon. */
  readonly strength: number;
  /** Opened since it began, and those of them while enough of the pool stood idle. */
  readonly opened: number;
  readonly openedIdle: number;
  /** Mean exchanges over those that were closed soon, and the median of the pool's own; null: not known. */
  readonly exchanges: number | null;
  readonly poolExchanges: number | null;
  /** What stands of those that are kept open. */
  readonly leak: "suspect" | "confirmed" | null;
}

/**
 * A pool is bypassed when, while it has connections to give, others are opened beside it: sustained, and each for little
 * work. Those that are closed soon are evidence by themselves; those that are kept when they are proven to be a leak.
 */
export function judgePool(of: BesidePool): Level {
  const beside = of.opened > 0 && of.openedIdle >= LEAST_SHARE * of.opened;
  if (beside && of.leak === "confirmed" && of.openedIdle >= LEAST_KEPT) return "confirmed";
  if (of.strength < WITHDRAWN_STRENGTH) return "healthy";
  if (of.strength < SUSPECT_STRENGTH || !beside || !isForLittle(of)) return "insufficient";
  return of.strength >= CONFIRMED_SCORE ? "confirmed" : "suspect";
}

function isForLittle({ exchanges, poolExchanges }: BesidePool): boolean {
  if (exchanges === null) return false;
  return (
    exchanges <= FEW_EXCHANGES || (poolExchanges !== null && exchanges <= FEW_BESIDE_POOL * poolExchanges)
  );
}
