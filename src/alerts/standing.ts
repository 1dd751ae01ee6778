import type { Level } from "../rules/accumulation.ts";

/** What was said of one class, and what it rests on. Times in seconds since boot. */
export interface ClassStanding {
  readonly standing: "suspect" | "confirmed";
  readonly raisedAt: number;
  /** When the accumulation began. */
  readonly since: number | null;
  /** The most that were open beyond the proving age since it was raised, and the closings counted at that time. */
  readonly peak: number;
  readonly diedAtPeak: number;
  /** How many were open, and when, as the last event said it. */
  readonly toldOpen: number;
  readonly toldAt: number;
  readonly restarted: boolean;
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
  /** Closings counted since watching began. */
  readonly died: number;
  /** The service still has a process. */
  readonly alive: boolean;
}

export type Change =
  | { readonly to: "suspect" | "confirmed" | "told-again"; readonly reason: string | null }
  | { readonly to: "cleared"; readonly reason: string };

export interface Step {
  readonly next: ClassStanding | null;
  /** Null: nothing to tell. */
  readonly change: Change | null;
}

/** A leak that has doubled is told again, but not more often than this. */
const TELL_AGAIN_SECONDS = 60;
/** A service without a process for less than this is being restarted. */
const RESTART_SECONDS = 60;

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

function raised(standing: "suspect" | "confirmed", view: ClassView, now: number): ClassStanding {
  const { since, old, died, open } = view;
  return {
    standing,
    raisedAt: now,
    since,
    peak: old,
    diedAtPeak: died,
    toldOpen: open,
    toldAt: now,
    restarted: false,
    goneAt: null,
  };
}

function stepSuspect(current: ClassStanding, view: ClassView): Step {
  if (view.level !== "healthy") return { next: current, change: null };
  return { next: null, change: { to: "cleared", reason: withdrawal(current, view) } };
}

function withdrawal(current: ClassStanding, view: ClassView): string {
  const closed = view.died - current.diedAtPeak;
  if (closed > 0 && view.old < current.peak)
    return `they were closed: ${closed} of ${Math.max(current.peak, closed)}`;
  if (view.open === 0) return "its process ended";
  return `no more were kept; ${view.open} are open`;
}

function stepConfirmed(current: ClassStanding, view: ClassView, now: number): Step {
  if (!view.alive) return stepGone(current, now);
  const closed = view.died - current.diedAtPeak;
  if (view.old * 2 > current.peak || current.peak === 0)
    return tellAgain({ ...current, goneAt: null }, view, now);
  if (closed * 2 >= current.peak - view.old) {
    return {
      next: null,
      change: { to: "cleared", reason: `they were closed: ${closed} of ${Math.max(current.peak, closed)}` },
    };
  }
  const next = {
    ...raised("confirmed", view, now),
    raisedAt: current.raisedAt,
    since: current.since,
    restarted: true,
  };
  const change: Change | null = current.restarted
    ? null
    : { to: "told-again", reason: "restarted, not fixed" };
  return { next, change };
}

function stepGone(current: ClassStanding, now: number): Step {
  const goneAt = current.goneAt ?? now;
  if (now - goneAt < RESTART_SECONDS) return { next: { ...current, goneAt }, change: null };
  return { next: null, change: { to: "cleared", reason: "its process ended, which does not mend it" } };
}

function tellAgain(current: ClassStanding, view: ClassView, now: number): Step {
  if (view.open < 2 * current.toldOpen || now - current.toldAt < TELL_AGAIN_SECONDS)
    return { next: current, change: null };
  return {
    next: { ...current, toldOpen: view.open, toldAt: now },
    change: { to: "told-again", reason: null },
  };
}
