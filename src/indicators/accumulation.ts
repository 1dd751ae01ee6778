import type { Account } from "../ledger/account.ts";
import { RUNGS } from "../ledger/cohorts.ts";

/**
 * Evidence that the old ones do not leave, without any baseline ("E2" in docs/concepts.md).
 *
 *     leak       past 40 s  + + + + + + + + + +      departures  none: every graduate adds evidence
 *     steady     past 40 s  + + + + + + + + + +      departures  - - - - - - -: each takes several graduates away
 *     pool       past 40 s  ++++++ then nothing      too few, then idle: decays
 *     sawtooth   past 40 s  + + + +   ----           the fall takes all back before the next rung is reached
 *
 * For each age a, x is how many passed it in this tick and y how many older than it left. If old ones came and went
 * in balance, a change of the old would be an arrival with probability 1/2; the alternatives q say it is more. The
 * log-likelihood ratio of each is summed up and never falls below zero (a CUSUM; Page 1954), so the sum is an
 * e-detector (Shin, Ramdas, Rinaldo 2022): how often it may exceed a level by chance is bounded.
 */
const ALTERNATIVES: readonly number[] = [0.6, 0.75, 0.9, 0.98];
const GAIN = ALTERNATIVES.map((q) => Math.log(2 * q));
const LOSS = ALTERNATIVES.map((q) => Math.log(2 * (1 - q)));

/** Counts scatter at least this much more than a Poisson process, and at most six times more is believed. */
const DISPERSION = 1.3;
const WIDEST_FANO = 6;
const FANO_SAMPLES = 60;
/**
 * A burst is one event, however many it opens: at most one graduate a second counts. Two that fall between two ticks
 * because the clocks drift are both counted: that many seconds may be saved up.
 */
const GRADUATES_PER_SECOND = 1;
const SAVED_SECONDS = 3;
/** No birth for this many usual gaps, and for half a minute: the rise has ended, and its evidence fades. */
const IDLE_GAPS = 5;
const IDLE_SECONDS = 30;
const FADE_HALF_LIFE = 10;

/** The evidence at one age. */
class Rung {
  readonly #sums = new Float64Array(ALTERNATIVES.length);
  readonly #samples = new Float64Array(FANO_SAMPLES);
  #taken = 0;
  #total = 0;
  #squares = 0;
  #seconds = 0;
  /** Sums of x times the seconds of its tick, and of the squares of those seconds. */
  #weighted = 0;
  #squaredSeconds = 0;
  readonly #secondsOf = new Float64Array(FANO_SAMPLES);
  #saved = SAVED_SECONDS;

