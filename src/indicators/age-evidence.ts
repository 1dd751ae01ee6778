import * as gaps from "./gaps.ts";
import { NEARLY_ALL, RARE, type Normal } from "./normal.ts";
import * as oldStay from "./old-stay.ts";
import { powersOf } from "./powers.ts";
import * as scatter from "./scatter.ts";
import * as survivalChanged from "./survival-changed.ts";

/** Counts scatter at least this much more than a Poisson process, and at most six times more is believed. */
const DISPERSION = 1.3;
const WIDEST_SCATTER = 6;

/** Nobody passed the age for this many usual gaps, and for half a minute: what rose at this age has ended. */
const IDLE_GAPS = 8;
const IDLE_SECONDS = 30;

/** Of what lived to the age and what did not this much weighs after a second: a third after twelve. */
const SHARE_KEPT = 0.92;
/** When fewer than this share are closed before the age, all may be waiting for the same thing. */
const STALLED = 0.05;

/**
 * The evidence of accumulation at one age of one class is a row of numbers, which begins at the place `at` of an array
 * that all ages of the class share: thousands of classes are gone through at every tick, and what costs is not to
 * compute but to fetch what is scattered over the memory.
 *
 * Places in the row: whether it has begun, how many seconds a sample takes as a rule, whether few live to the age,
 * what is normal (a survival of 0: nothing was learned), how many were born and how many closed before the age, lately,
 * how many pass the age in a second as usual, and how much that scatters; then those of each part. A part that needs such
 * a number is told its place: a fraction that goes from one function to another becomes an object on the way.
 */
const [BEGAN, STRIDE, IS_RARE, SURVIVAL, PASSED, BORN, LOST, RATE, PHI, STAY] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
] as const;
const FLOW = STAY + oldStay.WIDTH;
const SCATTER = FLOW + oldStay.WIDTH;
const GAPS = SCATTER + scatter.WIDTH;
const CHANGED = GAPS + gaps.WIDTH;
export const WIDTH = CHANGED + survivalChanged.WIDTH;

const shareKept = powersOf(SHARE_KEPT);

/**
 * The row is to be used for an age at which a sample takes `stride` seconds as a rule; `flows`: what comes in a flow is
 * weighed as one as well. All its numbers are 0.
 */
export function prepare(row: Float64Array, at: number, stride: number, flows: boolean): void {
  row[at + STRIDE] = stride;
  oldStay.begin(row, at + STAY, oldStay.OF_A_BURST);
  if (flows) oldStay.begin(row, at + FLOW, oldStay.OF_A_FLOW);
}

/** What is normal from now on; null where nothing was learned. */
export function learn(row: Float64Array, at: number, normal: Normal | null): void {
  row[at + SURVIVAL] = normal?.survival ?? 0;
  row[at + PASSED] = normal?.passedIn10Minutes ?? 0;
}

/**
 * Takes what happened at the age in so many seconds: of so many it became known whether they live to it, so many do, and
 * so many older ones were closed.
 */
export function take(
  row: Float64Array,
  at: number,
  born: number,
  passed: number,
  departed: number,
  seconds: number,
): void {
  const survival = row[at + SURVIVAL] as number;
  const isLearned = survival > 0;
  if (!isLearned && change(row, at) !== null) row.fill(0, at + CHANGED, at + WIDTH);
  row[at + IS_RARE] = isLearned && survival < RARE ? 1 : 0;
  // Before the first graduate there is nothing to weigh, and the silence would count as scatter.
  if (row[at + BEGAN] === 0 && passed === 0) return;
  row[at + BEGAN] = 1;
  const kept = shareKept(seconds);
  row[at + BORN] = (row[at + BORN] as number) * kept + born;
  row[at + LOST] = (row[at + LOST] as number) * kept + born - passed;
  scatter.take(row, at + SCATTER, passed, seconds, row[at + STRIDE] as number);
  gaps.take(row, at + GAPS, passed > 0, seconds);
  const isChange = isLearned && survival < NEARLY_ALL;
  // Where survival tells a leak from load, a step in load need not be told by its scatter.
  row[at + PHI] = dispersed(
    isChange ? scatter.aroundNeighbours(row, at + SCATTER) : scatter.aroundMean(row, at + SCATTER),
  );
  row[at + RATE] = scatter.rateOf(row, at + SCATTER);
  oldStay.take(row, at + STAY, passed, departed, seconds, at + RATE, at + PHI);
  if (oldStay.hasBegun(row, at + FLOW))
    oldStay.take(row, at + FLOW, passed, departed, seconds, at + RATE, at + PHI);
  if (isLearned)
    survivalChanged.take(row, at + CHANGED, born, passed, seconds, at + PHI, at + SURVIVAL, at + PASSED);
  if (mostStay(row, at) > 0 && gaps.hasEnded(row, at + GAPS, IDLE_GAPS, IDLE_SECONDS))
    fade(row, at, gaps.fading(row, at + GAPS, seconds));
}

export function fade(row: Float64Array, at: number, by: number): void {
  oldStay.fade(row, at + STAY, by);
  oldStay.fade(row, at + FLOW, by);
  survivalChanged.fade(row, at + CHANGED, by);
}

/** That the old ones do not leave. */
export function stay(row: Float64Array, at: number): number {
  return oldStay.evidenceOf(row, at + STAY);
}

/** The same where they have been coming for long at a younger age: that they are many counts, and they are no burst. */
export function stayOfFlow(row: Float64Array, at: number): number {
  return oldStay.evidenceOf(row, at + (oldStay.hasBegun(row, at + FLOW) ? FLOW : STAY));
}

/** The most that the first can be, which costs nothing to know. */
export function mostStay(row: Float64Array, at: number): number {
  return oldStay.mostOf(row, at + STAY);
}

/** And the least. */
export function leastStay(row: Float64Array, at: number): number {
  return oldStay.leastOf(row, at + STAY);
}

/** Whether the age is still being passed: no more than so many usual gaps, or seconds, ago. */
export function goesOn(row: Float64Array, at: number, usualGaps: number, seconds: number): boolean {
  return !gaps.hasEnded(row, at + GAPS, usualGaps, seconds);
}

/** That more live so long than used to; null where nothing was learned. */
export function change(row: Float64Array, at: number): number | null {
  return survivalChanged.evidenceOf(row, at + CHANGED);
}

/**
 * Hardly any is closed before this age. A server that waits for its database keeps all for a while; a leak leaves the
 * others to be closed as ever.
 */
export function isStalled(row: Float64Array, at: number): boolean {
  return (row[at + LOST] as number) < STALLED * (row[at + BORN] as number);
}

/**
 * It was learned that few live to this age. Where many do, they may be closed together, by a garbage collector: whether
 * one lives says nothing of its neighbours then, and the evidence here is not worth what it seems.
 */
export function isRare(row: Float64Array, at: number): boolean {
  return row[at + IS_RARE] === 1;
}

function dispersed(scattered: number): number {
  return DISPERSION * Math.min(Math.max(1, scattered), WIDEST_SCATTER);
}
