/**
 * Ages at which survival is judged, in seconds. A descriptor that stays open passes them one by one:
 *
 *     leak      20 s ####  40 s ####  80 s ####  160 s ####   every rung keeps filling
 *     healthy   20 s ####  40 s #     80 s       160 s        few live that long, and as many leave as arrive
 */
export const RUNGS: readonly number[] = [20, 40, 80, 160, 320, 640, 1280];

/** Beyond this many cohorts, those past the last rung are joined two by two: their exact age no longer matters. */
const MOST_COHORTS = 4096;

/**
 * The open descriptors of one class (or process) by when they came, and what passed each rung since the last
 * advance. Descriptors that were there before anybody looked are not in here: their age is not known.
 *
 * Those that came at one tick are one cohort; a cohort graduates at a rung when its age reaches it. Times are
 * seconds since boot and must not step back.
 */
export class Cohorts {
  #cameAt: number[] = [];
  #open: number[] = [];
  /** Per rung the first cohort that has not passed it. */
  #passed: number[] = RUNGS.map(() => 0);
  #total = 0;
  /** Per rung how many of those that it is passed by at the next advance had passed it before they were adopted. */
  readonly #adopted = new Uint32Array(RUNGS.length);
  /** Members that passed each rung, and members older than each rung that were closed: since the last advance, the last clearing. */
  readonly graduated = new Uint32Array(RUNGS.length);
  readonly departed = new Uint32Array(RUNGS.length);

  /** Members now. */
  get size(): number {
    return this.#total;
  }

  enter(at: number): void {
    this.#total++;
    const cohort = this.#cameAt.length === 0 ? -1 : this.#cohortOf(at);
    if (this.#cameAt[cohort] === at) this.#open[cohort] = (this.#open[cohort] as number) + 1;
    else if (cohort === -1 || (this.#cameAt.at(-1) as number) < at) this.#append(at);
    else this.#insert(at, (this.#cameAt[cohort] as number) < at ? cohort + 1 : cohort);
  }

  /** A member that is this old already at `now`, to which time moves on next: it graduates from what lies ahead of it only. */
  adopt(at: number, now: number): void {
    this.enter(at);
    const cohort = this.#cohortOf(at);
    for (let rung = 0; rung < RUNGS.length && at + (RUNGS[rung] as number) <= now; rung++) {
      if (cohort >= (this.#passed[rung] as number)) this.#adopted[rung] = (this.#adopted[rung] as number) + 1;
    }
  }

  #append(at: number): void {
    if (this.#cameAt.length >= MOST_COHORTS) this.#compact();
    this.#cameAt.push(at);
    this.#open.push(1);
  }

  /** A socket is known by its table row some ticks after it was listed, so members can come out of order. */
  #insert(at: number, place: number): void {
    this.#cameAt.splice(place, 0, at);
    this.#open.splice(place, 0, 1);
    for (let rung = 0; rung < RUNGS.length; rung++) {
      if (place < (this.#passed[rung] as number)) this.#passed[rung] = (this.#passed[rung] as number) + 1;
    }
  }

  /** A member that came `at` has gone; `counts` is false when its going says nothing (its process ended). */
  leave(at: number, counts: boolean): void {
    const cohort = this.#cohortOf(at);
    this.#total--;
    this.#open[cohort] = (this.#open[cohort] as number) - 1;
    if (!counts) return;
    for (let rung = 0; rung < RUNGS.length && cohort < (this.#passed[rung] as number); rung++) {
      this.departed[rung] = (this.departed[rung] as number) + 1;
    }
  }

  /** A member has gone that was older than every rung, or is taken for it. It is not among the members counted here. */
  leaveOld(): void {
    for (let rung = 0; rung < RUNGS.length; rung++) this.departed[rung] = (this.departed[rung] as number) + 1;
  }

  /** How many cohorts are kept. */
  get count(): number {
    return this.#cameAt.length;
  }

  /** Moves time on to `now` and counts who passed which rung since the last advance. */
  advance(now: number): void {
    for (let rung = 0; rung < RUNGS.length; rung++) {
      let cohort = this.#passed[rung] as number;
      let graduates = 0;
      while (
        cohort < this.#cameAt.length &&
        (this.#cameAt[cohort] as number) + (RUNGS[rung] as number) <= now
      ) {
        graduates += this.#open[cohort] as number;
        cohort++;
      }
      this.#passed[rung] = cohort;
      // One that was closed again in the tick of its adoption is no longer among them.
      this.graduated[rung] = Math.max(0, graduates - (this.#adopted[rung] as number));
      this.#adopted[rung] = 0;
    }
  }

  clearDepartures(): void {
    this.departed.fill(0);
  }

  /** How many members came no later than `seconds` before `now`. */
  olderThan(seconds: number, now: number): number {
    let count = 0;
    for (let cohort = 0; cohort < this.#cameAt.length; cohort++) {
      if ((this.#cameAt[cohort] as number) + seconds > now) break;
      count += this.#open[cohort] as number;
    }
    return count;
  }

  /** Members that came from `from` on and before `to` (seconds since boot), by when they came, oldest first. */
  *cameWithin(from: number, to: number): Generator<{ readonly at: number; readonly count: number }> {
    for (let cohort = this.#cameAt.length === 0 ? 0 : this.#cohortOf(from); ; cohort++) {
      const at = this.#cameAt[cohort];
      if (at === undefined || at >= to) return;
      const count = this.#open[cohort] as number;
      if (at >= from && count > 0) yield { at, count };
    }
  }

  /** Index of the cohort that holds members that came `at`: the last one that began no later. */
  #cohortOf(at: number): number {
    let low = 0;
    let high = this.#cameAt.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#cameAt[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Drops cohorts that are empty, and joins pairs beyond the last rung when that was not enough. */
  #compact(): void {
    const oldest = this.#passed[RUNGS.length - 1] as number;
    const cameAt: number[] = [];
    const open: number[] = [];
    const passed = RUNGS.map(() => 0);
    let lastJoined = false;
    for (let cohort = 0; cohort < this.#cameAt.length; cohort++) {
      const members = this.#open[cohort] as number;
      if (members > 0) {
        const joins: boolean = cohort < oldest && open.length > 0 && !lastJoined;
        if (joins) open[open.length - 1] = (open.at(-1) as number) + members;
        else {
          cameAt.push(this.#cameAt[cohort] as number);
          open.push(members);
        }
        lastJoined = joins;
      }
      for (let rung = 0; rung < RUNGS.length; rung++)
        if (cohort < (this.#passed[rung] as number)) passed[rung] = cameAt.length;
    }
    this.#cameAt = cameAt;
    this.#open = open;
    this.#passed = passed;
  }
}
