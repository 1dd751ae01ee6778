import { threeDigits } from "../document.ts";
import { followed, RATES, type Job, type LeakMode, type LeakRate } from "./jobs.ts";
import { METHODS, type LeakOutcome, type Method, type Outcome } from "./outcomes.ts";
import type { Performed } from "./perform.ts";

/** Cells of a table, the first line its head. */
export type Table = readonly (readonly string[])[];

export const METHOD_NAMES: Readonly<Record<Method, string>> = {
  descry: "descry",
  threshold: "80 % of the limit",
  predict_linear: "predict_linear",
  mann_kendall: "Mann-Kendall",
  strictest: "Mann-Kendall, strictest",
};

/** What the issue asks for: the median delay in seconds, and the share that must be found. */
export const GOALS: ReadonlyMap<LeakRate, { readonly median: number; readonly share: number | null }> =
  new Map([
    [250, { median: 90, share: 0.95 }],
    [60, { median: 120, share: 0.95 }],
    [10, { median: 720, share: 0.95 }],
    [1, { median: 3600, share: null }],
    [5 / 60, { median: 8 * 3600, share: null }],
  ]);

export function rateName(perMinute: number): string {
  return perMinute < 1 ? `${Math.round(perMinute * 60)} an hour` : `${perMinute} a minute`;
}

