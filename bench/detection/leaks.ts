import type { Stage } from "./stage.ts";

/** How what is left open follows one another: evenly, at random, or several of one request. */
export const TIMINGS = ["even", "poisson", "bursty"] as const;

export interface LeakPlan {
  readonly perMinute: number;
  readonly timing: (typeof TIMINGS)[number];
  /** Second of the simulation at which it begins. */
  readonly from: number;
}

/** What a leak really did. */
export interface LeakTruth {
  readonly plan: LeakPlan;
  /** Left open so far, those that went with their process included. */
  left: number;
  /** Second of the simulation at which the process could open no more; null: it has not come to that. */
  exhaustedAt: number | null;
}

/** Lets the service leave something open from a time on, in its oldest process: those beside it may be short jobs. */
export function leakOn(stage: Stage, plan: LeakPlan): LeakTruth {
  const truth: LeakTruth = { plan, left: 0, exhaustedAt: null };
  const { agenda, random } = stage;
  const between = 60 / plan.perMinute;
  // Requests that leave several each come so much more seldom.
  const each = plan.timing === "bursty" ? random.between(2, 6) : 1;
  const gap = (): number => (plan.timing === "even" ? between : random.exponential(between * each));
  const leave = (): void => {
    const count = each === 1 ? 1 : 1 + Math.round(random.exponential(each - 1));
    for (let one = 0; one < count; one++) {
      const [process] = stage.processes;
      if (process === undefined) break;
      if (stage.leak(process) !== null) truth.left++;
      else truth.exhaustedAt ??= agenda.now;
    }
    agenda.after(gap(), leave);
  };
  agenda.at(plan.from + gap(), leave);
  return truth;
}
