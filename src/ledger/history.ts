/** Seconds between two points of a history, and how many are kept: ten minutes. */
export const BIN_SECONDS = 5;
const BINS = 121;

/** Counts since watching began, and what is open, at one time. */
export interface Point {
  readonly at: number;
  readonly born: number;
  readonly died: number;
  /** Of those that died, the ones that only changed state. */
  readonly moved: number;
  /** As in Account; absent: none ever. */
  readonly turned?: number;
  readonly turnedOld?: number;
  readonly open: number;
  /** Net growth of those older than 40 s since watching began: passed that age, less those of them that left. */
  readonly aged: number;
}

/** The last ten minutes of a class, process or service: running counts of births and deaths, and the number open. */
export class History {
  #points: Point[] = [];
  #next = 0;

  /** Notes the counts when the last point is old enough. `at` in seconds since boot. */
  note(point: Point): void {
    const last = this.last;
    if (last !== null && point.at - last.at < BIN_SECONDS) return;
    this.#points[this.#next] = point;
    this.#next = (this.#next + 1) % BINS;
  }

  get last(): Point | null {
    return this.#points[(this.#next + BINS - 1) % BINS] ?? null;
  }

  /** The latest point no later than `at`, else the earliest there is; null when there is none. */
  before(at: number): Point | null {
    let low = 0;
    let high = this.#points.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#point(middle).at <= at) low = middle;
      else high = middle - 1;
    }
    return high < 0 ? null : this.#point(low);
  }

  /** Oldest first. */
  points(): Point[] {
    return this.#points.map((_, place) => this.#point(place));
  }

  /** By age: 0 is the oldest. The array is a ring once it is full. */
  #point(place: number): Point {
    const start = this.#points.length < BINS ? 0 : this.#next;
    return this.#points[(start + place) % this.#points.length] as Point;
  }
}
