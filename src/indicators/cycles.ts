/** Fewer cycles than this are chance; so many are remembered. */
const LEAST_CYCLES = 6;
const MOST_CYCLES = 12;
/** How far lengths and heights may scatter about their mean, as a share of it; noise turns at times of all lengths. */
const LENGTH_SCATTER = 0.25;
const HEIGHT_SCATTER = 0.3;
/** Few that are alike may be so by chance: the least number must be alike by so much more. */
const FEW_SCATTER = 0.6;
/** Lowest points lie this near to one another, as a share of the height: what is opened is given back. */
const LOW_SCATTER = 0.3;
/** A turn is believed when the count has moved back by this share of its range, and by so many. */
const TURN_SHARE = 0.5;
const LEAST_TURN = 4;
/** More of a fall than this share by the end of processes is no giving back. */
const EXITED_SHARE = 0.25;
/** Faster ones are not told from chance at a look a second. */
const SHORTEST_CYCLE = 8;
/** A cycle that has not come back for so many times its length has ended. */
const ENDED_CYCLES = 3;

interface Cycle {
  readonly seconds: number;
  readonly height: number;
  readonly low: number;
}

/** What was learned of a service's cycles: from one lowest point to the next. */
export interface Rhythm {
  readonly cycleSeconds: number;
  readonly longestSeconds: number;
  readonly highest: number;
}

/**
 * The cycles of a count: it is followed from turn to turn.
 *
 *     open    /\    /\    /\        peak when it has fallen by half of its range, lowest point when it
 *            /  \__/  \__/  \__     has risen by as much; a cycle ends where the next rise begins
 */
export class Cycles {
  readonly #cycles: Cycle[] = [];
  #rising = true;
  #peak = Number.NEGATIVE_INFINITY;
  #low = Number.POSITIVE_INFINITY;
  #lowAt = 0;
  /** The lowest point at which the cycle that goes on began; null before the first. */
  #began: { readonly at: number; readonly open: number; readonly exited: number } | null = null;
  #exited = 0;

  /** `range` is how far it swung lately; `exited` counts those that ever went with their process. */
  take(now: number, open: number, range: number, exited: number): void {
    const turn = Math.max(LEAST_TURN, TURN_SHARE * range);
    this.#exited = exited;
    if (this.#rising) {
      this.#peak = Math.max(this.#peak, open);
      if (open > this.#peak - turn) return;
      this.#rising = false;
      this.#low = open;
      this.#lowAt = now;
      return;
    }
    if (open <= this.#low) {
      this.#low = open;
      this.#lowAt = now;
    }
    if (open < this.#low + turn) return;
    this.#complete();
    this.#rising = true;
    this.#peak = open;
  }

  /** Null where no regular cycles are seen now. */
  rhythm(now: number): Rhythm | null {
    if (this.#cycles.length < LEAST_CYCLES || this.#began === null) return null;
    const lengths = this.#cycles.map(({ seconds }) => seconds);
    const heights = this.#cycles.map(({ height }) => height);
    const lows = this.#cycles.map(({ low }) => low);
    const [length, height] = [mean(lengths), mean(heights)];
    const few = (MOST_CYCLES - this.#cycles.length) / (MOST_CYCLES - LEAST_CYCLES);
    const alike = 1 - few * (1 - FEW_SCATTER);
    const regular =
      scatter(lengths) <= alike * LENGTH_SCATTER * length &&
      scatter(heights) <= alike * HEIGHT_SCATTER * height &&
      Math.max(...lows) - Math.min(...lows) <= LOW_SCATTER * height;
    if (!regular || length < SHORTEST_CYCLE || now - this.#began.at > ENDED_CYCLES * length) return null;
    const middle = lengths.toSorted((a, b) => a - b)[lengths.length >> 1] as number;
    return { cycleSeconds: middle, longestSeconds: Math.max(...lengths), highest: Math.max(...heights) };
  }

  /** How much was opened since the last lowest point, less what was closed; null before the first. */
  rise(open: number): number | null {
    return this.#began === null ? null : open - this.#began.open;
  }

  #complete(): void {
    const began = this.#began;
    this.#began = { at: this.#lowAt, open: this.#low, exited: this.#exited };
    if (began === null) return;
    const height = this.#peak - this.#low;
    if (this.#exited - began.exited > EXITED_SHARE * height) {
      this.#cycles.length = 0;
      return;
    }
    this.#cycles.push({ seconds: this.#lowAt - began.at, height, low: this.#low });
    if (this.#cycles.length > MOST_CYCLES) this.#cycles.shift();
  }
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

function scatter(figures: readonly number[]): number {
  const middle = mean(figures);
  return Math.sqrt(mean(figures.map((figure) => (figure - middle) ** 2)));
}
