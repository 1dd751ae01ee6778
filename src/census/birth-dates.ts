/**
 * Births are dated on a grid of this many seconds: fine enough for a rate, coarse enough that a busy class has few
 * cohorts, and off the whole seconds of the ticks, where a millisecond of jitter would decide.
 */
const BIRTH_GRID = 0.5;
/** A longer time between two looks, in seconds, was a pause, of this program or of the host. */
export const LONGEST_TICK = 10;

/**
 * When each of `count` descriptors was opened that were not there at `looked` and are there at `now` (seconds since
 * boot): nobody saw, so they are dated evenly over the time between. After a long pause an even spread would make some
 * of them old; then they are dated as young as they can be.
 */
export function birthDates(looked: number, now: number, count: number): number[] {
  const from = now - looked > LONGEST_TICK ? now : looked;
  return Array.from({ length: count }, (_, at) => onGrid(from + ((at + 0.5) / count) * (now - from)));
}

/** The middle of the half second that a time falls into. */
export function onGrid(time: number): number {
  return (Math.floor(time / BIRTH_GRID) + 0.5) * BIRTH_GRID;
}
