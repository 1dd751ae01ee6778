import { RUNGS, strideOf } from "./rungs.ts";

/** Cohorts are joined when there are this many, and then again when there are so many times as many as were left. */
const FEW_COHORTS = 64;
const GROWN = 1.3;

/** One cohort while all are gone through. */
interface Cohort {
  from: number;
  until: number;
  open: number;
  setUp: number;
  born: number;
  /** How many rungs it has passed. */
  level: number;
}

/**
 * The open descriptors of one class (or process) by when they came, and what passed each rung since the last
 * advance. Descriptors that were there before anybody looked are not in here: their age is not known.
 *
 * What came at about one time is one cohort; it passes a rung when its youngest is that old. Young cohorts hold what
 * came at one moment, older ones are joined to a fortieth of their age: some hundreds for days in which never a
 * second was without a birth. Times are seconds since boot and must not step back.
 */
export class Cohorts {
  /** When the first and the last of each cohort came: ascending, and apart. */
  #from: number[] = [];
  #until: number[] = [];
  #open: number[] = [];
  /** Of the open ones, those that a process opens when it takes the place of another: they pass no rung. */
  #setUp: number[] = [];
  /** How many came in all, those apart that went with their process: they say nothing of how long one lives. */
  #born: number[] = [];
  /** Per rung the first cohort that has not passed it. */
  #passed: number[] = RUNGS.map(() => 0);
  #total = 0;
  /** Per rung how many of those that it is passed by at the next advance had passed it before they were adopted. */
  readonly #adopted = new Uint32Array(RUNGS.length);
  #joinAt = FEW_COHORTS;
  /** Of the older rungs nothing passed any at the last advance, and nothing is to be taken off. */
  #counting = 0;
  /** Members that passed each rung, and how many had come with them: since the last advance. */
  readonly graduated = new Uint32Array(RUNGS.length);
  readonly reached = new Uint32Array(RUNGS.length);
  /** Members older than each rung that were closed, since the last clearing. */
  readonly departed = new Uint32Array(RUNGS.length);
  /** Those that went with short-lived processes, since the beginning; null: none did. */
  recycled: Float64Array | null = null;

  /** Members now. */
  get size(): number {
    return this.#total;
  }

  enter(at: number, isSetUp = false): void {
    this.#total++;
    const cohort = this.#cohortFor(at);
    const counted = isSetUp ? this.#setUp : this.#born;
    this.#open[cohort] = (this.#open[cohort] as number) + 1;
    counted[cohort] = (counted[cohort] as number) + 1;
  }