  /** Takes one tick: `x` graduates and `y` departures in `seconds`. */
  take(x: number, y: number, seconds: number): void {
    // Before the first graduate there is nothing to weigh, and the silence would count as scatter.
    if (this.#taken === 0 && x === 0) return;
    this.#sample(x, seconds);
    this.#saved = Math.min(
      this.#saved + seconds * GRADUATES_PER_SECOND,
      Math.max(SAVED_SECONDS, 2 * seconds),
    );
    const counted = Math.min(x, this.#saved);
    this.#saved -= counted;
    // Departures are thinned by as much as graduates are, else a busy class could never be found.
    const thinned = y * Math.min(1, GRADUATES_PER_SECOND / (this.#total / this.#seconds || 1));
    const phi = DISPERSION * Math.min(Math.max(1, this.#fano()), WIDEST_FANO);
    for (let q = 0; q < ALTERNATIVES.length; q++) {
      const step = (counted * (GAIN[q] as number) + thinned * (LOSS[q] as number)) / phi;
      this.#sums[q] = Math.max(0, (this.#sums[q] as number) + step);
    }
  }

  /** ln of the mean likelihood ratio over the alternatives; 0 when there is no evidence. */
  evidence(): number {
    let sum = 0;
    for (const one of this.#sums) sum += Math.exp(one);
    return Math.log(sum / ALTERNATIVES.length);
  }

  #sample(x: number, seconds: number): void {
    const at = this.#taken++ % FANO_SAMPLES;
    const old = this.#taken > FANO_SAMPLES ? (this.#samples[at] as number) : null;
    this.#samples[at] = x;
    this.#total += x - (old ?? 0);
    this.#squares += x * x - (old ?? 0) ** 2;
    const oldSeconds = this.#secondsOf[at] as number;
    this.#seconds += seconds - oldSeconds;
    this.#weighted += x * seconds - (old ?? 0) * oldSeconds;
    this.#squaredSeconds += seconds * seconds - oldSeconds * oldSeconds;
    this.#secondsOf[at] = seconds;
  }

  /**
   * Variance over mean of the graduates a tick: 1 when they come independently, 0 when evenly, large in bursts. A tick
   * that took three times as long, on a host that is busy, brings three times as many, which is no scatter.
   */
  #fano(): number {
    if (this.#total <= 0) return 1;
    const rate = this.#total / this.#seconds;
    const scatter = this.#squares - 2 * rate * this.#weighted + rate * rate * this.#squaredSeconds;
    return scatter / this.#total;
  }

  /** The rise has ended: its evidence halves every so often. */
  fade(seconds: number): void {
    const left = 0.5 ** (seconds / FADE_HALF_LIFE);
    for (let q = 0; q < ALTERNATIVES.length; q++) this.#sums[q] = (this.#sums[q] as number) * left;
  }
}

/** The evidence of accumulation of one class, at every age of RUNGS. */
export class Accumulation {
  readonly #rungs = RUNGS.map(() => new Rung());
  /** Births counted so far, seconds without one, and how many of those are usual. */
  #born = 0;
  #unborn = 0;
  #gap = 0;
  /** Seconds since boot at which what accumulates began to be opened; null when nothing does. */
  risingSince: number | null = null;
  /** What had passed, and left after passing, each age when the rise began: the account's running counts. */
  readonly passedBefore = new Float64Array(RUNGS.length);
  readonly departedBefore = new Float64Array(RUNGS.length);

  /** Takes what passed and left each age of the account in this tick, `seconds` after the one before. */
  take(account: Account, now: number, seconds: number): void {
    const { cohorts, passed, departed } = account;
    const idle = this.#isIdle(account.born, seconds);
    for (let at = 0; at < RUNGS.length; at++) {
      (this.#rungs[at] as Rung).take(
        cohorts.graduated[at] as number,
        cohorts.departed[at] as number,
        seconds,
      );
    }
    if (idle) for (const rung of this.#rungs) rung.fade(seconds);
    if (this.at(0) <= 0 || idle) this.risingSince = null;
    else if (this.risingSince === null) {
      this.risingSince = now - (RUNGS[0] as number);
      this.passedBefore.set(passed.map((count, at) => count - (cohorts.graduated[at] as number)));
      this.departedBefore.set(departed);
    }
  }

  #isIdle(born: number, seconds: number): boolean {
    this.#unborn += seconds;
    if (born > this.#born) {
      this.#gap = this.#gap === 0 ? this.#unborn : 0.8 * this.#gap + 0.2 * this.#unborn;
      this.#unborn = 0;
      this.#born = born;
    }
    return this.#unborn > Math.max(IDLE_SECONDS, IDLE_GAPS * this.#gap);
  }

  /** Evidence at one age alone, by its place in RUNGS. */
  at(rung: number): number {
    return this.#rungs[rung]?.evidence() ?? 0;
  }

  /** The strongest evidence at any single age: enough to suspect. */
  get strongest(): number {
    return this.strongestFrom(0);
  }

  /** The same among the ages from this rung on. */
  strongestFrom(first: number): number {
    let strongest = 0;
    for (let rung = first; rung < RUNGS.length; rung++) strongest = Math.max(strongest, this.at(rung));
    return strongest;
  }

  /**
   * The score that may confirm: at each age only what that age and its double both say, from the age at place
   * `first` on, as ln of the mean over the ages.
   */
  score(first: number): number {
    let sum = 0;
    for (let rung = first; rung + 1 < RUNGS.length; rung++)
      sum += Math.exp(Math.min(this.at(rung), this.at(rung + 1)));
    return Math.log(sum / (RUNGS.length - 1 - first));
  }
}
