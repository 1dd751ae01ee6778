import { statSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { DescryError } from "../../model/error.ts";
import {
  HOST_MEASURES,
  type HistoryEvent,
  type HistoryEventQuery,
  type HistoryQuery,
  type HistoryRange,
  type Measure,
  SERVICE_MEASURES,
  type SeriesName,
} from "../../model/history.ts";
import type { DescryEvent } from "../../model/events.ts";
import { printable } from "../failure-words.ts";
import { faultOf, HISTORY_FILE, HistoryFault, openToRead } from "./database.ts";
import { OTHER_PEERS } from "./peers.ts";
import { gridFor, type NumberedSeries, readRanges } from "./range.ts";

/** Numbers begin at 1. */
const NO_SERIES = 0;
/** Peers in an answer: a service that connects to ever new ones has hundreds of thousands over a year. */
const MOST_PEERS = 200;
const MEASURES: ReadonlySet<string> = new Set([...SERVICE_MEASURES, ...HOST_MEASURES]);

/**
 * Reads the history while another thread or process writes it. Every answer is of one moment, and holds all that was
 * committed before. Each method throws a DescryError where the file cannot be read.
 */
export class HistoryReader {
  readonly #path: string;
  #database: DatabaseSync | null = null;
  #inode = 0;

  /** The file is opened when something is asked. */
  constructor(folder: string) {
    this.#path = join(folder, HISTORY_FILE);
  }

  /** Of which anything is kept, in order; those that are gone included. */
  services(): string[] {
    return this.#read((database) =>
      database
        .prepare("SELECT DISTINCT service FROM series WHERE service IS NOT NULL ORDER BY service")
        .all()
        .map(({ service }) => String(service)),
    );
  }

  /** null: of the host. */
  series(service: string | null): SeriesName[] {
    return this.#read((database) =>
      seriesOf(database, service).map(({ measure, label }) => ({ service, measure, label })),
    );
  }

  /**
   * All with the same buckets; those of which nothing is known in that time are left out. Of peers, those 200 that got a
   * series of their own last.
   */
  ranges({ service, measures, from, to, step }: HistoryQuery): HistoryRange[] {
    if (!(from < to)) throw new RangeError("from has to be before to");
    return this.#read((database) => {
      const named = seriesOf(database, service).filter(
        ({ measure }) => measures === undefined || measures.includes(measure),
      );
      const series = withoutOldPeers(named);
      return readRanges(database, series, gridFor(database, from, to, step)).filter(({ values }) =>
        values.some((value) => value !== null),
      );
    });
  }

  /** One series. What was never recorded is unknown all the time. */
  range(name: SeriesName, from: number, to: number, step: number): HistoryRange {
    if (!(from < to)) throw new RangeError("from has to be before to");
    return this.#read((database) => {
      const found = seriesOf(database, name.service).find(
        ({ measure, label }) => measure === name.measure && label === name.label,
      );
      const [range] = readRanges(
        database,
        [found ?? { ...name, number: NO_SERIES }],
        gridFor(database, from, to, step),
      );
      return range as HistoryRange;
    });
  }

  /** Newest first. */
  events(query: HistoryEventQuery): HistoryEvent[] {
    const { from, to, types, service, rule, fingerprint, before, limit } = query;
    return this.#read((database) =>
      database
        .prepare(
          `SELECT id, at, body FROM event
           WHERE id < ?1 AND at BETWEEN ?2 AND ?3
             AND (?4 IS NULL OR type IN (SELECT value FROM json_each(?4)))
             AND (?5 IS NULL OR service = ?5) AND (?6 IS NULL OR rule = ?6)
             AND (?7 IS NULL OR fingerprint = ?7)
           ORDER BY id DESC LIMIT ?8`,
        )
        .all(
          before ?? Number.MAX_SAFE_INTEGER,
          from ?? Number.MIN_SAFE_INTEGER,
          to ?? Number.MAX_SAFE_INTEGER,
          types === null ? null : JSON.stringify(types),
          service,
          rule,
          fingerprint,
          limit,
        )
        .flatMap(eventOf),
    );
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }

  #read<Result>(work: (database: DatabaseSync) => Result): Result {
    try {
      const database = this.#current();
      database.exec("BEGIN");
      try {
        return work(database);
      } finally {
        if (database.isTransaction) database.exec("ROLLBACK");
      }
    } catch (error) {
      const fault = faultOf(error);
      this.close();
      throw new DescryError(
        `The history in ${printable(this.#path)} cannot be read: ${fault.message}.`,
        MENDS[fault.kind],
      );
    }
  }

  /** The file that stands there now: the one that was open may have been set aside. */
  #current(): DatabaseSync {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    if (found === undefined) throw new HistoryFault("unwritable", "there is none");
    if (this.#database !== null && found.ino === this.#inode) return this.#database;
    this.close();
    this.#inode = found.ino;
    this.#database = openToRead(this.#path);
    return this.#database;
  }
}

const MENDS: Readonly<Record<HistoryFault["kind"], string>> = {
  malformed: "A running agent sets it aside and begins a new one; see what it says.",
  newer: "Update descry.",
  locked: "Try again in a moment, or end the program that has it open.",
  unwritable: "Start descry agent, which writes it, or name its folder with --state-dir.",
};

function seriesOf(database: DatabaseSync, service: string | null): NumberedSeries[] {
  return database
    .prepare(
      "SELECT id, measure, label FROM series WHERE ifnull('=' || service, '') = ? ORDER BY measure, label",
    )
    .all(service === null ? "" : `=${service}`)
    .flatMap(({ id, measure, label }) =>
      isMeasure(measure)
        ? { number: Number(id), service, measure, label: label === null ? null : String(label) }
        : [],
    );
}

function withoutOldPeers(series: readonly NumberedSeries[]): readonly NumberedSeries[] {
  const peers = series.filter(({ measure, label }) => measure === "connections" && label !== OTHER_PEERS);
  if (peers.length <= MOST_PEERS) return series;
  const old = new Set(peers.toSorted((a, b) => b.number - a.number).slice(MOST_PEERS));
  return series.filter((one) => !old.has(one));
}

/** A newer descry of the same format may record more. */
function isMeasure(measure: SQLOutputValue | undefined): measure is Measure {
  return typeof measure === "string" && MEASURES.has(measure);
}

/** What is no JSON any more is left out. */
function eventOf({ id, at, body }: Record<string, SQLOutputValue>): HistoryEvent[] {
  try {
    return [{ number: Number(id), at: Number(at), event: JSON.parse(String(body)) as DescryEvent }];
  } catch {
    return [];
  }
}
