/** Seconds between two points of a history, and how many are kept: ten minutes. */
export const BIN_SECONDS = 5;
const BINS = 121;

/** Counts since watching began, and what is open, at one time. */
export interface Point {
  readonly at: number;
  readonly born: number;
  readonly died: number;
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
    let found: Point | null = null;
    for (const point of this.points()) {
      if (found !== null && point.at > at) break;
      found = point;
    }
    return found;
  }

  /** Oldest first. */
  *points(): Generator<Point> {
    for (let step = 0; step < BINS; step++) {
      const point = this.#points[(this.#next + step) % BINS];
      if (point !== undefined) yield point;
    }
  }
}
