import { onGrid } from "../census/birth-dates.ts";
import type { Leaving } from "../census/changes.ts";
import { Cohorts } from "./cohorts.ts";
import { History } from "./history.ts";
import { AGED_RUNG, RUNGS } from "./rungs.ts";

/** A process that ends so soon after its start is one of those that are replaced all the time. */
const RECYCLED_SECONDS = 3600;

/**
 * Most accounts are of what was there before anybody looked and never moves. There are thousands, which share these
 * until something comes whose age is known, or leaves: an account with its own takes 2.5 kB.
 */
const NOBODY = new Cohorts();
const NONE = new Float64Array(RUNGS.length);

/** What was opened and closed of one class, process or service since watching began. */
export class Account {
  /** Seconds since boot at which it began to count. */
  readonly begunAt: number;
  #cohorts = NOBODY;
  readonly history = new History();
  /** Came and went while watched. What left with its process counts in neither. */
  born = 0;
  died = 0;
  /** Of those that died, the ones that only changed state or service: they are still open. */
  movedAway = 0;
  /** Of those born, the ones that were here as unused before and proved to be used again: nothing was opened. */
  turned = 0;
  /**
   * Of those that were open before watching began, how many more came here so than left so: they count as born there
   * and as died where they were, though nothing changed but what is known of them.
   */
  turnedOld = 0;
  /**
   * Seconds after it came that the least late was counted here; infinity before any was. Those that are known for what
   * they are only some time after they came ("unread") are all late; of those that are counted together one is not.
   */
  latenessAtLeast = Number.POSITIVE_INFINITY;
  /** Open now, and how many of those were there before anybody looked. */
  open = 0;
  ofUnknownAge = 0;
  /** Distinct kernel objects among the open ones of a class: what forked workers share counts once. */
  objects = 0;
  #reached = NONE;
  #passed = NONE;
  #departed = NONE;
  #departedUnborn = NONE;
  /** It changed lately enough to be judged at every tick. */
  isMoving = false;
  /** Seconds since boot of the last change; negative infinity when there was none. */
  changedAt = Number.NEGATIVE_INFINITY;

  constructor(begunAt: number) {
    this.begunAt = begunAt;
  }

  get cohorts(): Cohorts {
    return this.#cohorts;
  }

  /** Per rung, since watching began: of how many it is known whether they lived to that age, ... */
  get reached(): Readonly<Float64Array> {
    return this.#reached;
  }

  /** ... how many of them did, ... */
  get passed(): Readonly<Float64Array> {
    return this.#passed;
  }

  /** ... and how many older than it were closed. */
  get departed(): Readonly<Float64Array> {
    return this.#departed;
  }

  /** Of `departed`, those that were never born here: nobody saw them come, or they had rested among others. */
  get departedUnborn(): Readonly<Float64Array> {
    return this.#departedUnborn;
  }

  /** The cohorts to change: its own from now on. */
  #ownCohorts(): Cohorts {
    if (this.#cohorts !== NOBODY) return this.#cohorts;
    this.#cohorts = new Cohorts();
    // Side by side, since they are looked at together.
    const counts = new Float64Array(4 * RUNGS.length);
    const part = (place: number): Float64Array<ArrayBuffer> =>
      counts.subarray(place * RUNGS.length, (place + 1) * RUNGS.length);
    this.#reached = part(0);
    this.#passed = part(1);
    this.#departed = part(2);
    this.#departedUnborn = part(3);
    return this.#cohorts;
  }

  /** `cameAt` in seconds since boot; negative infinity when nobody saw it come. `isSetUp`: see Cohorts. */
  enter(cameAt: number, now: number, isSetUp = false): void {
    if (cameAt === Number.NEGATIVE_INFINITY) {
      this.open++;
      this.ofUnknownAge++;
      return;
    }
    this.#noteBefore(now);
    this.open++;
    this.born++;
    this.latenessAtLeast = Math.min(this.latenessAtLeast, now - cameAt);
    this.#ownCohorts().enter(cameAt, isSetUp);
  }

  /** It was open before and counts here from now on, as old as it is: nothing was opened, and it passes no age again. */
  adopt(cameAt: number, now: number, isSetUp = false): void {
    this.#noteBefore(now);
    this.open++;
    if (cameAt === Number.NEGATIVE_INFINITY) this.ofUnknownAge++;
    else this.#ownCohorts().adopt(cameAt, now, isSetUp);
  }

