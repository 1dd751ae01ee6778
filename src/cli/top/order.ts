import type { ServiceView } from "../../model/snapshot.ts";
import { serviceMark } from "../screen/standing.ts";
import { isOtherEnd, whatCell } from "../screen/table.ts";

/** What the table can be sorted by, in the order in which s goes through them. */
export const SORTS = ["risk", "open", "kept/min", "time left", "name"] as const;

export type Sort = (typeof SORTS)[number];

export function nextSort(sort: Sort): Sort {
  return SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? "risk";
}

/** The services that the filter lets through, in the order chosen. A snapshot has them by risk. */
export function ordered(services: readonly ServiceView[], sort: Sort, filter: string): ServiceView[] {
  const wanted = filter.trim().toLowerCase();
  const passing = wanted === "" ? [...services] : services.filter((service) => matches(service, wanted));
  return sort === "risk" ? passing : passing.toSorted(COMPARE[sort]);
}

/** By what the row shows, by pid, or by command. */
function matches(service: ServiceView, wanted: string): boolean {
  const has = (text: string): boolean => text.toLowerCase().includes(wanted);
  if (has(service.service) || has(whatCell(service))) return true;
  return service.processes.some(({ pid, command }) => String(pid) === wanted || has(command));
}

type Compare = (a: ServiceView, b: ServiceView) => number;

const openOf = (service: ServiceView): number => service.processes[0]?.open ?? service.open;

/** Seconds since 1970 when it runs out; what does not run out comes last. */
function endOf(service: ServiceView): number {
  const { runway, processes } = service;
  if (isOtherEnd(service)) return Number.POSITIVE_INFINITY;
  if (processes.some(({ headroom }) => headroom !== null && headroom <= 0)) return 0;
  const date = runway?.exhaustedAt?.p50 ?? null;
  return date === null ? Number.POSITIVE_INFINITY : Date.parse(date) / 1000;
}

/** Unknown rates, and those of the other end of a leak, come after the known ones; the marks decide between equals. */
function keptOf(service: ServiceView): number {
  return (isOtherEnd(service) ? null : service.rates.netPerMinute) ?? Number.NEGATIVE_INFINITY;
}

const byMark: Compare = (a, b) => "x?- ".indexOf(serviceMark(a)) - "x?- ".indexOf(serviceMark(b));

/** A difference that two infinities do not turn into NaN. */
function difference(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const COMPARE: Readonly<Record<Exclude<Sort, "risk">, Compare>> = {
  open: (a, b) => difference(openOf(b), openOf(a)) || byMark(a, b),
  "kept/min": (a, b) => difference(keptOf(b), keptOf(a)) || byMark(a, b),
  "time left": (a, b) => difference(endOf(a), endOf(b)) || byMark(a, b),
  name: (a, b) => a.service.localeCompare(b.service, "en"),
};
