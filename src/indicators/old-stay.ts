import { faded, mixed } from "./likelihoods.ts";

const ALTERNATIVES: readonly number[] = [0.6, 0.75, 0.9, 0.98];
const GAIN = ALTERNATIVES.map((q) => Math.log(2 * q));
const LOSS = ALTERNATIVES.map((q) => Math.log(2 * (1 - q)));

/** A burst is one event, however many it opens: at most one graduate a second counts ... */
export const OF_A_BURST = 1;
/** ... but of what has been flowing for long enough to be no burst, so many. */
export const OF_A_FLOW = 4;
/** Two that fall between two ticks because the clocks drift are both counted: that many seconds may be saved up. */
const SAVED_SECONDS = 3;

/**
 * Evidence at one age that the old ones do not leave, without any baseline ("E2" in docs/concepts.md).
 *
 *     leak       past 40 s  + + + + + + + + + +      departures  none: every graduate adds evidence
 *     steady     past 40 s  + + + + + + + + + +      departures  - - - - - - -: each takes several graduates away
 *     pool       past 40 s  ++++++ then nothing      too few, then idle: decays
 *     sawtooth   past 40 s  + + + +   ----           the fall takes all back before the next rung is reached
 *
 * For each age a, x is how many passed it in this sample and y how many older than it left. If old ones came and went
 * in balance, a change of the old would be an arrival with probability 1/2; the alternatives q say it is more. The
 * log-likelihood ratio of each is summed up and never falls below zero (a CUSUM; Page 1954), so the sum is an
 * e-detector (Shin, Ramdas, Rinaldo 2022): how often it may exceed a level by chance is bounded.
 */
export class OldStay {
  readonly #sums = new Float64Array(ALTERNATIVES.length);
  readonly #perSecond: number;
  #saved: number;
  #evidence: number | null = 0;
  /** No evidence is above it: the largest of the sums. */
  most = 0;

  /** `perSecond`: how many graduates count at most. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#saved = perSecond * SAVED_SECONDS;
  }

  /** `rate` is how many pass the age in a second, as usual; `phi` how much that scatters. */
  take(x: number, y: number, seconds: number, rate: number, phi: number): void {
    this.#saved = Math.min(
      this.#saved + this.#perSecond * seconds,
      this.#perSecond * Math.max(SAVED_SECONDS, 2 * seconds),
    );
    const counted = Math.min(x, this.#saved);
    this.#saved -= counted;
    if (x === 0 && (y === 0 || this.most === 0)) return;
    // Departures are thinned by as much as graduates are, usually or now, else a busy class could never be found.
    const thinned = y * Math.min(1, this.#perSecond / (Math.max(rate, x / seconds) || 1));
    this.most = 0;
    this.#evidence = null;
    for (let q = 0; q < ALTERNATIVES.length; q++) {
      const step = (counted * (GAIN[q] as number) + thinned * (LOSS[q] as number)) / phi;
      const sum = Math.max(0, (this.#sums[q] as number) + step);
      this.#sums[q] = sum;
      if (sum > this.most) this.most = sum;
    }
  }

  get evidence(): number {
    return (this.#evidence ??= mixed(this.#sums));
  }

  /** The rise has ended. */
  fade(by: number): void {
    this.most = faded(this.#sums, by);
    this.#evidence = null;
  }
}
