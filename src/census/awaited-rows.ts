/** Tables must show a socket in none of this many readings after it was listed, before it counts as in no table. */
const READINGS_BEFORE_NO_ROW = 2;

/** Descriptors of sockets that no table shows (any more), and how often the tables were read since. */
export class AwaitedRows {
  readonly #readings = new Map<number, number>();
  /** By slot of the descriptor table, the number of readings when the waiting began. */
  readonly #since = new Map<number, number>();

  get none(): boolean {
    return this.#since.size === 0;
  }

  /** All tables of the namespace were read. */
  noteReading(netns: number): void {
    this.#readings.set(netns, this.#readingsOf(netns) + 1);
  }

  forgetNamespace(netns: number): void {
    this.#readings.delete(netns);
  }

  await(slot: number, netns: number | null): void {
    if (!this.#since.has(slot)) this.#since.set(slot, this.#readingsOf(netns));
  }

  stop(slot: number): void {
    this.#since.delete(slot);
  }

  /** Those that the tables of their namespace have not shown for long enough. Unread tables show nothing. */
  *inNoTable(netnsOf: (slot: number) => number | null): Generator<number> {
    for (const [slot, since] of this.#since) {
      if (this.#readingsOf(netnsOf(slot)) >= since + READINGS_BEFORE_NO_ROW) yield slot;
    }
  }

  #readingsOf(netns: number | null): number {
    return netns === null ? 0 : (this.#readings.get(netns) ?? 0);
  }
}
