import { POOL_BIN_SECONDS, type PoolBin } from "../ledger/pool-uses.ts";

/** Connections a second that may be opened beside an idle pool for good reasons: a health check every five seconds. */
export const ALLOWED_PER_SECOND = 0.2;
/** Rates that are weighed against it, as multiples of it. */
const ALTERNATIVES = [2, 4, 16, 64];
/** However many come at once, one bin is no more evidence than this: a burst of a minute proves nothing. */
const MOST_A_BIN = 0.8;
/** Evidence beyond this would only take longer to fade. */
const MOST = 16;
/** A request may open several connections at once: the scatter of the counts, variance over mean, thins the evidence. */
const LEAST_SCATTER = 1;
const MOST_SCATTER = 6;
/** Bins of which the scatter is taken. */
const SCATTER_BINS = 24;

/**
 * Whether connections are opened and closed beside an idle pool faster than anything healthy does, and for how long: for
 * each alternative a CUSUM of the log-likelihood ratio of two Poisson rates, one step every five seconds.
 *
 *     W <- max(0, W + min(0.8, [n ln r - 5 s x 0.2/s x (r - 1)] / phi))      r = 2, 4, 16, 64
 *
 * One every five seconds never adds anything; 15 a minute neither, and 20 a minute so slowly that it takes a quarter of an
 * hour. However fast it is, ten units take more than a minute.
 */
export class BypassEvidence {
  readonly #sums = ALTERNATIVES.map(() => 0);
  readonly #counts: number[] = [];

  /** ln of the mean over the alternatives of what speaks for each. */
  get strength(): number {
    const mean = this.#sums.reduce((sum, one) => sum + Math.exp(one), 0) / this.#sums.length;
    return Math.log(mean);
  }

  /** A bin is over; undefined: nothing was opened in it. */
  take(bin: PoolBin | undefined): void {
    const count = bin?.shortIdle ?? 0;
    this.#counts.push(count);
    if (this.#counts.length > SCATTER_BINS) this.#counts.shift();
    const expected = ALLOWED_PER_SECOND * POOL_BIN_SECONDS;
    const phi = scatterOf(this.#counts);
    for (const [place, times] of ALTERNATIVES.entries()) {
      const step = (count * Math.log(times) - expected * (times - 1)) / phi;
      const sum = (this.#sums[place] as number) + Math.min(MOST_A_BIN, step);
      this.#sums[place] = Math.min(MOST, Math.max(0, sum));
    }
  }

  /** What was before is no more: a pause, in which nobody looked. */
  reset(): void {
    this.#sums.fill(0);
    this.#counts.length = 0;
  }
}

/** Of the counts since the first that is not zero. */
function scatterOf(counts: readonly number[]): number {
  const first = counts.findIndex((count) => count > 0);
  if (first === -1) return LEAST_SCATTER;
  const shown = counts.slice(first);
  const mean = shown.reduce((sum, count) => sum + count, 0) / shown.length;
  const variance = shown.reduce((sum, count) => sum + (count - mean) ** 2, 0) / shown.length;
  return Math.min(MOST_SCATTER, Math.max(LEAST_SCATTER, variance / mean));
}

const SAMPLE_SECONDS = 5;
const MOST_SAMPLES = 120;
/** So many samples make a size that may be told, and one that is worth remembering: three minutes. */
const LEAST_SAMPLES = 6;
const SAMPLES_TO_KEEP = 36;

/**
 * How many connections a pool has: the usual number of those that are used again and again, the median over up to ten
 * minutes. What was remembered counts until it has been seen for three minutes; what was declared, always.
 */
export class PoolSize {
  /** What the user says it is; null: nothing. */
  declared: number | null;
  readonly #remembered: number | null;
  readonly #samples: number[] = [];
  #sampledAt = Number.NEGATIVE_INFINITY;

  constructor(declared: number | null, remembered: number | null) {
    this.declared = declared;
    this.#remembered = remembered;
  }

  note(now: number, reused: number): void {
    if (now - this.#sampledAt < SAMPLE_SECONDS) return;
    this.#sampledAt = now;
    this.#samples.push(reused);
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  /** Null while it is not known. */
  get expected(): number | null {
    if (this.declared !== null) return this.declared;
    if (this.#samples.length < SAMPLES_TO_KEEP && this.#remembered !== null) return this.#remembered;
    return this.#samples.length < LEAST_SAMPLES ? null : median(this.#samples);
  }

  /** Worth remembering; what was remembered before while there is nothing better. Null: nothing. */
  get learned(): number | null {
    return this.#samples.length < SAMPLES_TO_KEEP ? this.#remembered : median(this.#samples);
  }
}

/** Of an even number of figures the higher one of the two in the middle: a number of connections is whole. */
export function median(figures: readonly number[]): number {
  return figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? 0;
}
