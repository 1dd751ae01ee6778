import { statSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { DescryEvent } from "../../model/events.ts";
import type { HistoryOptions } from "../../model/history.ts";
import { BlockWriter } from "./block-writer.ts";
import { numberOf, openToWrite } from "./database.ts";
import { Expiry } from "./expiry.ts";
import type { WaitingTick } from "./intake.ts";
import { inTransaction, Sealing } from "./sealing.ts";

/** The file while it is open to be written. Throws what SQLite throws. */
export class OpenHistory {
  readonly database: DatabaseSync;
  readonly #path: string;
  readonly #inode: number;
  readonly #blocks: BlockWriter;
  readonly #expiry: Expiry;
  readonly #insertEvent: StatementSync;
  #sealing: Sealing | null = null;
  /** The block that was open when it was last looked for one to seal. */
  #soughtAt: number | null = -1;

  /** Throws a HistoryFault. */
  constructor(path: string, options: HistoryOptions) {
    this.#path = path;
    this.database = openToWrite(path);
    this.#inode = statSync(path).ino;
    this.#blocks = new BlockWriter(this.database);
    this.#expiry = new Expiry(this.database, options);
    this.#insertEvent = this.database.prepare(
      "INSERT INTO event (at, type, service, rule, fingerprint, body) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#expiry.look();
  }

  /** False when somebody took the file away or put another there: what is written would be lost. */
  isInPlace(): boolean {
    try {
      return statSync(this.#path).ino === this.#inode;
    } catch {
      return false;
    }
  }

  /** Unix milliseconds of the tick that was written last; null: none was. */
  newestTick(): number | null {
    const newest = numberOf(
      this.database,
      `SELECT coalesce((SELECT at FROM tick ORDER BY id DESC LIMIT 1),
                       (SELECT until FROM period WHERE tier = 0 ORDER BY id DESC LIMIT 1))`,
    );
    return newest === 0 ? null : newest;
  }

  /** All or none. */
  commit(ticks: readonly WaitingTick[]): void {
    let bytes = 0;
    try {
      inTransaction(this.database, () => {
        for (const tick of ticks) {
          this.#blocks.write(tick);
          for (const event of tick.events) bytes += this.#insert(event);
        }
      });
    } catch (error) {
      this.#blocks.abandon();
      throw error;
    }
    this.#expiry.grew(bytes);
  }

  #insert(event: DescryEvent): number {
    const body = JSON.stringify(event);
    const at = Date.parse(event.at);
    const service = "service" in event ? event.service : null;
    const rule = "rule" in event ? event.rule : null;
    const fingerprint = "fingerprint" in event ? event.fingerprint : null;
    this.#insertEvent.run(Number.isNaN(at) ? 0 : at, event.type, service, rule, fingerprint, body);
    return Buffer.byteLength(body);
  }

  /** A step of what is to be done beside: some milliseconds. Returns how many damaged chunks it met. */
  upkeep(): number {
    if (this.#sealing === null && this.#blocks.open !== this.#soughtAt) {
      this.#sealing = Sealing.ofNext(this.database, this.#blocks.open);
      if (this.#sealing === null) this.#soughtAt = this.#blocks.open;
    }
    this.#expiry.step(() => this.#blocks.series);
    if (this.#sealing === null) return 0;
    const before = this.#sealing.damaged;
    const more = this.#sealing.step();
    const { damaged } = this.#sealing;
    if (!more) {
      this.#sealing = null;
      this.#expiry.look();
    }
    return damaged - before;
  }

  close(): void {
    this.database.close();
  }
}
