import {
  closingGrowth,
  endsWithin,
  type Occupancy,
  type PortFlow,
  steadySteps,
} from "../indicators/ports.ts";
import { growthOf, type Grown } from "../indicators/runway.ts";
import { AGELESS_WINDOW, growsSteadily } from "./limit.ts";

/** Shares of the local ports towards one destination. */
const WARN = 0.5;
const CRITICAL = 0.85;
const CLEAR = 0.4;
const FORECAST_SECONDS = 30 * 60;
/** A batch is over sooner than this many steps of 5 s. */
const STEADY_STEPS = 4;
/** Live connections that grew by this share of the ports are growth without having been watched for two minutes. */
const MATERIAL = 0.1;

export interface PortJudgement {
  /** Null: nothing is to be said. */
  readonly standing: "suspect" | "confirmed" | null;
  readonly flow: PortFlow;
}

/**
 * Nothing below half of the ports, however steady: thousands of TIME_WAIT are no matter. From half on a suspicion with its
 * forecast; proven from 85 % on, or when the end within half an hour has a probability of 0.9 and it has gone on for
 * 20 s: a batch is over by then. What was raised stands until it is below 40 %.
 *
 * `live` are the live connections over time, `told` what was said last.
 */
export function judgePorts(
  occupancy: Occupancy,
  live: Grown,
  told: "suspect" | "confirmed" | null,
  now: number,
): PortJudgement {
  const share = occupancy.used / occupancy.most;
  const flow = { closings: closingGrowth(occupancy.ages), live: liveGrowth(occupancy, live, now) };
  if (share < (told === null ? WARN : CLEAR)) return { standing: null, flow };
  if (share >= CRITICAL || told === "confirmed") return { standing: "confirmed", flow };
  const steady = steadySteps(occupancy.ages) >= STEADY_STEPS || flow.live !== null;
  const ends = share >= WARN && steady && endsWithin(FORECAST_SECONDS, occupancy, flow);
  return { standing: ends ? "confirmed" : "suspect", flow };
}

/** What swings about its mean is no growth. */
function liveGrowth({ most }: Occupancy, live: Grown, now: number): PortFlow["live"] {
  const growth = growthOf(live, now);
  if (growth === null) return null;
  return growth.count >= MATERIAL * most || growsSteadily(live, now, AGELESS_WINDOW) ? growth : null;
}
