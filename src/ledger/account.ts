import type { Leaving } from "../census/changes.ts";
import { Cohorts, RUNGS } from "./cohorts.ts";
import { History } from "./history.ts";

/** Rung of the age from which growth counts as growth: what is younger may be on its way out. */
export const AGED_RUNG = RUNGS.indexOf(40);

/** What was opened and closed of one class, process or service since watching began. */
export class Account {
  readonly cohorts = new Cohorts();
  readonly history = new History();
  /** Came and went while watched. What left with its process counts in neither. */
  born = 0;
  died = 0;
  /** Of those that died, the ones that only changed state or service: they are still open. */
  movedAway = 0;
  /** Open now, and how many of those were there before anybody looked. */
  open = 0;
  ofUnknownAge = 0;
  /** Distinct kernel objects among the open ones of a class: what forked workers share counts once. */
  objects = 0;
  /** Per rung how many passed it since watching began, and how many older than it were closed since. */
  readonly passed = new Float64Array(RUNGS.length);
  readonly departed = new Float64Array(RUNGS.length);
  /** Seconds since boot of the last change; negative infinity when there was none. */
  changedAt = Number.NEGATIVE_INFINITY;

  /** `cameAt` in seconds since boot; negative infinity when nobody saw it come. */
  enter(cameAt: number, now: number): void {
    if (cameAt === Number.NEGATIVE_INFINITY) {
      this.open++;
      this.ofUnknownAge++;
      return;
    }
    this.#noteBefore(now);
    this.open++;
    this.born++;
    this.cohorts.enter(cameAt);
  }

  /** It was open before and counts here from now on, as old as it is: nothing was opened, and it passes no age again. */
  adopt(cameAt: number, now: number): void {
    this.#noteBefore(now);
    this.open++;
    if (cameAt === Number.NEGATIVE_INFINITY) this.ofUnknownAge++;
    else this.cohorts.adopt(cameAt, now);
  }

  /** What goes with its process counts as no departure: that says nothing of being given back. */
  leave(cameAt: number, now: number, leaving: Leaving): void {
    this.#noteBefore(now);
    this.open--;
    const counts = leaving !== "exited";
    if (counts) this.died++;
    if (leaving === "moved") this.movedAway++;
    if (cameAt !== Number.NEGATIVE_INFINITY) {
      this.cohorts.leave(cameAt, counts);
      return;
    }
    this.ofUnknownAge--;
    // It was there before anybody looked, so it is taken for old: a pool that replaces its connections one by one
    // would otherwise show arrivals among the old and no departures.
    if (counts) this.cohorts.leaveOld();
  }

  /**
   * A connection did work: what it is kept for begins anew. For those that passed an age unused it counts there as if
   * one had left, since they are given back to use.
   */
  use(cameAt: number, usedAt: number, now: number): void {
    this.#noteBefore(now);
    if (cameAt === Number.NEGATIVE_INFINITY) this.ofUnknownAge--;
    else this.cohorts.leave(cameAt, true);
    this.cohorts.enter(usedAt);
  }

  /** A member is counted as if it had come at another time, when others did; nothing came and nothing left. */
  redate(cameAt: number, as: number): void {
    this.cohorts.leave(cameAt, false);
    this.cohorts.enter(as);
  }

  /** So many were opened and closed between two looks. */
  passThrough(count: number, now: number): void {
    this.#noteBefore(now);
    this.born += count;
    this.died += count;
  }

  /** Moves time on, and notes where things stand. */
  advance(now: number): void {
    this.cohorts.advance(now);
    for (let rung = 0; rung < RUNGS.length; rung++) {
      this.passed[rung] = (this.passed[rung] as number) + (this.cohorts.graduated[rung] as number);
      this.departed[rung] = (this.departed[rung] as number) + (this.cohorts.departed[rung] as number);
    }
    this.#note(now);
  }

  /** Net growth of those older than 40 s since watching began. */
  get aged(): number {
    return (this.passed[AGED_RUNG] as number) - (this.departed[AGED_RUNG] as number);
  }

  #note(now: number): void {
    const { born, died, movedAway: moved, open, aged } = this;
    this.history.note({ at: now, born, died, moved, open, aged });
  }

  /** Before the first change, and the first after a quiet time, the counts are noted: rates start from there. */
  #noteBefore(now: number): void {
    if (this.changedAt !== now) this.#note(now);
    this.changedAt = now;
  }
}
