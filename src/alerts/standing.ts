import type { Level } from "../rules/accumulation.ts";
import { CHANGED_STATE, NOT_COME_BACK, PROCESS_ENDED, RESTARTED } from "../model/reasons.ts";

/** What was said of one class, and what it rests on. Times in seconds since boot. */
export interface ClassStanding {
  readonly standing: "suspect" | "confirmed";
  readonly raisedAt: number;
  /** When the accumulation began. */
  readonly since: number | null;
  /** The most that were open beyond the proving age since it was raised, and the closings counted at that time. */
  readonly peak: number;
  readonly diedAtPeak: number;
  readonly movedAtPeak: number;
  /** How many were open, and when, as the last event said it. */
  readonly toldOpen: number;
  readonly toldAt: number;
  /** What of it has gone with processes since it was raised: with that which was told, or with others only. */
  readonly went: "with-it" | "with-others" | null;
  /** Since when the evidence has been gone; null while there is some. */
  readonly healthySince: number | null;
  /** Since when the service has had no process; null while it has one. */
  readonly goneAt: number | null;
}

/** What is seen of the class in this tick. */
export interface ClassView {
  readonly level: Level;
  readonly since: number | null;
  readonly open: number;
  /** Open and older than 40 s, those of unknown age included. */
  readonly old: number;
  /** Departures counted since watching began, and how many of those only changed their state. */
  readonly died: number;
  readonly movedAway: number;
  /** The service still has a process. */
  readonly alive: boolean;
  /** The process that was told to hold them has ended, and its program was started again. */
  readonly restarted: boolean;
}

export type Change =
  | { readonly to: "suspect" | "confirmed" | "told-again"; readonly reason: string | null }
  | { readonly to: "cleared"; readonly reason: string }
  /** Withdrawn here, because they changed state: they are still open, and it stands where they are counted now. */
  | { readonly to: "carried"; readonly reason: string };

export interface Step {
  readonly next: ClassStanding | null;
  /** Null: nothing to tell. */
  readonly change: Change | null;
}

/** A leak that has doubled is told again, but not more often than this. */
const TELL_AGAIN_SECONDS = 60;
/** A service without a process for less than this is being restarted. */
const RESTART_SECONDS = 60;
/** A leak that has not come back for this long after a restart was mended with it. */
const COME_BACK_SECONDS = 600;

/**
 *     healthy -> suspect -> confirmed          by evidence
 *     suspect -> cleared                       its evidence is gone: they were closed, or no more came
 *     confirmed -> cleared                     half of the old ones were closed
 *     confirmed -> confirmed, "restarted"      they went with their process: that mends nothing
 */
export function step(current: ClassStanding | null, view: ClassView, now: number): Step {
  if (current === null) return raise(view, now);
  if (current.standing === "suspect" && view.level === "confirmed") {
    const next = { ...raised("confirmed", view, now), since: current.since ?? view.since };
    return { next, change: { to: "confirmed", reason: null } };
  }
  const climbed = view.old >= current.peak ? { ...current, peak: view.old, diedAtPeak: view.died } : current;
  return climbed.standing === "suspect" ? stepSuspect(climbed, view) : stepConfirmed(climbed, view, now);
}

function raise(view: ClassView, now: number): Step {
  if (view.level !== "suspect" && view.level !== "confirmed") return { next: null, change: null };
  return { next: raised(view.level, view, now), change: { to: view.level, reason: null } };
}

export function raised(standing: "suspect" | "confirmed", view: ClassView, now: number): ClassStanding {
  const { since, old, died, movedAway, open } = view;
  return {
    standing,
    raisedAt: now,
    since,
    peak: old,
    diedAtPeak: died,
    movedAtPeak: movedAway,
    toldOpen: open,
    toldAt: now,
    went: null,
    healthySince: null,
    goneAt: null,
  };
}

function stepSuspect(current: ClassStanding, view: ClassView): Step {
  if (view.level !== "healthy") return { next: current, change: null };
  return { next: null, change: { to: "cleared", reason: withdrawal(current, view) } };
}

function withdrawal(current: ClassStanding, view: ClassView): string {
  const { closed, moved } = departuresSince(current, view);
  if (closed > 0 && view.old < current.peak) return closedWords(closed, current);
  if (moved > 0 && view.old < current.peak) return `${CHANGED_STATE} judged anew`;
  if (view.open === 0) return "its process ended";
  return `no more were kept; ${view.open} are open`;
}

/** Since the peak: how many were closed, and how many left the class for another state. */
function departuresSince(current: ClassStanding, view: ClassView): { closed: number; moved: number } {
  const moved = view.movedAway - current.movedAtPeak;
  return { closed: view.died - current.diedAtPeak - moved, moved };
}

function closedWords(closed: number, { peak }: ClassStanding): string {
  return `they were closed: ${closed} of ${Math.max(peak, closed)}`;
}

function stepConfirmed(current: ClassStanding, view: ClassView, now: number): Step {
  if (!view.alive) return stepGone(current, now);
  const healthySince = view.level === "healthy" ? (current.healthySince ?? now) : null;
  const known = { ...current, healthySince, goneAt: null };
  if (current.went !== null && healthySince !== null && now - healthySince >= COME_BACK_SECONDS) {
    const what = current.went === "with-it" ? "restarted" : "processes that held them ended";
    return {
      next: null,
      change: { to: "cleared", reason: `${what}, ${NOT_COME_BACK}` },
    };
  }
  // What a successor in which nothing accumulates opens and closes is none of what leaked.
  if (current.went !== null && healthySince !== null) return tellAgain(known, view, now);
  if (view.old * 2 > current.peak || current.peak === 0) return tellAgain(known, view, now);
  const { closed, moved } = departuresSince(current, view);
  const fall = current.peak - view.old;
  if (closed * 2 >= fall)
    return { next: null, change: { to: "cleared", reason: closedWords(closed, current) } };
  if (moved * 2 >= fall) {
    return {
      next: null,
      change: { to: "carried", reason: `${CHANGED_STATE} still open: ${moved}` },
    };
  }
  return stepEnded(known, view, now);
}

/** They went with processes, which is a restart only where the one that was told has a successor. */
function stepEnded(current: ClassStanding, view: ClassView, now: number): Step {
  const { raisedAt, since, healthySince } = current;
  // As many as before the restart are no doubling.
  const toldOpen = Math.max(current.toldOpen, view.open, current.peak);
  const next = {
    ...raised("confirmed", view, now),
    raisedAt,
    since,
    healthySince,
    toldOpen,
  };
  if (!view.restarted) return { next: { ...next, went: current.went ?? "with-others" }, change: null };
  return {
    next: { ...next, went: "with-it" },
    change: current.went === "with-it" ? null : { to: "told-again", reason: RESTARTED },
  };
}

function stepGone(current: ClassStanding, now: number): Step {
  const goneAt = current.goneAt ?? now;
  if (now - goneAt < RESTART_SECONDS) return { next: { ...current, goneAt }, change: null };
  return { next: null, change: { to: "cleared", reason: PROCESS_ENDED } };
}

function tellAgain(current: ClassStanding, view: ClassView, now: number): Step {
  const doubled = view.open > current.toldOpen && view.open >= 2 * current.toldOpen;
  if (!doubled || now - current.toldAt < TELL_AGAIN_SECONDS) return { next: current, change: null };
  return {
    next: { ...current, toldOpen: view.open, toldAt: now },
    change: { to: "told-again", reason: "it has doubled since this was told last" },
  };
}
