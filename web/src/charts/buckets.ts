/** How an answer of the API becomes columns to draw. Nothing is filled in between: what is null stays null. */
import type { SeriesAnswer } from "../../../src/server/api.ts";
import { clock, moment } from "../words/times.ts";

export type Series = SeriesAnswer["series"][number];
/** Figures of one bucket after another; null: nothing is known of that time. */
export type Figures = readonly (number | null)[];
/** Buckets of equal width, as SeriesAnswer gives them. */
export type Span = Pick<SeriesAnswer, "from" | "to" | "stepSeconds">;

/** What every chart of the service page takes: an answer as it is, and what it was asked at. */
export interface ChartProps extends Span {
  readonly series: readonly Series[];
  /** When it was answered, Unix milliseconds: the bucket that is not over yet is no gap. */
  readonly now: number;
  /** Where the axis of time ends, Unix milliseconds: `axisEnd`, the same for all charts of a page. */
  readonly until: number;
}

/** Unix seconds at which a bucket begins. */
export function bucketStart({ from, stepSeconds }: Span, bucket: number): number {
  return Date.parse(from) / 1000 + bucket * stepSeconds;
}

export function bucketsIn({ from, to, stepSeconds }: Span): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000 / stepSeconds));
}

/** The bucket of a moment (Unix seconds); null: before the first one or after the last. */
export function bucketAt(span: Span, at: number): number | null {
  const bucket = Math.floor((at - bucketStart(span, 0)) / span.stepSeconds);
  return bucket < 0 || bucket >= bucketsIn(span) ? null : bucket;
}

/** The middle of each bucket, Unix seconds: where its figure is drawn. */
export function middles(span: Span): number[] {
  return Array.from({ length: bucketsIn(span) }, (_, bucket) => bucketStart(span, bucket + 0.5));
}

/** The newest bucket of which something is known in any of these; null: in none. */
export function newestKnown(columns: readonly Figures[]): number | null {
  const length = Math.max(0, ...columns.map((column) => column.length));
  for (let bucket = length - 1; bucket >= 0; bucket--)
    if (columns.some((column) => known(column, bucket) !== null)) return bucket;
  return null;
}

export function known(figures: Figures | undefined, bucket: number): number | null {
  return figures?.[bucket] ?? null;
}

/** The one series of a measure with this label; undefined: nothing is known of it in that time. */
export function seriesNamed(
  series: readonly Series[],
  measure: string,
  label: string | null = null,
): Series | undefined {
  return series.find((one) => one.measure === measure && one.label === label);
}

/** Those of a measure that are a part of something. */
export function partsOf(series: readonly Series[], measure: string): (Series & { readonly label: string })[] {
  return series.filter(
    (one): one is Series & { readonly label: string } => one.measure === measure && one.label !== null,
  );
}

/** From one bucket to the one before another. */
export type Run = readonly [first: number, end: number];

/** Where nothing is known at all, of the time that is over. */
export function unknownRuns(span: Span, columns: readonly Figures[], now: number): Run[] {
  const runs: Run[] = [];
  let first: number | null = null;
  for (let bucket = 0; bucket <= bucketsIn(span); bucket++) {
    const over = bucket < bucketsIn(span) && isOver(span, bucket, now);
    const unknown = over && columns.every((column) => known(column, bucket) === null);
    if (unknown) first ??= bucket;
    else if (first !== null) {
      runs.push([first, bucket]);
      first = null;
    }
  }
  return runs;
}

/** Whether a bucket has ended; `now` in Unix milliseconds. */
export function isOver(span: Span, bucket: number, now: number): boolean {
  return bucketStart(span, bucket + 1) * 1000 <= now;
}

/** "03:02", or "03:02:30" where buckets are shorter than a minute; with the day where it is another one than now. */
export function bucketWords(span: Span, bucket: number, now: number): string {
  const at = new Date(bucketStart(span, bucket) * 1000).toISOString();
  const words = moment(at, now);
  return span.stepSeconds % 60 === 0 ? words : words.replace(/\S+$/, clock(at));
}
