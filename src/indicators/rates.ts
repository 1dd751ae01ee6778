import type { Account } from "../ledger/account.ts";
import { BIN_SECONDS } from "../ledger/history.ts";
import type { Rates } from "../model/snapshot.ts";
import { growthOf, type Growth } from "./runway.ts";

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
  return perMinute(changes(account, now, startedAt, windowSeconds), ({ born, left, moved }) => ({
    born,
    died: left - moved,
    net: born - left,
  }));
}

/**
 * The same of what a service holds, class by class, as tables show it: connections that proved to be used again, which
 * puts them into a class of their own, were not opened there. Where they were open before watching began they were not
 * kept there either, nor lost where they were: every busy client does that once, soon after descry began to look.
 */
export function holdingRates(
  account: Account | undefined,
  now: number,
  startedAt: number,
  windowSeconds: number,
): Rates {
  return perMinute(
    changes(account, now, startedAt, windowSeconds),
    ({ born, left, moved, turned, turnedOld }) => ({
      born: born - turned,
      died: left - moved,
      net: born - left - turnedOld,
    }),
  );
}

/** What an account counted in so many seconds. */
interface Changes {
  readonly seconds: number;
  readonly born: number;
  readonly left: number;
  readonly moved: number;
  readonly turned: number;
  readonly turnedOld: number;
}

function changes(
  account: Account | undefined,
  now: number,
  startedAt: number,
  windowSeconds: number,
): Changes {
  const from = Math.max(now - windowSeconds, startedAt);
  const base = account?.history.before(from) ?? null;
  // A history has gaps: before its first point, and while nothing changed. In a gap the counts stood still, so the
  // window begins at `from` all the same.
  const start = base !== null && base.at < from && from - base.at <= 2 * BIN_SECONDS ? base.at : from;
  const seconds = now - start;
  if (account === undefined || base === null)
    return { seconds, born: 0, left: 0, moved: 0, turned: 0, turnedOld: 0 };
  return {
    seconds,
    born: account.born - base.born,
    left: account.died - base.died,
    moved: account.movedAway - base.moved,
    turned: account.turned - (base.turned ?? 0),
    turnedOld: account.turnedOld - (base.turnedOld ?? 0),
  };
}

function perMinute(
  counted: Changes,
  of: (counted: Changes) => { readonly born: number; readonly died: number; readonly net: number },
): Rates {
  const { seconds } = counted;
  if (seconds < SHORTEST_WINDOW)
    return { windowSeconds: seconds, bornPerMinute: null, diedPerMinute: null, netPerMinute: null };
  const { born, died, net } = of(counted);
  const each = 60 / seconds;
  return {
    windowSeconds: seconds,
    bornPerMinute: born * each,
    diedPerMinute: died * each,
    netPerMinute: net * each,
  };
}

/** Rates of a rise are counted since it began, over at least one minute and at most ten. */
const SHORTEST_RISE = 60;
const LONGEST_RISE = 600;

/** The rates of what rises `since` then, or over the last minute where that is not known. Times in seconds since boot. */
export function ratesOfRise(
  account: Account | undefined,
  now: number,
  startedAt: number,
  since: number | null,
): Rates {
  if (account === undefined || since === null) return rates(account, now, startedAt, SHORTEST_RISE);
  const window = Math.min(LONGEST_RISE, Math.max(now - since, SHORTEST_RISE));
  const from = Math.max(now - window, startedAt);
  return keptOf(rates(account, now, countedFrom(account, from, since), window), growthOf(account, now));
}

/**
 * When the first of a rise was counted, at the earliest, where none was before it; else `from`. A rise is dated by what
 * came first, and connections belong to a state such as "unread" only some seconds after they came. What is read now
 * and then is counted late as well, but not all of it: a batch has come since the one before.
 */
function countedFrom({ history, latenessAtLeast }: Account, from: number, since: number): number {
  if (latenessAtLeast === Infinity) return from;
  const first = since + latenessAtLeast;
  const isStill = history.before(from)?.born === history.before(first)?.born;
  return isStill && first > from ? first : from;
}

/** From this share of the opened on, what is closed decides how many happen to be open at an end of the window. */
const MUCH_CLOSED = 0.1;
/** Growth over less than this says less than the count. */
const SHORTEST_GROWTH_SECONDS = 60;

/**
 * The same rates, with what is kept told by the growth of what is older than 40 s where much is closed as well: a batch
 * that opens forty and gives them back within half a minute adds up to forty to what was opened less closed, or takes
 * them away, as its cycle falls into the window.
 *
 *     open   /|/|/|/   opened less closed between two moments: the leak, and the teeth
 *     old    _/‾_/‾    the leak alone
 */
function keptOf(counted: Rates, growth: Growth | null): Rates {
  const { bornPerMinute: born, diedPerMinute: died } = counted;
  if (born === null || died === null || died < MUCH_CLOSED * born) return counted;
  if (growth === null || growth.seconds < SHORTEST_GROWTH_SECONDS) return counted;
  return { ...counted, netPerMinute: Math.min(born, (growth.count / growth.seconds) * 60) };
}
