/**
 * Ages at which survival is judged, in seconds: 20 s, doubling on to nearly two days. A descriptor that stays open
 * passes them one by one:
 *
 *     leak      20 s ####  40 s ####  80 s ####  160 s ####   every rung keeps filling
 *     healthy   20 s ####  40 s #     80 s       160 s        few live that long, and as many leave as arrive
 *
 * The old ones are for leaks of a few an hour: what healthy traffic there is has long gone at such ages.
 */
export const RUNGS: readonly number[] = Array.from({ length: 14 }, (_, rung) => 20 * 2 ** rung);

/** Rung of the age from which growth counts as growth: what is younger may be on its way out. */
export const AGED_RUNG = RUNGS.indexOf(40);

/** An age is told to one part in this many; what came within so much time is one cohort by then. */
const RESOLUTION = 80;

const STRIDES = RUNGS.map((age) => (age / RESOLUTION < 1 ? 0 : age / RESOLUTION));

/**
 * Seconds on whose multiples (of seconds since boot) an age is looked at: a power of two, so that an age that is due
 * has all the younger ones due with it; 0: at every tick.
 */
export function strideOf(rung: number): number {
  return STRIDES[rung] as number;
}

/** How many of the youngest rungs are due at `now` when they were looked at last at `before`. */
export function dueRungs(before: number, now: number): number {
  let due = 0;
  for (; due < RUNGS.length; due++) {
    const stride = strideOf(due);
    if (stride > 0 && Math.floor(now / stride) === Math.floor(before / stride)) break;
  }
  return due;
}
