import type { Account } from "../ledger/account.ts";
import { BIN_SECONDS } from "../ledger/history.ts";
import type { Rates } from "../model/snapshot.ts";

/** A rate over less than this says more of the moment than of the program. */
const SHORTEST_WINDOW = 10;

/**
 * Opened, closed and kept per minute over the last `windowSeconds`, or since watching began when that is shorter.
 * Kept is opened less closed; what left with its process counts in neither, and what
 * only changed its state was not closed. Null while watched for under 10 s.
 */
export function rates(
  account: Account | undefined,
  now: number,
  startedAt: number,
  windowSeconds: number,
): Rates {
  const from = Math.max(now - windowSeconds, startedAt);
  const base = account?.history.before(from) ?? null;
  // A history has gaps: before its first point, and while nothing changed. In a gap the counts stood still, so the
  // window begins at `from` all the same.
  const start = base !== null && base.at < from && from - base.at <= 2 * BIN_SECONDS ? base.at : from;
  const seconds = now - start;
  if (seconds < SHORTEST_WINDOW)
    return { windowSeconds: seconds, bornPerMinute: null, diedPerMinute: null, netPerMinute: null };
  const born = account === undefined || base === null ? 0 : account.born - base.born;
  const left = account === undefined || base === null ? 0 : account.died - base.died;
  const moved = account === undefined || base === null ? 0 : account.movedAway - base.moved;
  const perMinute = 60 / seconds;
  return {
    windowSeconds: seconds,
    bornPerMinute: born * perMinute,
    diedPerMinute: (left - moved) * perMinute,
    netPerMinute: (born - left) * perMinute,
  };
}
