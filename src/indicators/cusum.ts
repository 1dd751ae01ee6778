/**
 * Evidence as sums of log-likelihood ratios, one for each of a few alternatives, none of which falls below zero (CUSUM;
 * Page 1954). Its numbers are a part of a row (see age-evidence.ts) that begins at `at`: the largest of the sums, what
 * they say together, or NaN while that is not known, and the sums.
 */
const [MOST, EVIDENCE, SUMS] = [0, 1, 2] as const;

/** Less than this is nothing. */
const NOTHING = 1e-3;

/** How many numbers that is for so many alternatives. */
export function widthOf(alternatives: number): number {
  return SUMS + alternatives;
}

/**
 * Adds what was seen: to each sum `hits` times what one adds that speaks for its alternative, and `misses` times what one
 * adds that speaks against it, over what stands in the row at the place `phiAt`. Those two stand side by side in
 * `steps`, from the place `from` on.
 */
export function take(
  row: Float64Array,
  at: number,
  alternatives: number,
  steps: Float64Array,
  from: number,
  hits: number,
  misses: number,
  phiAt: number,
): void {
  if (hits === 0 && (misses === 0 || row[at + MOST] === 0)) return;
  const phi = row[phiAt] as number;
  let most = 0;
  for (let one = 0; one < alternatives; one++) {
    const place = from + 2 * one;
    const step = (hits * (steps[place] as number) + misses * (steps[place + 1] as number)) / phi;
    const sum = Math.max(0, (row[at + SUMS + one] as number) + step);
    row[at + SUMS + one] = sum;
    if (sum > most) most = sum;
  }
  row[at + MOST] = most;
  row[at + EVIDENCE] = Number.NaN;
}

/** No evidence is above it: the largest of the sums. It costs nothing to know. */
export function mostOf(row: Float64Array, at: number): number {
  return row[at + MOST] as number;
}

/** ln of the mean likelihood ratio over the alternatives; 0 when all sums are 0. */
export function evidenceOf(row: Float64Array, at: number, alternatives: number): number {
  const known = row[at + EVIDENCE] as number;
  if (!Number.isNaN(known)) return known;
  const most = row[at + MOST] as number;
  let mean = 0;
  for (let one = 0; one < alternatives; one++) mean += Math.exp((row[at + SUMS + one] as number) - most);
  return (row[at + EVIDENCE] = most === 0 ? 0 : most + Math.log(mean / alternatives));
}

/** Leaves so much of each sum. */
export function fade(row: Float64Array, at: number, alternatives: number, by: number): void {
  if (row[at + MOST] === 0) return;
  let most = 0;
  for (let place = at + SUMS; place < at + SUMS + alternatives; place++) {
    const left = (row[place] as number) * by;
    row[place] = left < NOTHING ? 0 : left;
    most = Math.max(most, row[place] as number);
  }
  row[at + MOST] = most;
  row[at + EVIDENCE] = Number.NaN;
}
