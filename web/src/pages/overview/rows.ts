import type { ServiceSummary, ServicesAnswer } from "../../../../src/server/api.ts";
import { timeLeftOf } from "../../parts/time-left.ts";
import { subjectPhrase, subjectWithState } from "../../words/subject.ts";
import { duration } from "../../words/times.ts";

/** What the rows can be sorted by; "risk" is the order in which the agent tells them. */
export const SORTS = ["risk", "open", "kept", "time left", "name"] as const;

export type Sort = (typeof SORTS)[number];

export function sortOf(text: string | null): Sort {
  return SORTS.find((sort) => sort === text) ?? "risk";
}

/** Kept a minute from which on a service grows; less is shown as 0. */
const GROWING_PER_MINUTE = 0.05;
/** So many rows are shown though nothing is to be said of them. */
const LEAST_ROWS = 8;

/** Open descriptors of the process most at risk: what its limit is compared with. */
export function openOf({ fullest, open }: ServiceSummary): number {
  return fullest?.open ?? open;
}

export function isOtherEnd({ otherEndOf, notClosed }: ServiceSummary): boolean {
  return otherEndOf.length > 0 && notClosed === null;
}

function grows(row: ServiceSummary): boolean {
  return !isOtherEnd(row) && (row.rates.netPerMinute ?? 0) >= GROWING_PER_MINUTE;
}

/** Something is to be said of it: it does not fold. */
function isNotable(row: ServiceSummary): boolean {
  return row.standing !== null || row.otherEndOf.length > 0 || grows(row) || row.fullest?.headroom === 0;
}

export interface Folded {
  readonly shown: readonly ServiceSummary[];
  /** How many fold, also those of which nothing was asked. */
  readonly hidden: number;
  /** "306 more, none growing"; "": none fold. */
  readonly words: string;
}

/** Those that say something, and a few of the others; the rest folds into one line. */
export function fold({ services, page, growing, unknownGrowth }: ServicesAnswer): Folded {
  let room = LEAST_ROWS;
  const shown = services.filter((row) => {
    const shows = isNotable(row) || room > 0;
    room -= 1;
    return shows;
  });
  const hidden = page.total - shown.length;
  return { shown, hidden, words: hidden <= 0 ? "" : foldWords(hidden, shown, growing, unknownGrowth) };
}

function foldWords(
  hidden: number,
  shown: readonly ServiceSummary[],
  growing: number,
  unknownGrowth: number,
): string {
  const more = `${hidden.toLocaleString("en")} more`;
  // Without a pace nobody can say that none grows.
  if (unknownGrowth > shown.filter(({ rates }) => rates.netPerMinute === null).length) return more;
  const rest = growing - shown.filter((row) => row.otherEndOf.length === 0 && grows(row)).length;
  return `${more}, ${rest <= 0 ? "none" : rest.toLocaleString("en")} growing`;
}

/** The newest figures of the first page with all that was asked less often behind them. */
export function merged(
  fresh: readonly ServiceSummary[],
  all: readonly ServiceSummary[],
): readonly ServiceSummary[] {
  const known = new Set(fresh.map(({ id }) => id));
  return [...fresh, ...all.filter(({ id }) => !known.has(id))];
}

/** Those that the filter lets through, in the order chosen. */
export function ordered(
  rows: readonly ServiceSummary[],
  sort: Sort,
  filter: string,
  now: number,
): readonly ServiceSummary[] {
  const wanted = filter.trim().toLowerCase();
  const passing = wanted === "" ? rows : rows.filter((row) => matches(row, wanted));
  if (sort === "risk") return passing;
  if (sort === "name") return passing.toSorted((a, b) => a.service.localeCompare(b.service, "en"));
  const figure = FIGURES[sort];
  const figures = new Map(passing.map((row) => [row, figure(row, now)]));
  return passing.toSorted((a, b) => difference(figures.get(a) ?? 0, figures.get(b) ?? 0));
}

/** The smaller, the further up; what is not known comes last. */
const FIGURES: Readonly<
  Record<Exclude<Sort, "risk" | "name">, (row: ServiceSummary, now: number) => number>
> = {
  open: (row) => -openOf(row),
  kept: (row) => (isOtherEnd(row) ? Infinity : -(row.rates.netPerMinute ?? -Infinity)),
  "time left": (row, now) => {
    const left = timeLeftOf(row, now);
    if (left.kind === "full") return -1;
    return left.kind === "ends" ? (left.p50 ?? left.p05 ?? Infinity) : Infinity;
  },
};

/** A difference that two infinities do not turn into NaN. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** By what the row shows, by pid, or by command. */
function matches(row: ServiceSummary, wanted: string): boolean {
  const has = (text: string): boolean => text.toLowerCase().includes(wanted);
  if (has(row.service) || has(whatWords(row)) || row.rules.some(has)) return true;
  return row.fullest !== null && (String(row.fullest.pid) === wanted || has(row.fullest.command));
}

/** What is not closed; where nothing is said against it how it uses descriptors, or what most of them are. */
export function whatWords(row: ServiceSummary): string {
  const { notClosed, mostly, otherEndOf, shape } = row;
  if (notClosed !== null) {
    const full = notClosed.rule === "at-limit";
    const what =
      full && mostly !== null
        ? `mostly ${subjectPhrase(mostly)}`
        : subjectWithState(notClosed.subject, notClosed.rule);
    return notClosed.partial ? `partial: ${what}` : what;
  }
  if (row.standing !== null) return "grows towards its limit";
  if (otherEndOf.length > 0) return `other end of the leak of ${otherEndOf.join(", ")}`;
  if (!row.readable) return "not permitted";
  if (shape.shape === "follows-load") return "follows load";
  if (shape.shape === "steady") return "steady";
  if (shape.shape === "cyclic")
    return shape.cycleSeconds === null ? "cycles" : `cycles, ${duration(shape.cycleSeconds)}`;
  if (mostly !== null) return `mostly ${subjectWithState(mostly, null)}`;
  return row.open > 0 ? "not looked into yet" : "nothing open";
}
