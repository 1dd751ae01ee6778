import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SeriesName } from "../../model/history.ts";
import type { WaitingTick } from "./intake.ts";
import { MOST_SERIES, TICKS } from "./schema.ts";
import { BlockState } from "./ticks.ts";

interface Block {
  readonly id: number;
  /** Which stretch of the clock, in lengths of a block. */
  readonly stretch: number;
  readonly state: BlockState;
  lastAt: number;
}

/**
 * Writes ticks into the block that is open. A block ends where the clock passes a multiple of its length, or goes back;
 * what went wrong in between ends it as well, so what is in memory never has to be taken back.
 */
export class BlockWriter {
  readonly #insertBlock: StatementSync;
  readonly #insertTick: StatementSync;
  readonly #findSeries: StatementSync;
  readonly #insertSeries: StatementSync;
  /** Numbers of the series of the open block. */
  readonly #numbers = new Map<SeriesName, number>();
  #block: Block | null = null;

  constructor(database: DatabaseSync) {
    this.#insertBlock = database.prepare(
      "INSERT INTO period (tier, start, until, watched, written, sealed) VALUES (?, ?, ?, 0, 0, 0)",
    );
    this.#insertTick = database.prepare("INSERT INTO tick (block, at, body) VALUES (?, ?, ?)");
    this.#findSeries = database.prepare(
      `SELECT id FROM series
       WHERE ifnull('=' || service, '') = ? AND measure = ? AND ifnull('=' || label, '') = ?`,
    );
    this.#insertSeries = database.prepare("INSERT INTO series (service, measure, label) VALUES (?, ?, ?)");
  }

  /** null: none. */
  get open(): number | null {
    return this.#block?.id ?? null;
  }

  /** Of the open block. */
  get series(): readonly number[] {
    return [...this.#numbers.values()];
  }

  /** What was written since the last commit may be lost. */
  abandon(): void {
    this.#block = null;
    this.#numbers.clear();
  }

  /** Inside a transaction of whoever calls it. */
  write({ at, series, figures }: WaitingTick): void {
    const block = this.#blockAt(at);
    const points = new Map<number, number>();
    for (const [place, name] of series.entries()) {
      const number = this.#numberOf(name);
      if (number !== null) points.set(number, figures[place] as number);
    }
    this.#insertTick.run(block.id, at, block.state.encode(points));
    block.lastAt = at;
  }

  #blockAt(at: number): Block {
    const stretch = Math.floor(at / TICKS.length);
    const open = this.#block;
    if (open !== null && open.stretch === stretch && at >= open.lastAt) return open;
    this.abandon();
    const { lastInsertRowid } = this.#insertBlock.run(TICKS.number, at, at);
    this.#block = { id: Number(lastInsertRowid), stretch, state: new BlockState(), lastAt: at };
    return this.#block;
  }

  /** null: there are more series than can be told apart. With as many new names as there may be that takes months, else decades. */
  #numberOf(name: SeriesName): number | null {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const { service, measure, label } = name;
    const found = this.#findSeries.get(
      service === null ? "" : `=${service}`,
      measure,
      label === null ? "" : `=${label}`,
    );
    const number = Number(found?.["id"] ?? this.#insertSeries.run(service, measure, label).lastInsertRowid);
    if (number > MOST_SERIES) return null;
    this.#numbers.set(name, number);
    return number;
  }
}
