import type { VerdictEvent } from "../../src/model/events.ts";
import type { HostRun, ServiceRun, Told } from "./host-run.ts";
import { TODAYS, type TodaysMethod } from "./today.ts";

/** descry and what people have today. */
export const METHODS = ["descry", ...TODAYS] as const;
export type Method = (typeof METHODS)[number];

/** What one service of one simulated host brought; what a table counts. Null: not found while it was followed. */
export interface Outcome {
  readonly workload: string;
  readonly limit: number;
  readonly healthyDays: number;
  /** Raised while nothing leaked, of each method; descry: confirmed verdicts and forecasts. */
  readonly falseAlarms: Readonly<Record<Method, number>>;
  readonly falseForecasts: number;
  readonly suspects: number;
  readonly leak: LeakOutcome | null;
}

export interface LeakOutcome {
  readonly perMinute: number;
  readonly timing: string;
  /** It was there before the first look. */
  readonly atFirstLook: boolean;
  /** Seconds from its beginning, or from the first look, to the alarm. */
  readonly delay: Readonly<Record<Method, number | null>>;
  readonly suspectDelay: number | null;
  /** Seconds from the alarm to the end of the descriptors, at the rate of the leak. */
  readonly runwayLeft: Readonly<Record<Method, number | null>>;
}

export function outcomesOf({ plan, services }: HostRun, watchedUntil = plan.until): Outcome[] {
  return services.map((run) => {
    const begins = run.truth?.plan.from ?? Infinity;
    const healthy = run.told.filter(({ second }) => second < begins);
    const forecasts = healthy.filter(
      ({ event }) => event.type === "forecast" && event.standing !== "cleared",
    );
    const raised = (method: TodaysMethod): number =>
      run.today[method].filter((second) => second < begins).length;
    return {
      workload: run.plan.workload.name,
      limit: run.plan.limit,
      healthyDays: Math.max(0, Math.min(begins, watchedUntil) - plan.lookFrom) / 86_400,
      falseAlarms: {
        descry: distinct(healthy, "confirmed") + forecasts.length,
        threshold: raised("threshold"),
        predict_linear: raised("predict_linear"),
        mann_kendall: raised("mann_kendall"),
        strictest: raised("strictest"),
      },
      falseForecasts: forecasts.length,
      suspects: distinct(healthy, "suspect"),
      leak: leakOutcome(run, plan.lookFrom),
    };
  });
}

/** A verdict that is told again is one alarm. */
function distinct(told: readonly Told[], standing: VerdictEvent["standing"]): number {
  return new Set(
    told.flatMap(({ event }) => (event.type === "verdict" && event.standing === standing ? [event.id] : [])),
  ).size;
}

/** The first verdict of that standing from a second on that says that something is left open: that nothing is left to open is too late. */
export function firstVerdict(
  told: readonly Told[],
  standing: VerdictEvent["standing"],
  from: number,
): Told | null {
  return (
    told.find(
      ({ second, event }) =>
        second >= from &&
        event.type === "verdict" &&
        event.standing === standing &&
        event.rule !== "at-limit",
    ) ?? null
  );
}

function leakOutcome({ plan, truth, told, today }: ServiceRun, lookFrom: number): LeakOutcome | null {
  if (truth === null) return null;
  const { perMinute, timing, from } = truth.plan;
  const begins = Math.max(from, lookFrom);
  const confirmed = firstVerdict(told, "confirmed", begins);
  const at: Record<Method, number | null> = {
    descry: confirmed?.second ?? null,
    threshold: raisedFrom(today.threshold, begins),
    predict_linear: raisedFrom(today.predict_linear, begins),
    mann_kendall: raisedFrom(today.mann_kendall, begins),
    strictest: raisedFrom(today.strictest, begins),
  };
  // The leak alone uses up what the limit leaves: what is healthy beside it comes and goes.
  const end = from + (plan.limit / perMinute) * 60;
  const ofEach = (figure: (second: number) => number): Record<Method, number | null> => ({
    descry: at.descry === null ? null : figure(at.descry),
    threshold: at.threshold === null ? null : figure(at.threshold),
    predict_linear: at.predict_linear === null ? null : figure(at.predict_linear),
    mann_kendall: at.mann_kendall === null ? null : figure(at.mann_kendall),
    strictest: at.strictest === null ? null : figure(at.strictest),
  });
  const suspect =
    told.find(
      ({ second, event }) => second >= begins && event.type === "verdict" && event.standing !== "cleared",
    ) ?? null;
  return {
    perMinute,
    timing,
    atFirstLook: from < lookFrom,
    delay: ofEach((second) => second - begins),
    suspectDelay: suspect === null ? null : suspect.second - begins,
    runwayLeft: ofEach((second) => Math.max(0, end - second)),
  };
}

/** The first time it is raised while the leak is there. */
function raisedFrom(raised: readonly number[], from: number): number | null {
  return raised.find((second) => second >= from) ?? null;
}

/** Every leak of the host was found: there is nothing more to see. */
export function allFound(runs: readonly ServiceRun[]): boolean {
  return runs.every(
    ({ truth, told }) => truth !== null && firstVerdict(told, "confirmed", truth.plan.from) !== null,
  );
}
