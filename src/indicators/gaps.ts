/** Of this part of a new gap the usual one is made. */
const NEW_GAP = 0.2;
/** Evidence of a rise that has ended halves this often, in seconds, or once in a usual gap. */
const FADE_HALF_LIFE = 10;

/** Places in the row: the usual seconds between two of something, and how long the last one is ago. */
const [USUAL, SINCE] = [0, 1] as const;
export const WIDTH = 2;

export function take(row: Float64Array, at: number, happened: boolean, seconds: number): void {
  const since = (row[at + SINCE] as number) + seconds;
  row[at + SINCE] = happened ? 0 : since;
  if (!happened) return;
  const usual = row[at + USUAL] as number;
  row[at + USUAL] = usual === 0 ? since : (1 - NEW_GAP) * usual + NEW_GAP * since;
}

/** Nothing happened for so many usual gaps, and for so many seconds. */
export function hasEnded(row: Float64Array, at: number, gaps: number, atLeast: number): boolean {
  return (row[at + SINCE] as number) > Math.max(atLeast, gaps * (row[at + USUAL] as number));
}

/** How much is left of evidence after these seconds in which it fades. */
export function fading(row: Float64Array, at: number, seconds: number): number {
  return 0.5 ** (seconds / Math.max(FADE_HALF_LIFE, row[at + USUAL] as number));
}
