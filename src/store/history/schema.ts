/**
 * What stands in the file. A version is never changed once it was released: the next one is one more entry, which makes
 * the new out of the old.
 *
 * - `series`: names, a number each
 * - `period`: a stretch of time of one tier: a block of ticks, or some hours of minutes, or some days of hours. `watched`
 *   is how much of it was watched, in milliseconds; `written` the block that was last put into it. A block that is not
 *   sealed yet stands in `tick`; of one that is, `axis` holds the times.
 * - `chunk`: the figures of one series in one period; its key is both numbers in one (keyOf)
 * - `event`: what was told, as JSON
 * - `outbox`: notifications that wait, as JSON, in the order in which they were first put (from version 2 on, as `kept`)
 * - `kept`: "alerts" and "silences", one JSON value each
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE series (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     service TEXT,
     measure TEXT NOT NULL,
     label TEXT
   ) STRICT;
   CREATE UNIQUE INDEX series_name ON series (ifnull('=' || service, ''), measure, ifnull('=' || label, ''));
   CREATE TABLE period (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     tier INTEGER NOT NULL,
     start INTEGER NOT NULL,
     until INTEGER NOT NULL,
     watched INTEGER NOT NULL,
     written INTEGER NOT NULL,
     sealed INTEGER NOT NULL,
     axis BLOB
   ) STRICT;
   CREATE INDEX period_time ON period (tier, start);
   CREATE INDEX period_unsealed ON period (id) WHERE sealed = 0;
   CREATE TABLE chunk (key INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
   CREATE TABLE tick (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     block INTEGER NOT NULL,
     at INTEGER NOT NULL,
     body BLOB NOT NULL
   ) STRICT;
   CREATE INDEX tick_block ON tick (block);
   CREATE TABLE event (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     at INTEGER NOT NULL,
     type TEXT NOT NULL,
     service TEXT,
     rule TEXT,
     fingerprint TEXT,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX event_at ON event (at);
   CREATE INDEX event_fingerprint ON event (fingerprint) WHERE fingerprint IS NOT NULL;`,
  `CREATE TABLE outbox (place INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;
   CREATE TABLE kept (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
];

/** "dscH": what sqlite(1) and file(1) know the file by. */
export const APPLICATION = 0x64736348;

/** A key is the number of the period, times this, and the number of the series. */
export const SERIES_IN_KEY = 2 ** 26;
/** A number that does not fit into a key is not given to a series. */
export const MOST_SERIES = SERIES_IN_KEY - 1;

/** Of a period all chunks lie side by side: they are written together and thrown away together. */
export function keyOf(period: number, series: number): number {
  return period * SERIES_IN_KEY + series;
}

export function keysOf(period: number): { readonly first: number; readonly last: number } {
  return { first: period * SERIES_IN_KEY, last: (period + 1) * SERIES_IN_KEY - 1 };
}

/** How fine, and for how long one chunk holds it. Blocks of ticks begin where the clock shows a multiple of their length. */
export interface Tier {
  readonly number: 0 | 1 | 2;
  /** Milliseconds that a point stands for; 0: a tick. */
  readonly grain: number;
  readonly length: number;
}

const MINUTE = 60_000;
export const TICKS: Tier = { number: 0, grain: 0, length: 10 * MINUTE };
export const MINUTES: Tier = { number: 1, grain: MINUTE, length: 360 * MINUTE };
export const HOURS: Tier = { number: 2, grain: 60 * MINUTE, length: 240 * 60 * MINUTE };
