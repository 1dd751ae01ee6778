/** ln of the mean likelihood ratio over the alternatives, of which the sums hold the logarithms; 0 when all are 0. */
export function mixed(sums: Float64Array): number {
  let most = 0;
  for (const one of sums) most = Math.max(most, one);
  if (most === 0) return 0;
  let sum = 0;
  for (const one of sums) sum += Math.exp(one - most);
  return most + Math.log(sum / sums.length);
}

/** Less than this is nothing. */
const NOTHING = 1e-3;

/** Leaves so much of each; the largest that is left. */
export function faded(sums: Float64Array, by: number): number {
  let most = 0;
  for (let at = 0; at < sums.length; at++) {
    const left = (sums[at] as number) * by;
    sums[at] = left < NOTHING ? 0 : left;
    most = Math.max(most, sums[at] as number);
  }
  return most;
}
