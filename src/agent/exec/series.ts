/** A figure over time, told at each change; it stands between two changes. */
interface Step {
  /** Seconds since boot. */
  readonly at: number;
  readonly count: number;
}

const MOST_STEPS = 1024;

/** Counts over a run of any length: what would be more than 1,024 changes is told more coarsely, the peak never. */
export class Series {
  peak = 0;
  #steps: Step[] = [];
  /** Changes nearer to each other than this are one, in seconds. */
  #apart = 0;

  /** All of them together at each time at which one changed. */
  static sum(all: readonly Series[]): Series {
    const sum = new Series();
    const times = new Set(all.flatMap((series) => series.#steps.map(({ at }) => at)));
    for (const at of [...times].toSorted((a, b) => a - b))
      sum.note(
        at,
        all.reduce((total, series) => total + series.at(at), 0),
      );
    return sum;
  }

  note(at: number, count: number): void {
    if (count === this.last) return;
    this.peak = Math.max(this.peak, count);
    this.#add({ at, count });
    if (this.#steps.length <= MOST_STEPS) return;
    const from = this.#steps[0]?.at ?? at;
    this.#apart = (at - from) / (MOST_STEPS / 2);
    const steps = this.#steps;
    this.#steps = [];
    for (const step of steps) this.#add(step);
  }

  get last(): number {
    return this.#steps.at(-1)?.count ?? 0;
  }

  /** What it was at that time; 0 before the first change. */
  at(time: number): number {
    return this.#steps.findLast((step) => step.at <= time)?.count ?? 0;
  }

  /** By how much it grew in each quarter of the time between. */
  quarters(from: number, to: number): number[] {
    const edges = [0, 1, 2, 3, 4].map((edge) => this.at(from + ((to - from) * edge) / 4));
    return edges.slice(1).map((count, place) => count - (edges[place] ?? 0));
  }

  #add(step: Step): void {
    const last = this.#steps.at(-1);
    if (last !== undefined && step.at - last.at < this.#apart)
      this.#steps[this.#steps.length - 1] = { at: last.at, count: step.count };
    else this.#steps.push(step);
  }
}
