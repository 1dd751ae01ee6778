import type { Flavour } from "./flavour.ts";
import { runHost } from "./host-run.ts";
import { planOf, type Job } from "./jobs.ts";
import { allFound, outcomesOf, type Outcome } from "./outcomes.ts";

/** What one simulated host brought, and what it cost. */
export interface Performed {
  readonly job: Job;
  readonly outcomes: readonly Outcome[];
  readonly seconds: number;
  readonly looks: number;
  readonly analysisSeconds: number;
}

/** Runs one host from its job. */
export function perform(job: Job, flavour: Flavour): Performed {
  const started = performance.now();
  const run = runHost(planOf(job, flavour), job.kind === "leak" ? allFound : undefined);
  const { looks, analysisSeconds } = run;
  const seconds = (performance.now() - started) / 1000;
  return { job, outcomes: outcomesOf(run), seconds, looks, analysisSeconds };
}
