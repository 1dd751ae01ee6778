import type { DatabaseSync } from "node:sqlite";
import type { HistoryRange, SeriesName } from "../../model/history.ts";
import { ByteFault } from "./bytes.ts";
import { decodeColumn } from "./columns.ts";
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
  const oldest = oldestOf(database);
  const tiers = [TICKS, MINUTES, HOURS].filter((tier) => tier === TICKS || tier.grain <= wanted);
  const fitting = [tiers.at(-1) ?? TICKS, ...[MINUTES, HOURS].filter((tier) => tier.grain > wanted)];
  // What a point of another tier stands for may have begun before there was anything.
  const reaches = (tier: Tier): boolean =>
    [...oldest].every(([other, since]) => {
      const grain = Math.max(other.grain, SECOND);
      return floorTo(grain, oldest.get(tier) ?? Infinity) <= Math.max(floorTo(grain, from), since);
    });
  const tier = fitting.find(reaches) ?? HOURS;
  const width = widthFor(wanted, tier);
  return { tier, step: width, from: Math.floor(from / width) * width, to: Math.ceil(to / width) * width };
}

/** A multiple of the second, and of what one point of the tier stands for. */
function widthFor(wanted: number, tier: Tier): number {
  const unit = Math.max(SECOND, tier.grain);
  return Math.ceil(wanted / unit) * unit;
}

function floorTo(grain: number, at: number): number {
  return Math.floor(at / grain) * grain;
}

/** Unix milliseconds from which on each tier holds anything; ticks that are not sealed yet count for all of them. */
function oldestOf(database: DatabaseSync): Map<Tier, number> {
  const open = oldestTick(database);
  return new Map(
    [TICKS, MINUTES, HOURS].map((tier) => [tier, Math.min(oldestSealed(database, tier) ?? Infinity, open)]),
  );
}

/** Periods of minutes and hours begin where the clock shows a multiple of their length, long before what is in the first. */
function oldestSealed(database: DatabaseSync, tier: Tier): number | null {
  const period = database
    .prepare("SELECT id, start FROM period WHERE tier = ? AND sealed = 1 ORDER BY start LIMIT 1")
    .get(tier.number);
  if (period === undefined) return null;
  const start = Number(period["start"]);
  return tier === TICKS ? start : start + tier.grain * firstSlot(database, tier, Number(period["id"]));
}

/** The first point of a period: of what is known of the host in every tick. 0 where that cannot be told. */
function firstSlot(database: DatabaseSync, { grain, length }: Tier, period: number): number {
  const host = database.prepare("SELECT id FROM series WHERE service IS NULL AND label IS NULL").all();
  const bodyOf = database.prepare("SELECT body FROM chunk WHERE key = ?");
  for (const { id } of host) {
    const body = bodyOf.get(keyOf(period, Number(id)))?.["body"];
    let slot = -1;
    if (body instanceof Uint8Array)
      unlessDamaged(() => {
        slot = RolledPoints.decode(body, length / grain).last.findIndex((value) => !Number.isNaN(value));
      });
    if (slot >= 0) return slot;
  }
  return 0;
}

function oldestTick(database: DatabaseSync): number {
  const at = database.prepare("SELECT min(start) AS start FROM period WHERE sealed = 0").get()?.["start"];
  return typeof at === "number" ? at : Infinity;
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
