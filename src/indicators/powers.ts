/**
 * Powers of one base, of which the last is remembered: thousands of classes ask for the same in turn, since they were
 * looked at equally long ago.
 */
export function powersOf(base: number): (exponent: number) => number {
  let [last, power] = [0, 1];
  return (exponent) => {
    if (exponent !== last) [last, power] = [exponent, base ** exponent];
    return power;
  };
}
