import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Measure } from "../../model/history.ts";
import { ByteFault } from "./bytes.ts";
import { encodeColumn } from "./columns.ts";
import { isTotal } from "./measures.ts";
import { RolledPoints } from "./rolled.ts";
import { HOURS, keyOf, MINUTES, type Tier } from "./schema.ts";
import { columnsOf, encodeAxis, intervalsOf, seriesIn, type StoredTick } from "./ticks.ts";

/** Series to a step: some milliseconds, */
const SERIES_A_STEP = 128;
/** and more where there are so many that sealing would not be done in half as many ticks as the block has. */
const PACE = 2;
/** A block of fewer ticks than this is not hurried for it. */
const USUAL_TICKS = 30;
/** Time between two ticks counts as watched up to this, milliseconds. */
const LONGEST_TICK = 5 * 60_000;

/**
 * Turns the ticks of a block that is complete into a chunk for each series, and puts them into the minutes and hours, a
 * few series a step. Each step is a transaction of its own. The ticks go in the last one: a step that is done a second time,
 * after a crash, changes nothing.
 */
export class Sealing {
  readonly #database: DatabaseSync;
  readonly #block: number;
  readonly #ticks: readonly StoredTick[];
  readonly #series: readonly number[];
  readonly #seriesAStep: number;
  #next = 0;
  #damaged = 0;

  private constructor(database: DatabaseSync, block: number) {
    this.#database = database;
    this.#block = block;
    this.#ticks = ticksOf(database, block);
    this.#series = seriesIn(this.#ticks);
    const ticks = Math.max(this.#ticks.length, USUAL_TICKS);
    this.#seriesAStep = Math.max(SERIES_A_STEP, Math.ceil((this.#series.length * PACE) / ticks));
  }

  /** Of the oldest block that waits for it; null: there is none. `open`: the block that is not complete yet. */
  static ofNext(database: DatabaseSync, open: number | null): Sealing | null {
    const found = database
      .prepare("SELECT id FROM period WHERE sealed = 0 AND id <> ? ORDER BY id LIMIT 1")
      .get(open ?? -1);
    return found === undefined ? null : new Sealing(database, Number(found["id"]));
  }

  /** Chunks that were found damaged so far, and begun anew. */
  get damaged(): number {
    return this.#damaged;
  }

  /** False when that was the last one. Throws what SQLite throws; the step may then be done again. */
  step(): boolean {
    const next = this.#next + this.#seriesAStep;
    inTransaction(this.#database, () => {
      this.#seal(this.#series.slice(this.#next, next));
      if (next >= this.#series.length) this.#finish();
    });
    this.#next = next;
    return next < this.#series.length;
  }

  #seal(slice: readonly number[]): void {
    const first = this.#ticks[0]?.at ?? 0;
    const minutes = this.#periodOf(MINUTES, first);
    const hours = this.#periodOf(HOURS, first);
    const insert = this.#database.prepare("INSERT OR REPLACE INTO chunk (key, body) VALUES (?, ?)");
    const measureOf = this.#database.prepare("SELECT measure FROM series WHERE id = ?");
    const bodyOf = this.#database.prepare("SELECT body FROM chunk WHERE key = ?");
    for (const [series, column] of columnsOf(this.#ticks, slice)) {
      const measure = measureOf.get(series)?.["measure"];
      const total = typeof measure === "string" && isTotal(measure as Measure);
      insert.run(keyOf(this.#block, series), encodeColumn(column));
      for (const [tier, period] of [
        [MINUTES, minutes],
        [HOURS, hours],
      ] as const) {
        const key = keyOf(period, series);
        insert.run(key, this.#rolled(bodyOf.get(key)?.["body"], tier, column, total).encode());
      }
    }
  }

  #rolled(body: SQLOutputValue | undefined, tier: Tier, column: Float64Array, total: boolean): RolledPoints {
    const points = this.#decoded(body, tier.length / tier.grain);
    for (const [at, tick] of this.#ticks.entries())
      points.put(Math.floor((tick.at % tier.length) / tier.grain), column[at] as number);
    return total ? new RolledPoints(points.last) : points;
  }

  #decoded(body: SQLOutputValue | undefined, slots: number): RolledPoints {
    if (body === undefined) return RolledPoints.unknown(slots);
    try {
      if (body instanceof Uint8Array) return RolledPoints.decode(body, slots);
    } catch (error) {
      if (!(error instanceof ByteFault)) throw error;
    }
    this.#damaged++;
    return RolledPoints.unknown(slots);
  }

  #periodOf({ number, length }: Tier, at: number): number {
    const start = Math.floor(at / length) * length;
    const found = this.#database
      .prepare("SELECT id FROM period WHERE tier = ? AND start = ?")
      .get(number, start);
    if (found !== undefined) return Number(found["id"]);
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO period (tier, start, until, watched, written, sealed) VALUES (?, ?, ?, 0, ?, 1)")
      .run(number, start, start + length, this.#block);
    return Number(lastInsertRowid);
  }

  #finish(): void {
    const first = this.#ticks[0];
    const last = this.#ticks.at(-1);
    if (first !== undefined && last !== undefined) {
      const watched = watchedIn(this.#ticks);
      const count = this.#database.prepare(
        "UPDATE period SET watched = watched + ?, written = ? WHERE id = ?",
      );
      for (const tier of [MINUTES, HOURS]) count.run(watched, this.#block, this.#periodOf(tier, first.at));
      this.#database
        .prepare(
          "UPDATE period SET start = ?, until = ?, watched = ?, written = id, sealed = 1, axis = ? WHERE id = ?",
        )
        .run(first.at, last.at, watched, encodeAxis(this.#ticks), this.#block);
    } else {
      this.#database.prepare("DELETE FROM period WHERE id = ?").run(this.#block);
    }
    this.#database.prepare("DELETE FROM tick WHERE block = ?").run(this.#block);
  }
}

export function ticksOf(database: DatabaseSync, block: number): StoredTick[] {
  const rows = database.prepare("SELECT at, body FROM tick WHERE block = ? ORDER BY id").all(block);
  return rows.map(({ at, body }) => ({
    at: Number(at),
    body: body instanceof Uint8Array ? body : new Uint8Array(),
  }));
}

function watchedIn(ticks: readonly StoredTick[]): number {
  const intervals = intervalsOf(ticks);
  // The first stands for as long as the others in the middle do; alone it stands for a second.
  const usual = intervals.length > 1 ? (intervals.toSorted()[Math.ceil(intervals.length / 2)] ?? 1000) : 1000;
  return intervals.reduce(
    (sum, interval) => sum + Math.min(interval, LONGEST_TICK),
    Math.min(usual, LONGEST_TICK),
  );
}

export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // Some failures have rolled back already.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
