import { setImmediate as nextTurn } from "node:timers/promises";

/** Milliseconds of work in one go: other work on the main thread waits no longer than twice this. */
const SLICE_MS = 8;

/**
 * Cuts work on the main thread into slices, so that timers, keys and sockets of the program are served in between. A
 * first reading of 106,000 descriptors held them up for 14 to 21 ms at most, a collection of garbage included.
 */
export class Slices {
  private from = performance.now();

  /** It is time to let others work. Costs 50 ns, so small steps may ask each time. */
  over(): boolean {
    return performance.now() - this.from > SLICE_MS;
  }

  /** Lets everything that waits have its turn and begins the next slice. */
  async rest(): Promise<void> {
    await nextTurn();
    this.from = performance.now();
  }
}
