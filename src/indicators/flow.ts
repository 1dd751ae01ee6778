import type { Account } from "../ledger/account.ts";
import { NEARLY_ALL, type Normal } from "./normal.ts";

// What rises at many a second and goes on is proven sooner than what may be a burst. It must not be the climb of a
// sawtooth of up to 100 s, which looks the same until it falls; and a pool that has filled up, a storm that is over and
// a wave do not go on.

/** So many usual gaps, and seconds, after the last one it does not go on. */
export const GAPS = 5;
export const SECONDS = 5;

/** What was open at the first look took long to pile up when it is more than this part of what came since. */
const OLD_STOCK = 0.5;
const AT_ONCE_SECONDS = 10;

/**
 * It rose at the first look already, on top of what is open since then: of a sawtooth of up to a hundred seconds that has
 * not fallen for 80 s since, a few seconds' worth was open.
 */
export function wasUnderWay({ begunAt, open, ofUnknownAge }: Account, risingSince: number): boolean {
  return risingSince - begunAt <= AT_ONCE_SECONDS && ofUnknownAge > OLD_STOCK * (open - ofUnknownAge);
}

/** By what was normal before the rise: of a sawtooth few live to an age, and those that do are of its longest climbs. */
export function isToldFromClimb(normal: Normal | null): boolean {
  return normal !== null && normal.survival >= NEARLY_ALL;
}