/** 42 s, 3.5 min, 2.1 h, 31 days. */
export function span(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return "never";
  if (seconds < 120) return `${threeDigits(Math.round(seconds))} s`;
  if (seconds < 7200) return `${threeDigits(tenth(seconds / 60))} min`;
  return seconds < 172_800
    ? `${threeDigits(tenth(seconds / 3600))} h`
    : `${threeDigits(tenth(seconds / 86_400))} days`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

export function percent(share: number): string {
  return Number.isNaN(share) ? "" : `${tenth(share * 100)} %`;
}

/** The value that this share of the runs does not exceed; a run in which nothing was found counts as never. */
export function quantile(values: readonly (number | null)[], share: number): number {
  const sorted = values.map((value) => value ?? Infinity).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Of the jobs that are no comparison of ticks. */
export function outcomesOfKind(performed: readonly Performed[], ...kinds: Job["kind"][]): Outcome[] {
  return performed
    .filter(({ job }) => job.ticks === undefined && kinds.includes(job.kind))
    .flatMap(({ outcomes }) => outcomes);
}

export function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}

function leaksOf(outcomes: readonly Outcome[], perMinute?: number, mode?: LeakMode): LeakOutcome[] {
  return outcomes
    .flatMap(({ leak }) => (leak === null ? [] : [leak]))
    .filter((leak) => perMinute === undefined || leak.perMinute === perMinute)
    .filter((leak) => mode === undefined || leak.atFirstLook === (mode === "from the first look"));
}

/** The rates of which there are leaks: a quick run leaves out the slowest. */
function ratesOf(outcomes: readonly Outcome[]): LeakRate[] {
  return RATES.filter((rate) => leaksOf(outcomes, rate).length > 0);
}

function found(leaks: readonly LeakOutcome[], method: Method): number {
  return leaks.filter(({ delay }) => delay[method] !== null).length / leaks.length;
}

/** descry and what people have today, on the same recordings. */
export function methodsTable(outcomes: readonly Outcome[]): Table {
  const rates = ratesOf(outcomes);
  const days = sum(outcomes.map(({ healthyDays }) => healthyDays));
  return [
    [
      "",
      `false alarms in ${threeDigits(Math.round(days))} healthy service-days`,
      "a service-day",
      ...rates.map((rate) => `${rateName(rate)}: found, median delay`),
    ],
    ...METHODS.map((method) => {
      const alarms = sum(outcomes.map(({ falseAlarms }) => falseAlarms[method]));
      return [
        METHOD_NAMES[method],
        threeDigits(alarms),
        alarms === 0 ? "0" : threeDigits(alarms / days),
        ...rates.map((rate) => {
          const leaks = leaksOf(outcomes, rate);
          const median = quantile(
            leaks.map(({ delay }) => delay[method]),
            0.5,
          );
          return `${percent(found(leaks, method))}, ${span(median)}`;
        }),
      ];
    }),
  ];
}

/** descry alone, against its goals. */
export function delaysTable(outcomes: readonly Outcome[]): Table {
  const rows = ratesOf(outcomes).flatMap((rate) =>
    (["after health", "from the first look", undefined] as const).map((mode) => {
      const leaks = leaksOf(outcomes, rate, mode);
      const delays = leaks.map(({ delay }) => delay.descry);
      const median = quantile(delays, 0.5);
      return [
        rateName(rate),
        mode ?? "both",
        String(leaks.length),
        percent(found(leaks, "descry")),
        span(
          quantile(
            leaks.map(({ suspectDelay }) => suspectDelay),
            0.5,
          ),
        ),
        span(median),
        span(quantile(delays, 0.95)),
        span(
          quantile(
            leaks.map(({ runwayLeft }) => runwayLeft.descry),
            0.5,
          ),
        ),
        mode === undefined ? goalWords(rate, median, found(leaks, "descry")) : "",
      ];
    }),
  );
  return [
    [
      "leak",
      "present",
      "runs",
      "found",
      "suspected, median",
      "confirmed, median",
      "95 %",
      "runway left, median",
      "goal",
    ],
    ...rows,
  ];
}

function goalWords(rate: LeakRate, median: number, share: number): string {
  const goal = GOALS.get(rate);
  if (goal === undefined || Number.isNaN(median)) return "";
  const words = [`median ${span(goal.median)}: ${median <= goal.median ? "met" : "NOT MET"}`];
  if (goal.share !== null)
    words.push(`found ${percent(goal.share)}: ${share >= goal.share ? "met" : "NOT MET"}`);
  return words.join("; ");
}

/** What was told of each healthy workload. */
export function healthyTable(outcomes: readonly Outcome[]): Table {
  const names = [...new Set(outcomes.map(({ workload }) => workload))];
  const row = (name: string, of: readonly Outcome[]): string[] => {
    const days = sum(of.map(({ healthyDays }) => healthyDays));
    const perDay = (count: number): string => (count === 0 ? "0" : threeDigits(count / days));
    return [
      name,
      threeDigits(tenth(days)),
      String(sum(of.map((one) => one.falseAlarms.descry - one.falseForecasts))),
      String(sum(of.map(({ falseForecasts }) => falseForecasts))),
      perDay(sum(of.map(({ suspects }) => suspects))),
      ...METHODS.slice(1).map((method) => perDay(sum(of.map(({ falseAlarms }) => falseAlarms[method])))),
    ];
  };
  return [
    [
      "workload",
      "service-days",
      "confirmed",
      "forecasts",
      "suspected a day",
      ...METHODS.slice(1).map((method) => `${METHOD_NAMES[method]} a day`),
    ],
    ...names.map((name) =>
      row(
        name,
        outcomes.filter(({ workload }) => workload === name),
      ),
    ),
    row("all", outcomes),
  ];
}

/** On top of which workload leaks were found, and how soon. */
export function workloadsTable(outcomes: readonly Outcome[]): Table {
  const leaky = outcomes.filter(({ leak }) => leak !== null);
  return breakdown("on top of", leaky, ({ workload }) => workload);
}

/** By how what was left open followed one another. */
export function timingsTable(outcomes: readonly Outcome[]): Table {
  return breakdown(
    "one after another",
    outcomes.filter(({ leak }) => leak !== null),
    ({ leak }) => leak?.timing ?? "",
  );
}

function breakdown(head: string, outcomes: readonly Outcome[], by: (of: Outcome) => string): Table {
  const names = [...new Set(outcomes.map(by))];
  const rates = ratesOf(outcomes);
  return [
    [head, ...rates.map((rate) => `${rateName(rate)}: found, median`)],
    ...names.map((name) => [
      name,
      ...rates.map((rate) => {
        const leaks = leaksOf(
          outcomes.filter((one) => by(one) === name),
          rate,
        );
        if (leaks.length === 0) return "";
        const median = quantile(
          leaks.map(({ delay }) => delay.descry),
          0.5,
        );
        return `${leaks.filter(({ delay }) => delay.descry !== null).length} of ${leaks.length}, ${span(median)}`;
      }),
    ]),
  ];
}

/** The same hosts with looks one second apart all the time, and ten. */
export function ticksTable(performed: readonly Performed[]): Table {
  const of = (ticks: 1 | 10): Performed[] => performed.filter(({ job }) => job.ticks === ticks);
  const row = (ticks: 1 | 10): string[] => {
    const outcomes = of(ticks).flatMap((one) => one.outcomes);
    const leaks = leaksOf(outcomes);
    return [
      `${ticks} s`,
      threeDigits(tenth(sum(outcomes.map(({ healthyDays }) => healthyDays)))),
      String(sum(outcomes.map(({ falseAlarms }) => falseAlarms.descry))),
      String(sum(outcomes.map(({ suspects }) => suspects))),
      `${leaks.filter(({ delay }) => delay.descry !== null).length} of ${leaks.length}`,
      span(
        quantile(
          leaks.map(({ delay }) => delay.descry),
          0.5,
        ),
      ),
    ];
  };
  return [
    ["looks apart", "healthy service-days", "false alarms", "suspected", "10 a minute found", "median delay"],
    row(1),
    row(10),
  ];
}

/** Programs that are healthy and were accused all the same. */
export function knownLimitsTable(outcomes: readonly Outcome[]): Table {
  const names = [...new Set(outcomes.map(({ workload }) => workload))];
  return [
    ["workload", "cold starts", "with a confirmed verdict", "service-days", "confirmed a day"],
    ...names.map((name) => {
      const of = outcomes.filter(({ workload }) => workload === name);
      const days = sum(of.map(({ healthyDays }) => healthyDays));
      const confirmed = sum(of.map(({ falseAlarms }) => falseAlarms.descry));
      return [
        name,
        String(of.length),
        percent(of.filter(({ falseAlarms }) => falseAlarms.descry > 0).length / of.length),
        threeDigits(tenth(days)),
        confirmed === 0 ? "0" : threeDigits(confirmed / days),
      ];
    }),
  ];
}

/** How long each rate was followed. */
export function followedWords(): string {
  return RATES.map(
    (rate) =>
      `${rateName(rate)} for ${span(followed(rate).analysis)} (descry) and ${span(followed(rate).today)} (the others)`,
  ).join("; ");
}