  /**
   * What goes with its process counts as no departure: that says nothing of being given back. `lived` is for how many
   * seconds that process did.
   */
  leave(cameAt: number, now: number, leaving: Leaving, isSetUp = false, lived = Infinity): void {
    this.#noteBefore(now);
    this.open--;
    const counts = leaving !== "exited";
    if (counts) this.died++;
    if (leaving === "moved") this.movedAway++;
    if (cameAt !== Number.NEGATIVE_INFINITY) {
      if (!counts && lived < RECYCLED_SECONDS && !isSetUp) this.#ownCohorts().recycle(cameAt);
      this.#ownCohorts().leave(cameAt, counts, isSetUp);
      return;
    }
    this.ofUnknownAge--;
    // It was there before anybody looked, so it is taken for old: a pool that replaces its connections one by one
    // would otherwise show arrivals among the old and no departures.
    if (counts) this.#departUnborn(Infinity);
  }

  /**
   * A connection did work: what it is kept for begins anew. For those that passed an age unused it counts there as if
   * one had left, since they are given back to use.
   */
  use(cameAt: number, usedAt: number, now: number, isSetUp: (at: number) => boolean): void {
    this.#noteBefore(now);
    if (cameAt === Number.NEGATIVE_INFINITY) this.ofUnknownAge--;
    // One that is used while it is young has not rested yet; a rest that was long enough to be judged has ended.
    else this.#ownCohorts().leave(cameAt, usedAt - cameAt >= (RUNGS[0] as number), isSetUp(cameAt));
    this.#ownCohorts().enter(usedAt, isSetUp(usedAt));
  }

  /**
   * A connection that entered just now has rested for so long, as those here do between two uses, but among others,
   * since nobody knew that it is one that is used again. That rest is over like any here. Without it, those that are met
   * one by one would seem to come to rest and never to be used: as many as rest at any time.
   */
  resume(seconds: number): void {
    this.#departUnborn(seconds);
  }

  /** One that just entered did so since it proved to be used again; `isOld`: it was open before watching began. */
  turnIn(isOld: boolean): void {
    this.turned++;
    if (isOld) this.turnedOld++;
  }

  /** One that just left did so since it proved to be used again. */
  turnOut(isOld: boolean): void {
    if (isOld) this.turnedOld--;
  }

  /** A member is counted as if it had come at another time, when others did; nothing came and nothing left. */
  redate(cameAt: number, as: number): void {
    this.#ownCohorts().leave(cameAt, false);
    this.#ownCohorts().enter(as);
  }

  /** So many were opened and closed between two looks. */
  passThrough(count: number, now: number): void {
    this.#noteBefore(now);
    this.born += count;
    this.died += count;
    this.#ownCohorts().passThrough(onGrid(now), count);
  }

  /** Moves time on, and notes where things stand. */
  advance(now: number): void {
    const cohorts = this.#cohorts;
    const anyPassed = cohorts.advance(now);
    // Who is older than any age is older than the youngest. Nobody is in what is shared.
    if (cohorts !== NOBODY && (anyPassed || (cohorts.departed[0] as number) > 0)) {
      const [reached, passed, departed] = [this.#reached, this.#passed, this.#departed];
      for (let rung = 0; rung < RUNGS.length; rung++) {
        reached[rung] = (reached[rung] as number) + (cohorts.reached[rung] as number);
        passed[rung] = (passed[rung] as number) + (cohorts.graduated[rung] as number);
        departed[rung] = (departed[rung] as number) + (cohorts.departed[rung] as number);
      }
    }
    this.#note(now);
  }

  /** Net growth of those older than 40 s since watching began. */
  get aged(): number {
    return (this.passed[AGED_RUNG] as number) - (this.departed[AGED_RUNG] as number);
  }

  #departUnborn(age: number): void {
    this.#ownCohorts().leaveUnborn(age);
    const unborn = this.#departedUnborn;
    for (let rung = 0; rung < RUNGS.length && (RUNGS[rung] as number) <= age; rung++)
      unborn[rung] = (unborn[rung] as number) + 1;
  }

  #note(now: number): void {
    if (!this.history.isDue(now)) return;
    const { born, died, movedAway: moved, turned, turnedOld, open, aged } = this;
    this.history.note({ at: now, born, died, moved, turned, turnedOld, open, aged });
  }

  /** Before the first change, and the first after a quiet time, the counts are noted: rates start from there. */
  #noteBefore(now: number): void {
    if (this.changedAt !== now) this.#note(now);
    this.changedAt = now;
  }
}
