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

/** Places of the numbers of one point. */
const [AT, BORN, DIED, MOVED, TURNED, TURNED_OLD, OPEN, AGED] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const WIDTH = 8;
/** Most histories are of peers that are met in passing: there is room for so many points at first. */
const FEW_BINS = 4;

/** Of an account that never moved; they share it. */
const NO_POINTS = new Float64Array(0);

/**
 * The last ten minutes of a class, process or service: running counts of births and deaths, and the number open. There
 * are thousands, so the points are no objects: a ring of numbers, the oldest in front until it is full.
 */
export class History {
  #ring = NO_POINTS;
  #count = 0;
  #next = 0;

  /** Whether the last point is so old that the next one is noted. */
  isDue(at: number): boolean {
    return this.#count === 0 || at - this.timeOf(this.#count - 1) >= BIN_SECONDS;
  }

  /** Notes the counts when the last point is old enough. `at` in seconds since boot. */
  note({ at, born, died, moved, turned = 0, turnedOld = 0, open, aged }: Point): void {
    if (!this.isDue(at)) return;
    const start = WIDTH * this.#next;
    if (start === this.#ring.length) this.#grow();
    const ring = this.#ring;
    ring[start + AT] = at;
    ring[start + BORN] = born;
    ring[start + DIED] = died;
    ring[start + MOVED] = moved;
    ring[start + TURNED] = turned;
    ring[start + TURNED_OLD] = turnedOld;
    ring[start + OPEN] = open;
    ring[start + AGED] = aged;
    this.#next = (this.#next + 1) % BINS;
    this.#count = Math.min(BINS, this.#count + 1);
  }

  /** How many points there are. */
  get count(): number {
    return this.#count;
  }

  /** When the point was, in seconds since boot. By age: 0 is the oldest. */
  timeOf(place: number): number {
    return this.#ring[this.#startOf(place) + AT] as number;
  }

  /** The net growth of the old ones at that point. */
  agedOf(place: number): number {
    return this.#ring[this.#startOf(place) + AGED] as number;
  }

  /** The latest point no later than `at`, else the earliest there is; null when there is none. */
  before(at: number): Point | null {
    if (this.#count === 0) return null;
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.timeOf(middle) <= at) low = middle;
      else high = middle - 1;
    }
    return this.#point(high);
  }

  #point(place: number): Point {
    const [ring, start] = [this.#ring, this.#startOf(place)];
    return {
      at: ring[start + AT] as number,
      born: ring[start + BORN] as number,
      died: ring[start + DIED] as number,
      moved: ring[start + MOVED] as number,
      turned: ring[start + TURNED] as number,
      turnedOld: ring[start + TURNED_OLD] as number,
      open: ring[start + OPEN] as number,
      aged: ring[start + AGED] as number,
    };
  }

  #startOf(place: number): number {
    return WIDTH * (this.#count < BINS ? place : (this.#next + place) % BINS);
  }

  #grow(): void {
    const bins = Math.min(BINS, Math.max(FEW_BINS, 2 * this.#count));
    const ring = new Float64Array(WIDTH * bins);
    ring.set(this.#ring);
    this.#ring = ring;
  }
}
