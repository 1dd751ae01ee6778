/**
 * The age ladder over time: one column a bucket, one row a rung of ages, each rung twice as long as the one below it.
 *
 *     leak                        churn
 *     160 s            ▒▓█
 *      80 s         ▒▓█▓▓
 *      40 s      ▒▓█▓▓▓▓
 *      20 s   ▒▓█▓▓▓▓▓▓          ░ ░░  ░░ ░
 *    < 20 s  ▒█▓▓▓▓▓▓▓▓▓         ▓█▓▓█▓▓█▓▓    nothing rises above the floor
 */
import { bucketsIn, bucketStart, bucketWords, type Figures, known, type Span } from "./buckets.ts";
import { count } from "../words/figures.ts";

/** A series of the measure `ages`: how many are as old as the rung, called by the seconds at which it begins. */
export interface AgeSeries {
  readonly label: string | null;
  readonly values: Figures;
}

/** One row. */
export interface Rung {
  /** null: those that were open before the watch began, of no known age. */
  readonly fromSeconds: number | null;
  /** null: no upper end. */
  readonly toSeconds: number | null;
  readonly values: Figures;
}

const FIRST = 20;
/** As the ledger looks at ages: nothing is told apart above it. */
const LAST = 163_840;
const UNKNOWN_AGE = "unknown";

/**
 * The rows from the youngest up, without a hole; those of unknown age on top, if there are any. Where anything is known
 * of a bucket, a rung that has no figure is empty.
 */
export function rungsOf(span: Span, series: readonly AgeSeries[]): Rung[] {
  const byStart = new Map(series.flatMap(({ label, values }) => (label === null ? [] : [[label, values]])));
  const counted = (bucket: number): boolean => series.some(({ values }) => known(values, bucket) !== null);
  const row = (label: string): Figures =>
    Array.from({ length: bucketsIn(span) }, (_, bucket) =>
      counted(bucket) ? (known(byStart.get(label), bucket) ?? 0) : null,
    );
  const oldest = Math.max(0, ...[...byStart.keys()].map(Number).filter(Number.isFinite));
  const rungs: Rung[] = [];
  for (let from = 0; from <= oldest; from = from === 0 ? FIRST : from * 2) {
    const to = from === 0 ? FIRST : from * 2;
    rungs.push({ fromSeconds: from, toSeconds: from >= LAST ? null : to, values: row(String(from)) });
  }
  const before = row(UNKNOWN_AGE);
  if (before.some((figure) => figure !== null && figure > 0))
    rungs.push({ fromSeconds: null, toSeconds: null, values: before });
  return rungs;
}

/** 0 to 1: how dark a cell is. A single one among thousands is seen, and a front stands out from churn. */
export function shade(figure: number, most: number): number {
  if (figure <= 0 || most <= 0) return 0;
  return 0.14 + 0.86 * Math.sqrt(figure / most);
}

export function mostIn(rungs: readonly Rung[]): number {
  return rungs.reduce(
    (most, { values }) => values.reduce<number>((top, figure) => Math.max(top, figure ?? 0), most),
    0,
  );
}

/** "20 s", "5 min 20 s", "1 h 25 min", "1 d 21 h": an age, short and never rounded up to another rung. */
export function ageWords(seconds: number): string {
  if (seconds < 320) return `${seconds} s`;
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3600)];
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return joined([days, "d"], [hours, "h"]);
  if (hours > 0) return joined([hours, "h"], [minutes, "min"]);
  return joined([minutes, "min"], [seconds % 60, "s"]);
}

function joined(...parts: readonly (readonly [number, string])[]): string {
  return parts
    .filter(([figure]) => figure > 0)
    .map(([figure, unit]) => `${figure} ${unit}`)
    .join(" ");
}

/** Stands at the row, where there is little room: "5m 20s". */
export function rungWords({ fromSeconds }: Pick<Rung, "fromSeconds">): string {
  if (fromSeconds === null) return "before";
  if (fromSeconds === 0) return `< ${FIRST} s`;
  return fromSeconds < 320 ? ageWords(fromSeconds) : ageWords(fromSeconds).replace(/ ([dhms])[in]*/g, "$1");
}

/** A cell: row from below, column from the left. */
export interface Cell {
  readonly rung: number;
  readonly bucket: number;
}

/** "open between 80 and 160 s: 166 at 03:02". */
export function cellWords(span: Span, rungs: readonly Rung[], { rung, bucket }: Cell, now: number): string {
  const row = rungs[rung];
  if (row === undefined) return "";
  const figure = known(row.values, bucket);
  const many = figure === null ? "not known" : count(figure);
  return `${ageRangeWords(row)}: ${many} at ${bucketWords(span, bucket, now)}`;
}

/** "open between 80 and 160 s". */
export function ageRangeWords({ fromSeconds, toSeconds }: Rung): string {
  if (fromSeconds === null) return "open before the watch began";
  if (toSeconds === null) return `open over ${ageWords(fromSeconds)}`;
  if (fromSeconds === 0) return `open under ${toSeconds} s`;
  const sameUnit = toSeconds < 320;
  return `open between ${sameUnit ? fromSeconds : ageWords(fromSeconds)} and ${ageWords(toSeconds)}`;
}

/** A rectangle of cells, as the descriptors that it is about. */
export interface AgeSelection {
  /** RFC 3339, UTC. */
  readonly from: string;
  readonly to: string;
  readonly fromSeconds: number;
  /** null: no upper end. */
  readonly toSeconds: number | null;
}

/**
 * What two opposite corners select, both included; null: there is no such cell. Those of unknown age are older than the
 * watch: as far as any age goes.
 */
export function selectionOf(span: Span, rungs: readonly Rung[], one: Cell, other: Cell): AgeSelection | null {
  const [bottom, top] = ordered(one.rung, other.rung).map((at) => rungs[at]);
  const [first, last] = ordered(one.bucket, other.bucket) as [number, number];
  if (bottom === undefined || top === undefined) return null;
  const youngest =
    bottom.fromSeconds ?? rungs.findLast(({ fromSeconds }) => fromSeconds !== null)?.fromSeconds;
  return {
    from: new Date(bucketStart(span, first) * 1000).toISOString(),
    to: new Date(bucketStart(span, last + 1) * 1000).toISOString(),
    fromSeconds: youngest ?? 0,
    toSeconds: top.toSeconds,
  };
}

function ordered(a: number, b: number): readonly number[] {
  return a <= b ? [a, b] : [b, a];
}

/** The main fact for who does not see it: how many are old now, and how many were at the beginning. */
export function ladderSummary(span: Span, rungs: readonly Rung[], now: number): string {
  const ofAge = rungs.filter(({ fromSeconds }) => fromSeconds !== null);
  const buckets = Array.from({ length: bucketsIn(span) }, (_, bucket) => bucket);
  const told = buckets.filter((bucket) => ofAge.some(({ values }) => known(values, bucket) !== null));
  const [first, last] = [told[0], told.at(-1)];
  if (first === undefined || last === undefined) return "How old open files are: not known in this time.";
  const at = (bucket: number): string => {
    const oldest = ofAge.findLast(({ values }) => (known(values, bucket) ?? 0) > 0);
    return oldest === undefined
      ? `none of known age at ${bucketWords(span, bucket, now)}`
      : cellWords(span, rungs, { rung: rungs.indexOf(oldest), bucket }, now);
  };
  return `How old open files are. Oldest at the beginning: ${at(first)}. Oldest now: ${at(last)}.`;
}
