import type { Clock } from "../procfs/clock.ts";
import type { Slices } from "../procfs/slices.ts";

/** Rows between two looks at the clock: 0.1 ms at most (Linux 6.18, one core). */
const STEPS = 64;

/** The work of a reading on the main thread: cut into slices, and how many seconds it took without the waiting. */
export class Effort {
  private readonly clock: Clock;
  private readonly slices: Slices;
  private steps = 0;
  private seconds = 0;
  private from: number;

  constructor(clock: Clock, slices: Slices) {
    this.clock = clock;
    this.slices = slices;
    this.from = clock.stopwatch();
  }

  /** Seconds so far. */
  spent(): number {
    return this.seconds + this.clock.stopwatch() - this.from;
  }

  /** To be asked after each row: whether it is time to let others work. */
  over(): boolean {
    this.steps = (this.steps + 1) % STEPS;
    return this.steps === 0 && this.slices.over();
  }

  rest(): Promise<void> {
    return this.wait(this.slices.rest());
  }

  /** Waits for what is not done on the main thread. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    this.seconds += this.clock.stopwatch() - this.from;
    const value = await promise;
    this.from = this.clock.stopwatch();
    return value;
  }
}
