import type { Cohorts } from "../ledger/cohorts.ts";

/** Fewer of either are no evidence of anything. */
const LEAST = 8;
/** So many of one may come with each of the other. */
const HIGHEST_RATIO = 8;
/** The totals may be this far from a whole ratio: some of a bundle are closed after all, others fall between two looks. */
const RATIO_TOLERANCE = 0.08;
/**
 * How far the counts may drift apart on the way, in square roots of their total. Two that come independently drift by
 * about 0.85 (the supremum of a Brownian bridge of both variances), and by less than 0.5 once in thirty times.
 */
const DRIFT = 0.5;

/**
 * Whether two classes are opened together: how many of `other` come with each of `one`; null when they are not.
 *
 *     sockets    |  .  .. .   . .     one of each for each client: the running counts climb the same stairs
 *     eventfds   |  .  .. .   . .
 *     files      | . .  .   ..   .    as many, at times of their own: the stairs cross and part
 *
 * Both are counted from `from` until `to`, in seconds since boot, as far as they are still open. The ratio must be a
 * whole number, or one over a whole number.
 */
export function couplingOf(one: Cohorts, other: Cohorts, from: number, to: number): number | null {
  const steps = merged([...one.cameWithin(from, to)], [...other.cameWithin(from, to)]);
  let [ones, others] = [0, 0];
  for (const step of steps) {
    ones += step.one;
    others += step.other;
  }
  const [fewer, more] = ones <= others ? [ones, others] : [others, ones];
  if (fewer < LEAST) return null;
  const ratio = Math.round(more / fewer);
  const apart = Math.abs(more - ratio * fewer);
  if (ratio > HIGHEST_RATIO || apart > Math.max(2 * ratio, RATIO_TOLERANCE * more)) return null;
  const allowed = 2 * ratio + DRIFT * Math.sqrt(more * ratio);
  let [many, few] = [0, 0];
  for (const step of steps) {
    many += ones <= others ? step.other : step.one;
    few += ones <= others ? step.one : step.other;
    if (Math.abs(many - (few * more) / fewer) > allowed) return null;
  }
  return ones <= others ? ratio : 1 / ratio;
}

interface Step {
  readonly at: number;
  one: number;
  other: number;
}

type Came = readonly { readonly at: number; readonly count: number }[];

/** What came of each at every time at which something of either came, oldest first. */
function merged(one: Came, other: Came): Step[] {
  const steps = new Map<number, Step>();
  for (const { at, count } of one) steps.set(at, { at, one: count, other: 0 });
  for (const { at, count } of other) {
    const step = steps.get(at);
    if (step === undefined) steps.set(at, { at, one: 0, other: count });
    else step.other = count;
  }
  return [...steps.values()].toSorted((a, b) => a.at - b.at);
}
