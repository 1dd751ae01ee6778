import type { ForecastEvent, VerdictEvent } from "../../model/events.ts";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import type { Judgement } from "../judgement.ts";
import { isUnlimited } from "./figures.ts";
import { sentence } from "./sentence.ts";
import { remaining } from "./times.ts";
import { harmless } from "./text.ts";

/** https://www.monitoring-plugins.org/doc/guidelines.html, "Plugin Output for Nagios" and "Performance data". */
const WORDS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

const MOST_SERVICES = 20;

/** The bar starts the performance data and a newline ends the line, so neither may come from a name. */
function onOneLine(text: string): string {
  return harmless(text).replaceAll("|", "");
}

/** `DESCRY CRITICAL - text | 'label'=value;warn;crit;min;max ...`, without a bar where there is nothing to measure. */
export function pluginLine(code: 0 | 1 | 2 | 3, text: string, measured: readonly string[] = []): string {
  const line = `DESCRY ${WORDS[code]} - ${onOneLine(text)}`;
  return measured.length === 0 ? line : `${line} | ${measured.join(" ")}`;
}

/** One measure. `=` cannot stand in a label; a quote is doubled. Unknown values are "U". */
export function measure(
  label: string,
  value: number | null,
  bounds: { unit?: string; warn?: string; crit?: string; min?: number; max?: number } = {},
): string {
  const name = onOneLine(label).replaceAll("=", "_").replaceAll("'", "''");
  const figure = value === null ? "U" : `${Math.round(value * 10) / 10}${bounds.unit ?? ""}`;
  return `'${name}'=${figure};${bounds.warn ?? ""};${bounds.crit ?? ""};${bounds.min ?? ""};${bounds.max ?? ""}`;
}

/** The sentence of the worst event, and how many more there are. */
export function judgedText(judgement: Judgement, zone: string): string {
  const all = [...judgement.critical, ...judgement.warning];
  const worst = all[0];
  if (worst === undefined) return "nothing leaks";
  return all.length === 1 ? sentence(worst, zone) : `${sentence(worst, zone)}; and ${all.length - 1} more`;
}

/** Counts first, then open files, pace and time left of each service that was named or judged. */
export function measures(
  snapshot: Snapshot,
  judgement: Judgement,
  named: boolean,
  criticalWithinSeconds: number | null,
): string[] {
  const all = [...judgement.critical, ...judgement.warning];
  const standing = (event: VerdictEvent | ForecastEvent, word: string) =>
    event.type === "verdict" && event.standing === word;
  const proven = all.filter((event) => standing(event, "confirmed"));
  const of = (rule: string) =>
    proven.filter((event) => event.type === "verdict" && event.rule === rule).length;
  const [bypassed, ports] = [of("pool-bypass"), of("port-exhaustion")];
  const leaks = proven.length - bypassed - ports;
  const suspects = all.filter((event) => standing(event, "suspect")).length;
  const judged = new Set(all.map((event) => event.service));
  const services = snapshot.services
    .filter((service) => named || judged.has(service.service))
    .slice(0, MOST_SERVICES);
  return [
    measure("leaks", leaks, { ...(criticalWithinSeconds === null ? { crit: "0" } : { warn: "0" }), min: 0 }),
    measure("exhausted ports", ports, {
      ...(criticalWithinSeconds === null ? { crit: "0" } : { warn: "0" }),
      min: 0,
    }),
    measure("bypassed pools", bypassed, { warn: "0", min: 0 }),
    measure("suspects", suspects, { warn: "0", min: 0 }),
    measure("forecasts", all.filter((event) => event.type === "forecast").length, { crit: "0", min: 0 }),
    measure("processes", snapshot.coverage.processes, { min: 0 }),
    ...services.flatMap((service) => serviceMeasures(service, snapshot, criticalWithinSeconds)),
  ];
}

function serviceMeasures(
  service: ServiceView,
  snapshot: Snapshot,
  criticalWithinSeconds: number | null,
): string[] {
  const process = service.processes[0];
  if (process === undefined) return [];
  const bounded =
    process.softLimit !== null && !isUnlimited(process.softLimit) ? { max: process.softLimit } : {};
  const left = remaining(service.runway, snapshot.at)?.p50 ?? null;
  const crit = criticalWithinSeconds === null ? {} : { crit: `${criticalWithinSeconds}:` };
  return [
    measure(`${service.service} open`, process.open, { min: 0, ...bounded }),
    measure(`${service.service} kept per minute`, service.rates.netPerMinute),
    ...(left === null ? [] : [measure(`${service.service} time left`, left, { unit: "s", min: 0, ...crit })]),
  ];
}