  /**
   * A member that is this old already at `now`, to which time moves on next: it graduates from what lies ahead of it
   * only.
   */
  adopt(at: number, now: number, isSetUp = false): void {
    this.enter(at, isSetUp);
    const cohort = this.#cohortOf(at);
    for (let rung = 0; !isSetUp && rung < RUNGS.length && at + (RUNGS[rung] as number) <= now; rung++) {
      if (cohort < (this.#passed[rung] as number)) continue;
      this.#adopted[rung] = (this.#adopted[rung] as number) + 1;
      this.#counting = Math.max(this.#counting, rung + 1);
    }
  }

  /** So many came and went at once. */
  passThrough(at: number, count: number): void {
    const cohort = this.#cohortFor(at);
    this.#born[cohort] = (this.#born[cohort] as number) + count;
  }

  /** The cohort for what comes `at`, made where there is none. */
  #cohortFor(at: number): number {
    const last = this.#from.length - 1;
    if (last < 0 || (this.#until[last] as number) < at) {
      if (last + 1 >= this.#joinAt) this.#join();
      return this.#insert(at, this.#from.length);
    }
    const cohort = this.#cohortOf(at);
    if ((this.#from[cohort] as number) > at) return this.#insert(at, cohort);
    return (this.#until[cohort] as number) >= at ? cohort : this.#insert(at, cohort + 1);
  }

  /** A socket is known by its table row some ticks after it was listed, so members can come out of order. */
  #insert(at: number, place: number): number {
    if (place === this.#from.length) {
      this.#from.push(at);
      this.#until.push(at);
      for (const column of [this.#open, this.#setUp, this.#born]) column.push(0);
      return place;
    }
    this.#from.splice(place, 0, at);
    this.#until.splice(place, 0, at);
    for (const column of [this.#open, this.#setUp, this.#born]) column.splice(place, 0, 0);
    for (let rung = 0; rung < RUNGS.length; rung++) {
      if (place < (this.#passed[rung] as number)) this.#passed[rung] = (this.#passed[rung] as number) + 1;
    }
    return place;
  }

  /** A member that came `at` has gone; `counts` is false when its going says nothing (its process ended). */
  leave(at: number, counts: boolean, isSetUp = false): void {
    const cohort = this.#cohortOf(at);
    this.#total--;
    this.#open[cohort] = (this.#open[cohort] as number) - 1;
    if (isSetUp) this.#setUp[cohort] = (this.#setUp[cohort] as number) - 1;
    else if (!counts) this.#born[cohort] = (this.#born[cohort] as number) - 1;
    if (!counts) return;
    for (let rung = 0; rung < RUNGS.length && cohort < (this.#passed[rung] as number); rung++) {
      this.departed[rung] = (this.departed[rung] as number) + 1;
    }
  }

  /** One has gone that was so old, or is taken for it: infinity is older than every rung. It is not counted here. */
  leaveUnborn(age: number): void {
    for (let rung = 0; rung < RUNGS.length && (RUNGS[rung] as number) <= age; rung++)
      this.departed[rung] = (this.departed[rung] as number) + 1;
  }

  /** A member is about to leave with a process that was to be short-lived: at each rung that it passed it counts as given back. */
  recycle(at: number): void {
    this.recycled ??= new Float64Array(RUNGS.length);
    const cohort = this.#cohortOf(at);
    for (let rung = 0; rung < RUNGS.length && cohort < (this.#passed[rung] as number); rung++) {
      this.recycled[rung] = (this.recycled[rung] as number) + 1;
    }
  }

  /** How many cohorts are kept. */
  get count(): number {
    return this.#from.length;
  }

  /** Moves time on to `now` and counts who passed which rung since the last advance; whether anybody did. */
  advance(now: number): boolean {
    let any = false;
    let counting = 0;
    for (let rung = 0; rung < RUNGS.length; rung++) {
      const first = this.#passed[rung] as number;
      const age = RUNGS[rung] as number;
      // What is too young for this rung is too young for the older ones.
      if (first === 0 && rung >= this.#counting && !((this.#until[0] as number) + age <= now)) break;
      let cohort = first;
      let [graduates, reached] = [0, 0];
      while (cohort < this.#until.length && (this.#until[cohort] as number) + age <= now) {
        graduates += (this.#open[cohort] as number) - (this.#setUp[cohort] as number);
        reached += this.#born[cohort] as number;
        cohort++;
      }
      this.#passed[rung] = cohort;
      // One that was closed again in the tick of its adoption is no longer among them.
      this.graduated[rung] = Math.max(0, graduates - (this.#adopted[rung] as number));
      this.reached[rung] = Math.max(0, reached - (this.#adopted[rung] as number));
      this.#adopted[rung] = 0;
      if (cohort > first) [any, counting] = [true, rung + 1];
    }
    this.#counting = counting;
    return any;
  }

  clearDepartures(): void {
    this.departed.fill(0);
  }

  /** How many members came no later than `seconds` before `now`. */
  olderThan(seconds: number, now: number): number {
    const [until, open] = [this.#until, this.#open];
    // The young ones are fewer than the old ones of a leak.
    let younger = 0;
    for (let cohort = until.length - 1; cohort >= 0; cohort--) {
      if ((until[cohort] as number) + seconds <= now) break;
      younger += open[cohort] as number;
    }
    return this.#total - younger;
  }

  /** Members that came from `from` on and before `to` (seconds since boot), by when they came, oldest first. */
  *cameWithin(from: number, to: number): Generator<{ readonly at: number; readonly count: number }> {
    for (let cohort = this.#from.length === 0 ? 0 : this.#cohortOf(from); ; cohort++) {
      const at = this.#from[cohort];
      if (at === undefined || at >= to) return;
      const count = this.#open[cohort] as number;
      if (at >= from && count > 0) yield { at, count };
    }
  }

  /** Index of the cohort that holds members that came `at`: the last one that began no later. */
  #cohortOf(at: number): number {
    let low = 0;
    let high = this.#from.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#from[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Joins neighbours that passed the same rungs and will be told apart at none, and drops who is gone. */
  #join(): void {
    const kept: Cohort[] = [];
    const passed = RUNGS.map(() => 0);
    for (let at = 0; at < this.#from.length; at++) {
      const cohort = this.#cohort(at);
      const last = kept.at(-1);
      const isOver = cohort.open === 0 && (cohort.born === 0 || cohort.level === RUNGS.length);
      if (!isOver) {
        if (last === undefined || !belongTogether(last, cohort)) kept.push(cohort);
        else absorb(last, cohort);
      }
      for (let rung = 0; rung < cohort.level; rung++) passed[rung] = kept.length;
    }
    this.#from = kept.map(({ from }) => from);
    this.#until = kept.map(({ until }) => until);
    this.#open = kept.map(({ open }) => open);
    this.#setUp = kept.map(({ setUp }) => setUp);
    this.#born = kept.map(({ born }) => born);
    this.#passed = passed;
    this.#joinAt = Math.max(FEW_COHORTS, Math.ceil(GROWN * kept.length));
  }

  #cohort(at: number): Cohort {
    let level = 0;
    while (level < RUNGS.length && at < (this.#passed[level] as number)) level++;
    return {
      from: this.#from[at] as number,
      until: this.#until[at] as number,
      open: this.#open[at] as number,
      setUp: this.#setUp[at] as number,
      born: this.#born[at] as number,
      level,
    };
  }
}

/** Whether the next rung that both will pass, if there is one, is looked at so rarely that they pass it together. */
function belongTogether(older: Cohort, younger: Cohort): boolean {
  if (older.level !== younger.level) return false;
  if (older.level === RUNGS.length) return true;
  const stride = strideOf(older.level);
  return stride > 0 && Math.floor(older.from / stride) === Math.floor(younger.until / stride);
}

function absorb(older: Cohort, younger: Cohort): void {
  older.until = younger.until;
  older.open += younger.open;
  older.setUp += younger.setUp;
  older.born += younger.born;
}
