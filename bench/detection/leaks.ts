import type { Random } from "./random.ts";
import type { Stage } from "./stage.ts";

/** How what is left open follows one another: evenly, at random, or several of one request. */
export const TIMINGS = ["even", "poisson", "bursty"] as const;
/** At random as well, at a rate that swings around its mean within half an hour to half a day. */
export const SWINGING = "swinging";

export interface LeakPlan {
  readonly perMinute: number;
  readonly timing: (typeof TIMINGS)[number] | typeof SWINGING;
  /** Second of the simulation at which it begins. */
  readonly from: number;
}

/** What a leak really did. */
export interface LeakTruth {
  readonly plan: LeakPlan;
  /** Left open so far, those that went with their process included. */
  left: number;
}

/** Lets the service leave something open from a time on, in its oldest process: those beside it may be short jobs. */
export function leakOn(stage: Stage, plan: LeakPlan): LeakTruth {
  const truth: LeakTruth = { plan, left: 0 };
  const { agenda, random } = stage;
  const between = 60 / plan.perMinute;
  // Requests that leave several each come so much more seldom.
  const each = plan.timing === "bursty" ? random.between(2, 6) : 1;
  const swing = plan.timing === SWINGING ? swingOf(random) : () => 1;
  const gap = (): number =>
    plan.timing === "even" ? between : random.exponential((between * each) / swing(agenda.now));
  const leave = (): void => {
    const count = each === 1 ? 1 : 1 + Math.round(random.exponential(each - 1));
    for (let one = 0; one < count; one++) {
      const [process] = stage.processes;
      if (process === undefined) break;
      if (stage.leak(process) !== null) truth.left++;
    }
    agenda.after(gap(), leave);
  };
  agenda.at(plan.from + gap(), leave);
  return truth;
}

function swingOf(random: Random): (second: number) => number {
  const [period, depth, from] = [
    random.logBetween(1800, 43_200),
    random.between(0.2, 0.7),
    random.between(0, 43_200),
  ];
  return (second) => 1 + depth * Math.sin((2 * Math.PI * (second - from)) / period);
}
