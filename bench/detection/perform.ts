import type { Flavour } from "./flavour.ts";
import { allEnded, allForecast, forecastsOf, type ForecastOutcome } from "./forecasts.ts";
import { runHost } from "./host-run.ts";
import { planOf, type Job } from "./jobs.ts";
import { allFound, outcomesOf, type Outcome } from "./outcomes.ts";

/** What one simulated host brought, and what it cost. */
export interface Performed {
  readonly job: Job;
  readonly outcomes: readonly Outcome[];
  /** Of a job that asks about forecasts. */
  readonly forecasts: readonly ForecastOutcome[];
  readonly seconds: number;
  readonly looks: number;
  readonly analysisSeconds: number;
}

/** When there is nothing more to see. */
const DONE = { healthy: undefined, "known limit": undefined, leak: allFound, forecast: allForecast };

/** Runs one host from its job. */
export function perform(job: Job, flavour: Flavour): Performed {
  const started = performance.now();
  const run = runHost(planOf(job, flavour), DONE[job.kind], job.kind === "forecast" ? allEnded : undefined);
  const { looks, analysisSeconds } = run;
  const seconds = (performance.now() - started) / 1000;
  const forecasts = job.kind === "forecast" ? forecastsOf(run) : [];
  return { job, outcomes: outcomesOf(run), forecasts, seconds, looks, analysisSeconds };
}
