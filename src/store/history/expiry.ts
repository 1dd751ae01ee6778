import type { DatabaseSync } from "node:sqlite";
import type { HistoryOptions } from "../../model/history.ts";
import { numberOf } from "./database.ts";
import { HOURS, keysOf, MINUTES, SERIES_IN_KEY, TICKS } from "./schema.ts";
import { inTransaction } from "./sealing.ts";

/** Chunks that one step throws away. */
const CHUNKS_A_STEP = 2048;
/** Where events take too much, so many of the oldest go at once. */
const EVENTS_A_STEP = 64;

/**
 * Throws away what is older than it is kept for. How old something is is counted in time that was watched since, so a
 * clock that jumps ahead makes nothing old.
 */
export class Expiry {
  readonly #database: DatabaseSync;
  readonly #options: HistoryOptions;
  #eventBytes: number;
  #due: number[] = [];
  #pruning = false;

  constructor(database: DatabaseSync, options: HistoryOptions) {
    this.#database = database;
    this.#options = options;
    this.#eventBytes = numberOf(database, "SELECT sum(octet_length(body)) FROM event");
  }

  /** To be asked when a block was sealed: nothing grows old otherwise. */
  look(): void {
    const { keepTicks } = this.#options;
    const keepMinutes = Math.max(this.#options.keepMinutes, keepTicks);
    const keepHours = Math.max(this.#options.keepHours, keepMinutes);
    this.#due = [
      ...this.#tooOld(TICKS.number, keepTicks),
      ...this.#tooOld(MINUTES.number, keepMinutes),
      ...this.#tooOld(HOURS.number, keepHours),
    ];
  }

  #tooOld(tier: number, keep: number): number[] {
    const rows = this.#database
      .prepare("SELECT id, watched FROM period WHERE tier = ? AND sealed = 1 ORDER BY written DESC, id DESC")
      .all(tier);
    let since = 0;
    const old: number[] = [];
    for (const { id, watched } of rows) {
      if (since >= keep) old.push(Number(id));
      since += Number(watched);
    }
    return old;
  }

  /** So many bytes of events were written. */
  grew(bytes: number): void {
    this.#eventBytes += bytes;
  }

  /** A transaction of its own; false: there was nothing to do. `inUse`: the series of the block that is open. */
  step(inUse: () => readonly number[]): boolean {
    const period = this.#due[0];
    if (period !== undefined) {
      if (inTransaction(this.#database, () => this.#discard(period))) this.#due.shift();
      return true;
    }
    if (this.#eventBytes > this.#options.eventBytes) {
      this.#eventBytes -= inTransaction(this.#database, () => this.#discardEvents());
      return true;
    }
    // What stands in ticks only is not to be found by its chunks.
    if (!this.#pruning || unsealed(this.#database) > 1) return false;
    inTransaction(this.#database, () => this.#prune(inUse()));
    this.#pruning = false;
    return true;
  }

  /** Names of which nothing is left. Hours are kept longest, so what is not there is nowhere. */
  #prune(inUse: readonly number[]): void {
    this.#database
      .prepare(
        `DELETE FROM series
         WHERE id NOT IN (
           SELECT key - period.id * ?1 FROM period
           JOIN chunk ON key BETWEEN period.id * ?1 AND (period.id + 1) * ?1 - 1 WHERE tier = ?2)
         AND id NOT IN (SELECT value FROM json_each(?3))`,
      )
      .run(SERIES_IN_KEY, HOURS.number, JSON.stringify(inUse));
  }

  /** True when nothing is left of it. */
  #discard(period: number): boolean {
    const { first, last } = keysOf(period);
    const { changes } = this.#database
      .prepare("DELETE FROM chunk WHERE key IN (SELECT key FROM chunk WHERE key BETWEEN ? AND ? LIMIT ?)")
      .run(first, last, CHUNKS_A_STEP);
    if (Number(changes) === CHUNKS_A_STEP) return false;
    this.#pruning ||=
      numberOf(this.#database, "SELECT tier FROM period WHERE id = ?", period) === HOURS.number;
    this.#database.prepare("DELETE FROM period WHERE id = ?").run(period);
    return true;
  }

  #discardEvents(): number {
    const oldest = this.#database
      .prepare("SELECT id, octet_length(body) AS bytes FROM event ORDER BY id LIMIT ?")
      .all(EVENTS_A_STEP);
    let bytes = 0;
    let last = -1;
    for (const { id, bytes: more } of oldest) {
      if (this.#eventBytes - bytes <= this.#options.eventBytes) break;
      bytes += Number(more);
      last = Number(id);
    }
    this.#database.prepare("DELETE FROM event WHERE id <= ?").run(last);
    return bytes;
  }
}

function unsealed(database: DatabaseSync): number {
  return numberOf(database, "SELECT count(*) FROM period WHERE sealed = 0");
}
