import type { HeldFact } from "../model/facts.ts";
import { birthDates } from "./birth-dates.ts";

/** How many came at one time and are still held. */
interface Run {
  /** Seconds since boot; negative infinity when nobody saw them come. */
  readonly cameAt: number;
  count: number;
}

/** Of so many runs of one descriptor the two oldest are joined: two hours of growth at every two seconds. */
const MOST_RUNS = 4096;

/** When the number was read before and now, in seconds since boot; `old`: it was there before anybody looked. */
interface Looked {
  readonly since: number;
  readonly now: number;
  readonly old: boolean;
}

/** Told of each change: how many came or left, and when those had come. */
export interface InsideChanges {
  came(cameAt: number, count: number): void;
  left(cameAt: number, count: number): void;
  /** They are counted as if they had come at another time: nothing came and nothing left. */
  joined(cameAt: number, as: number, count: number): void;
}

/**
 * What one descriptor holds that has no descriptor of its own: inotify watches, files registered with an io_uring,
 * descriptors sent over a unix socket and not yet received. The kernel tells their number alone, so when it falls the
 * oldest are taken to have gone: that speaks against a leak, never for one.
 */
export class Inside {
  readonly of: HeldFact["of"];
  #runs: Run[] = [];
  #count = 0;

  constructor(of: HeldFact["of"]) {
    this.of = of;
  }

  get count(): number {
    return this.#count;
  }

  /** The number is now `count`; what is new came since it was looked at before, evenly as far as anybody knows. */
  set(count: number, { since, now, old }: Looked, changes: InsideChanges): void {
    const more = count - this.#count;
    this.#count = count;
    if (more > 0 && old) this.#add(Number.NEGATIVE_INFINITY, more, changes);
    else if (more > 0) for (const date of birthDates(since, now, more)) this.#add(date, 1, changes);
    else if (more < 0) this.#remove(-more, changes);
  }

  /** The descriptor was closed: all that it held is gone. */
  clear(changes: InsideChanges): void {
    this.#remove(this.#count, changes);
    this.#count = 0;
  }

  /** All that it holds counts elsewhere from now on, as old as it is. */
  retell(before: InsideChanges, after: InsideChanges): void {
    for (const { cameAt, count } of this.#runs) {
      before.left(cameAt, count);
      after.came(cameAt, count);
    }
  }

  #add(cameAt: number, count: number, changes: InsideChanges): void {
    const last = this.#runs.at(-1);
    if (last?.cameAt === cameAt) last.count += count;
    else this.#runs.push({ cameAt, count });
    changes.came(cameAt, count);
    if (this.#runs.length > MOST_RUNS) this.#join(changes);
  }

  /** The two oldest runs become one: at that age an exact time no longer matters. */
  #join(changes: InsideChanges): void {
    // What was there before anybody looked has no date that another could be joined to.
    const at = this.#runs[0]?.cameAt === Number.NEGATIVE_INFINITY ? 1 : 0;
    const [oldest, next] = this.#runs.slice(at, at + 2);
    if (oldest === undefined || next === undefined) return;
    changes.joined(next.cameAt, oldest.cameAt, next.count);
    oldest.count += next.count;
    this.#runs.splice(at + 1, 1);
  }

  #remove(count: number, changes: InsideChanges): void {
    let left = count;
    while (left > 0) {
      const [oldest] = this.#runs;
      if (oldest === undefined) return;
      const taken = Math.min(left, oldest.count);
      oldest.count -= taken;
      left -= taken;
      if (oldest.count === 0) this.#runs.shift();
      changes.left(oldest.cameAt, taken);
    }
  }
}
