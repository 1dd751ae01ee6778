import type { Outbox, OutboxChange, OutboxEntry } from "../model/alert.ts";

/** An outbox that lasts as long as the process: for tests, and where nothing can be written. */
export class MemoryOutbox implements Outbox {
  readonly #entries = new Map<string, OutboxEntry>();

  waiting(): readonly OutboxEntry[] {
    return [...this.#entries.values()];
  }

  commit({ put = [], remove = [] }: OutboxChange): void {
    for (const entry of put) this.#entries.set(entry.key, entry);
    for (const key of remove) this.#entries.delete(key);
  }
}
