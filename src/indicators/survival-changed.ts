import * as cusum from "./cusum.ts";
import { NEARLY_ALL } from "./normal.ts";

/** Survival may have become so many times what it was, as long as that is below 1 ... */
const TIMES: readonly number[] = [1.5, 2, 4, 16, 64];
/** ... or have made up so much of what it was short of 1. */
const PARTS: readonly number[] = [0.02, 0.05, 0.1, 0.3, 0.7];

const ALTERNATIVES = TIMES.length + PARTS.length;

const TEN_MINUTES = 600;

/** What is normal has been learned anew and differs by more than this: the alternatives are counted from there. */
const NEWS = 0.01;

/**
 * Places in the row: how many may still pass at once where survival has no room to rise; what was normal when the
 * alternatives were counted from it, survival and how many passed in ten minutes, 0 before that; for each alternative
 * what one that lives to the age adds, and what one that does not; the sums.
 */
const [SPARE, SURVIVAL, PASSED, STEPS] = [0, 1, 2, 3] as const;
const SUMS = STEPS + 2 * ALTERNATIVES;
export const WIDTH = SUMS + cusum.widthOf(ALTERNATIVES);

/**
 * Evidence at one age that more live to it than used to ("E1" in docs/concepts.md), against a learned survival.
 *
 *     load doubles    born ||||||||    past 40 s ..         the same share survives: nothing
 *     leak            born ||||        past 40 s . . . .    a larger share does
 *
 * For each alternative survival p the log-likelihood ratio against the normal one is summed up as a CUSUM. Where
 * nearly all survive anyway (a pool that replaces its members), the number that pass the age is compared with the
 * largest number that was normal in ten minutes instead. In the row stand at `phiAt` how much counts scatter, at the
 * others what is normal.
 */
export function take(
  row: Float64Array,
  at: number,
  born: number,
  x: number,
  seconds: number,
  phiAt: number,
  survivalAt: number,
  passedAt: number,
): void {
  if (isNews(row, at, survivalAt, passedAt))
    compare(row, at, row[survivalAt] as number, row[passedAt] as number);
  if ((row[survivalAt] as number) >= NEARLY_ALL)
    takeRate(row, at, x, seconds, phiAt, row[passedAt] as number);
  else if (born > 0) weigh(row, at, x, born - x, phiAt);
}

/** `x` against what is normal in ten minutes: as many at once are normal as well. */
function takeRate(
  row: Float64Array,
  at: number,
  x: number,
  seconds: number,
  phiAt: number,
  normal: number,
): void {
  const usual = (normal / TEN_MINUTES) * seconds;
  const spare = Math.min(normal, (row[at + SPARE] as number) + usual);
  const beyond = Math.max(0, x - spare);
  row[at + SPARE] = spare - (x - beyond);
  weigh(row, at, beyond === 0 ? 0 : beyond + usual, usual, phiAt);
}

function weigh(row: Float64Array, at: number, x: number, rest: number, phiAt: number): void {
  cusum.take(row, at + SUMS, ALTERNATIVES, row, at + STEPS, x, rest, phiAt);
}

/** Null where nothing was learned. */
export function evidenceOf(row: Float64Array, at: number): number | null {
  if (row[at + SURVIVAL] === 0) return null;
  return cusum.evidenceOf(row, at + SUMS, ALTERNATIVES);
}

export function fade(row: Float64Array, at: number, by: number): void {
  cusum.fade(row, at + SUMS, ALTERNATIVES, by);
}

/** Counts the alternatives from what is normal now. */
function compare(row: Float64Array, at: number, p0: number, passedIn10Minutes: number): void {
  const before = row[at + SURVIVAL] as number;
  const changedKind = before > 0 && before < NEARLY_ALL !== p0 < NEARLY_ALL;
  if (changedKind) fade(row, at, 0);
  if (before === 0 || changedKind) row[at + SPARE] = passedIn10Minutes;
  row[at + SURVIVAL] = p0;
  row[at + PASSED] = passedIn10Minutes;
  for (let one = 0; one < ALTERNATIVES; one++) {
    const place = at + STEPS + 2 * one;
    const times = TIMES[one];
    if (p0 >= NEARLY_ALL) {
      // A Poisson rate of so many times the normal one; each alternative twice.
      const ratio = times ?? TIMES[one - TIMES.length] ?? 1;
      row[place] = Math.log(ratio);
      row[place + 1] = 1 - ratio;
      continue;
    }
    const p =
      times === undefined
        ? p0 + (PARTS[one - TIMES.length] as number) * (1 - p0)
        : // Where so many times would be more than all, the nearest that means something.
          Math.min(p0 * times, 1 - (1 - p0) / times);
    row[place] = Math.log(p / p0);
    row[place + 1] = Math.log((1 - p) / (1 - p0));
  }
}

/** What is learned is never 0 (see Learning): 0 is that of which nothing was compared. */
function isNews(row: Float64Array, at: number, survivalAt: number, passedAt: number): boolean {
  return isApart(row, at + SURVIVAL, survivalAt) || isApart(row, at + PASSED, passedAt);
}

function isApart(row: Float64Array, one: number, other: number): boolean {
  return Math.abs((row[one] as number) - (row[other] as number)) > NEWS * (row[other] as number);
}
