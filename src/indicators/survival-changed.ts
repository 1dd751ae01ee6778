import { faded, mixed } from "./likelihoods.ts";
import { NEARLY_ALL, type Normal } from "./normal.ts";

/** Survival may have become so many times what it was, as long as that is below 1 ... */
const TIMES: readonly number[] = [1.5, 2, 4, 16, 64];
/** ... or have made up so much of what it was short of 1. */
const PARTS: readonly number[] = [0.02, 0.05, 0.1, 0.3, 0.7];

const ALTERNATIVES = TIMES.length + PARTS.length;

const TEN_MINUTES = 600;

/** What is normal has been learned anew and differs by more than this: the alternatives are counted from there. */
const NEWS = 0.01;

/**
 * Evidence at one age that more live to it than used to ("E1" in docs/concepts.md), against a learned survival.
 *
 *     load doubles    born ||||||||    past 40 s ..         the same share survives: nothing
 *     leak            born ||||        past 40 s . . . .    a larger share does
 *
 * For each alternative survival p the log-likelihood ratio against the normal one is summed up as a CUSUM. Where
 * nearly all survive anyway (a pool that replaces its members), the number that pass the age is compared with the
 * largest number that was normal in ten minutes instead.
 */
export class SurvivalChanged {
  readonly #sums = new Float64Array(ALTERNATIVES);
  /** For each alternative what one that lives to the age adds, and what one that does not. */
  readonly #steps = new Float64Array(2 * ALTERNATIVES);
  #normal: Normal | null = null;
  /** The one that the alternatives were counted from. */
  #compared: Normal | null = null;
  #evidence: number | null = 0;
  /** Where survival has no room to rise: so many may still pass at once. */
  #spare = 0;
  /** No evidence is above it: the largest of the sums. */
  most = 0;

  /** Of `born` that could pass the age in these seconds `x` did; `phi` is how much x scatters. */
  take(born: number, x: number, seconds: number, phi: number, normal: Normal): void {
    if (normal !== this.#normal && isNews(this.#compared, normal)) this.#compare(normal);
    this.#normal = normal;
    if (normal.survival >= NEARLY_ALL) this.#weighRate(x, seconds, phi, normal.passedIn10Minutes);
    else if (born > 0) this.#weigh(x, born - x, phi);
  }

  /** `x` against what is normal in ten minutes: as many at once are normal as well. */
  #weighRate(x: number, seconds: number, phi: number, normal: number): void {
    const usual = (normal / TEN_MINUTES) * seconds;
    this.#spare = Math.min(normal, this.#spare + usual);
    const beyond = Math.max(0, x - this.#spare);
    this.#spare -= x - beyond;
    this.#weigh(beyond === 0 ? 0 : beyond + usual, usual, phi);
  }

  #weigh(x: number, rest: number, phi: number): void {
    if (x === 0 && this.most === 0) return;
    this.most = 0;
    this.#evidence = null;
    for (let at = 0; at < this.#sums.length; at++) {
      const step = (x * (this.#steps[2 * at] as number) + rest * (this.#steps[2 * at + 1] as number)) / phi;
      const sum = Math.max(0, (this.#sums[at] as number) + step);
      this.#sums[at] = sum;
      if (sum > this.most) this.most = sum;
    }
  }

  get evidence(): number {
    return (this.#evidence ??= mixed(this.#sums));
  }

  fade(by: number): void {
    this.most = faded(this.#sums, by);
    this.#evidence = null;
  }

  #compare(normal: Normal): void {
    const changedKind =
      this.#compared !== null && this.#compared.survival < NEARLY_ALL !== normal.survival < NEARLY_ALL;
    if (changedKind) this.fade(0);
    if (this.#compared === null || changedKind) this.#spare = normal.passedIn10Minutes;
    this.#compared = normal;
    const p0 = normal.survival;
    for (let at = 0; at < this.#sums.length; at++) {
      const times = TIMES[at];
      if (p0 >= NEARLY_ALL) {
        // A Poisson rate of so many times the normal one; each alternative twice.
        const ratio = times ?? TIMES[at - TIMES.length] ?? 1;
        this.#steps[2 * at] = Math.log(ratio);
        this.#steps[2 * at + 1] = 1 - ratio;
        continue;
      }
      const p =
        times === undefined
          ? p0 + (PARTS[at - TIMES.length] as number) * (1 - p0)
          : // Where so many times would be more than all, the nearest that means something.
            Math.min(p0 * times, 1 - (1 - p0) / times);
      this.#steps[2 * at] = Math.log(p / p0);
      this.#steps[2 * at + 1] = Math.log((1 - p) / (1 - p0));
    }
  }
}

function isNews(known: Normal | null, normal: Normal): boolean {
  if (known === null) return true;
  const apart = (one: number, other: number): boolean => Math.abs(one - other) > NEWS * other;
  return apart(known.survival, normal.survival) || apart(known.passedIn10Minutes, normal.passedIn10Minutes);
}
