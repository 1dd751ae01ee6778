import type { DatabaseSync } from "node:sqlite";
import type { HistoryRange, SeriesName } from "../../model/history.ts";
import { ByteFault } from "./bytes.ts";
import { decodeColumn } from "./columns.ts";
import { numberOf } from "./database.ts";
import { fromKept, isTotal } from "./measures.ts";
import { RolledPoints } from "./rolled.ts";
import { HOURS, keyOf, MINUTES, TICKS, type Tier } from "./schema.ts";
import { columnsOf, decodeAxis, type StoredTick } from "./ticks.ts";
import { ticksOf } from "./sealing.ts";

/** Buckets in an answer. */
export const MOST_BUCKETS = 5000;
const SECOND = 1000;

/** Buckets of equal width, and the tier that fills them. */
export interface Grid {
  readonly tier: Tier;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

export interface NumberedSeries extends SeriesName {
  readonly number: number;
}

interface Period {
  readonly id: number;
  readonly start: number;
  readonly until: number;
  readonly axis: unknown;
}

/**
 * The finest tier that reaches back to `from`, or as far as anything does; none finer than the step asks for. The step is
 * widened to what that tier holds, and to what an answer may hold.
 */
export function gridFor(database: DatabaseSync, from: number, to: number, step: number): Grid {
  const wanted = Math.max(step, SECOND, (to - from) / MOST_BUCKETS);
  const finest = [HOURS, MINUTES].find(({ grain }) => grain <= wanted) ?? TICKS;
  const fitting = [TICKS, MINUTES, HOURS].filter(({ number }) => number >= finest.number);
  const tier = fitting.find((one) => reaches(database, one, from)) ?? HOURS;
  const width = widthFor(wanted, tier);
  return { tier, step: width, from: Math.floor(from / width) * width, to: Math.ceil(to / width) * width };
}

/** A multiple of the second, and of what one point of the tier stands for. */
function widthFor(wanted: number, tier: Tier): number {
  const unit = Math.max(SECOND, tier.grain);
  return Math.ceil(wanted / unit) * unit;
}

/**
 * Whether a tier holds all since `from` that is kept at all. Every block counts in each tier with the same time that was
 * watched, so one that has as much of it as the hours, which are kept longest, has lost nothing yet. Where its first period
 * begins says less: hours begin up to ten days before anything was seen.
 */
function reaches(database: DatabaseSync, { number, grain }: Tier, from: number): boolean {
  const [own, all] = [number, HOURS.number].map((tier) =>
    numberOf(database, "SELECT sum(watched) FROM period WHERE tier = ? AND sealed = 1", tier),
  ) as [number, number];
  if (own >= all) return true;
  const start = database
    .prepare("SELECT min(start) AS start FROM period WHERE tier = ? AND sealed = 1")
    .get(number)?.["start"];
  return typeof start === "number" && start <= from + Math.max(grain, SECOND);
}

/** Fills the grid for each series. To be called inside a transaction, so that all is of one moment. */
export function readRanges(
  database: DatabaseSync,
  series: readonly NumberedSeries[],
  grid: Grid,
): HistoryRange[] {
  const buckets = Math.round((grid.to - grid.from) / grid.step);
  const points = new Map(series.map(({ number }) => [number, RolledPoints.unknown(buckets)]));
  for (const period of periodsOf(database, grid)) fillFromChunks(database, grid, period, points);
  for (const ticks of openBlocks(database, grid)) {
    const columns = columnsOf(ticks, [...points.keys()]);
    for (const [number, column] of columns) fillFromTicks(grid, ticks, column, points.get(number));
  }
  return series.map((one) => rangeOf(one, grid, points.get(one.number) ?? RolledPoints.unknown(buckets)));
}

function periodsOf(database: DatabaseSync, { tier, from, to }: Grid): Period[] {
  const rows = database
    .prepare(
      `SELECT id, start, until, axis FROM period
       WHERE tier = ? AND sealed = 1 AND start < ? AND until >= ? ORDER BY written, id`,
    )
    .all(tier.number, to, from);
  return rows.map(({ id, start, until, axis }) => ({
    id: Number(id),
    start: Number(start),
    until: Number(until),
    axis,
  }));
}

function fillFromChunks(
  database: DatabaseSync,
  grid: Grid,
  period: Period,
  points: ReadonlyMap<number, RolledPoints>,
): void {
  const bodyOf = database.prepare("SELECT body FROM chunk WHERE key = ?");
  const times = grid.tier === TICKS ? timesOf(period) : null;
  for (const [number, into] of points) {
    const body = bodyOf.get(keyOf(period.id, number))?.["body"];
    if (!(body instanceof Uint8Array)) continue;
    // What is damaged is not known.
    unlessDamaged(() => {
      if (times === null) fillFromRolled(grid, period, body, into);
      else fillFromColumn(grid, times, decodeColumn(body, times.length), into);
    });
  }
}

function timesOf({ start, axis }: Period): readonly number[] {
  let times: readonly number[] = [];
  if (axis instanceof Uint8Array) unlessDamaged(() => (times = decodeAxis(axis, start)));
  return times;
}

function fillFromRolled(grid: Grid, period: Period, body: Uint8Array, into: RolledPoints): void {
  const { grain, length } = grid.tier;
  const rolled = RolledPoints.decode(body, length / grain);
  for (const [slot, last] of rolled.last.entries()) {
    const bucket = bucketOf(grid, period.start + slot * grain);
    if (bucket !== null)
      into.putPoint(bucket, last, rolled.least[slot] as number, rolled.most[slot] as number);
  }
}

function fillFromColumn(
  grid: Grid,
  times: readonly number[],
  column: Float64Array,
  into: RolledPoints,
): void {
  for (const [at, time] of times.entries()) {
    const bucket = bucketOf(grid, time);
    if (bucket !== null) into.put(bucket, column[at] as number);
  }
}

function fillFromTicks(
  grid: Grid,
  ticks: readonly StoredTick[],
  column: Float64Array,
  into?: RolledPoints,
): void {
  if (into !== undefined)
    fillFromColumn(
      grid,
      ticks.map(({ at }) => at),
      column,
      into,
    );
}

function bucketOf({ from, to, step }: Grid, at: number): number | null {
  return at < from || at >= to ? null : Math.floor((at - from) / step);
}

function openBlocks(database: DatabaseSync, { from, to }: Grid): StoredTick[][] {
  const rows = database
    .prepare("SELECT id FROM period WHERE sealed = 0 AND start < ? AND start >= ? ORDER BY id")
    .all(to, from - TICKS.length);
  return rows.map(({ id }) => ticksOf(database, Number(id)));
}

function rangeOf(name: NumberedSeries, { from, to, step, tier }: Grid, points: RolledPoints): HistoryRange {
  const { service, measure, label } = name;
  const told = (column: Float64Array) => Array.from(column, (kept) => fromKept(measure, kept));
  const values = told(points.last);
  const banded = tier === TICKS || !isTotal(measure);
  return {
    series: { service, measure, label },
    from,
    to,
    step,
    values,
    least: banded ? told(points.least) : values,
    most: banded ? told(points.most) : values,
  };
}

function unlessDamaged(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ByteFault)) throw error;
  }
}
