import { Analysis } from "../../src/agent/analysis.ts";
import type { DescryEvent } from "../../src/model/events.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { Agenda } from "./agenda.ts";
import type { Flavour } from "./flavour.ts";
import type { Workload } from "./healthy.ts";
import { leakOn, type LeakPlan, type LeakTruth } from "./leaks.ts";
import { Random } from "./random.ts";
import { BEGINS_AT, SimulatedKernel } from "./simulated-kernel.ts";
import { Stage } from "./stage.ts";
import { SCRAPE_SECONDS, TodaysMethods, type TodaysMethod } from "./today.ts";

export interface ServicePlan {
  readonly workload: Workload;
  readonly limit: number;
  readonly leak: LeakPlan | null;
}

/** One simulated host. Seconds are of the simulation, which begins before anybody looks. */
export interface HostPlan {
  readonly seed: number;
  readonly flavour: Flavour;
  readonly services: readonly ServicePlan[];
  /** When descry and what people have today begin to look, and when each stops. */
  readonly lookFrom: number;
  readonly until: number;
  readonly todayUntil: number;
  /** Looks are one second apart in these spans, and ten elsewhere. */
  readonly fine: readonly (readonly [from: number, to: number])[];
}

/** Something that was told of one service. */
export interface Told {
  readonly second: number;
  readonly event: DescryEvent;
  /** Open in the process most filled, at that moment. */
  readonly open: number;
}

/** What became of one service. */
export interface ServiceRun {
  readonly plan: ServicePlan;
  readonly truth: LeakTruth | null;
  readonly told: readonly Told[];
  readonly today: Readonly<Record<TodaysMethod, readonly number[]>>;
  /** When its oldest process could open no more; null: it has not come to that. */
  readonly exhaustedAt: number | null;
}

export interface HostRun {
  readonly plan: HostPlan;
  readonly services: readonly ServiceRun[];
  /** Looks that the analysis took, and its time in seconds. */
  readonly looks: number;
  readonly analysisSeconds: number;
}

const COARSE_SECONDS = 10;
/** Whether there is more to see is asked this often, in simulated seconds. */
const ASKED_EVERY = 600;

interface Cast {
  readonly stage: Stage;
  readonly plan: ServicePlan;
  readonly truth: LeakTruth | null;
  readonly told: Told[];
  readonly today: TodaysMethods;
}

type Says = (run: readonly ServiceRun[]) => boolean;

/**
 * Runs a host through the real analysis, until `done` says so or its time is over, and then through what people have today
 * alone, until its time is over or `over` says so.
 */
export function runHost(plan: HostPlan, done: Says = () => false, over: Says = () => false): HostRun {
  const agenda = new Agenda();
  const kernel = new SimulatedKernel(agenda);
  const cast = plan.services.map((service, place) => raise(plan, service, place, kernel, agenda));
  const byName = new Map(cast.map((one) => [`${one.stage.name}.service`, one]));
  const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true });
  const runs = (): ServiceRun[] => cast.map(runOf);
  let [looks, analysisMs] = [0, 0];
  let scrapeAt = plan.lookFrom;
  const scrapeUntil = (end: number): void => {
    for (; scrapeAt <= end; scrapeAt += SCRAPE_SECONDS) {
      agenda.runUntil(scrapeAt);
      for (const { stage, today } of cast) today.scrape(scrapeAt, countOf(stage));
    }
  };
  for (let at = plan.lookFrom; at < plan.until; at += tickAt(plan, at)) {
    scrapeUntil(at);
    agenda.runUntil(at);
    const facts = kernel.look(analysis.attention());
    const started = performance.now();
    const events = analysis.take(facts);
    analysisMs += performance.now() - started;
    looks++;
    for (const event of events) {
      const of = "service" in event ? byName.get(event.service ?? "") : undefined;
      if (of !== undefined) of.told.push({ second: at, event, open: countOf(of.stage).worst });
    }
    if (events.length > 0 && done(runs())) break;
  }
  for (let at = scrapeAt; at < plan.todayUntil && !over(runs()); at += ASKED_EVERY)
    scrapeUntil(Math.min(plan.todayUntil, at + ASKED_EVERY));
  return { plan, services: runs(), looks, analysisSeconds: analysisMs / 1000 };
}

function runOf({ stage, plan, truth, told, today }: Cast): ServiceRun {
  const refusedAt = stage.processes[0]?.refusedAt ?? null;
  const exhaustedAt = refusedAt === null ? null : refusedAt - BEGINS_AT;
  return { plan, truth, told, today: today.raisedAt, exhaustedAt };
}

function raise(
  { seed, flavour }: HostPlan,
  plan: ServicePlan,
  place: number,
  kernel: SimulatedKernel,
  agenda: Agenda,
): Cast {
  const random = new Random(seed * 1009 + place);
  const { limit, leak, workload } = plan;
  const stage = new Stage({
    name: `service-${place}`,
    number: place,
    limit,
    kernel,
    agenda,
    random,
    flavour,
  });
  stage.start(workload.body);
  const truth = leak === null ? null : leakOn(stage, leak);
  return { stage, plan, truth, told: [], today: new TodaysMethods() };
}

function tickAt({ fine }: HostPlan, at: number): number {
  return fine.some(([from, to]) => at >= from && at < to) ? 1 : COARSE_SECONDS;
}

function countOf({ processes, limit }: Stage): { worst: number; limit: number; sum: number } {
  let [worst, sum] = [0, 0];
  for (const { open } of processes) {
    worst = Math.max(worst, open);
    sum += open;
  }
  return { worst, limit, sum };
}
