import { growthOf, probabilityWithin, type Grown } from "../indicators/runway.ts";

/** A forecast is worth a page when the end is likely this near. */
const FORECAST_SECONDS = 30 * 60;
const FORECAST_PROBABILITY = 0.9;
const WITHDRAWN_PROBABILITY = 0.5;
const GROWTH_WINDOW = 30;
const GROWTH_WINDOWS = 3;
/** Of a total whose parts have no ages: it swings up for minutes, and back. */
export const AGELESS_WINDOW = 40;
/** Each window has this share of the growth that is gone by. */
const STEADY_SHARE = 1 / 3;
const NARROW = 0.1;
const FLOOR = 0.05;

/** What can be said of a process and its RLIMIT_NOFILE, or of another limit and what uses it up. */
export interface LimitJudgement {
  /** No descriptor can be opened any more. */
  readonly atLimit: boolean;
  /** It left the limit by enough for that to be withdrawn. */
  readonly clearOfLimit: boolean;
  readonly forecast: boolean;
  readonly forecastWithdrawn: boolean;
}

/** `headroom` is how many are free: of a process, numbers below its soft limit. */
export function judgeLimit(
  account: Grown | undefined,
  headroom: number,
  limit: number,
  now: number,
  windowSeconds = GROWTH_WINDOW,
): LimitJudgement {
  const share = limit > 0 ? headroom / limit : 0;
  const growth = once(() => (account === undefined ? null : growthOf(account, now)));
  const probability = (): number => {
    const grown = growth();
    return grown === null || headroom <= 0 ? 0 : probabilityWithin(FORECAST_SECONDS, headroom, grown);
  };
  return {
    atLimit: headroom <= 0,
    clearOfLimit: share >= FLOOR,
    get forecast() {
      // Most processes grow at no time, and cost no more than this look.
      if (account === undefined || (share >= NARROW && !growsSteadily(account, now, windowSeconds)))
        return false;
      const grown = growth();
      return (
        grown !== null &&
        grown.seconds >= windowSeconds &&
        probability() >= FORECAST_PROBABILITY &&
        (share < NARROW ||
          growsSteadily(account, now, windowSeconds, (STEADY_SHARE * grown.count) / grown.seconds))
      );
    },
    // Near the limit a flat line is no relief: opens fail and are tried again.
    get forecastWithdrawn() {
      return share >= FLOOR && probability() < WITHDRAWN_PROBABILITY;
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/**
 * What is older than 40 s grew in each of the last three windows, by so much a second at least: a thousand arrivals within
 * a minute do not, nor does what grew a little before they came.
 */
export function growsSteadily(
  account: Grown,
  now: number,
  windowSeconds: number,
  leastPerSecond = 0,
): boolean {
  let later = account.aged;
  for (let window = 1; window <= GROWTH_WINDOWS; window++) {
    const point = account.history.before(now - window * windowSeconds);
    if (point === null || point.at > now - window * windowSeconds) return false;
    const grown = later - point.aged;
    if (grown <= 0 || grown < leastPerSecond * windowSeconds) return false;
    later = point.aged;
  }
  return true;
}

/** It never stood higher within that time: a total whose parts have no ages swings up for minutes, and back. */
export function standsHighest({ history, aged }: Grown, now: number): boolean {
  const from = now - GROWTH_WINDOWS * AGELESS_WINDOW;
  for (let at = 0; at < history.count; at++)
    if (history.timeOf(at) >= from && history.agedOf(at) > aged) return false;
  return true;
}
