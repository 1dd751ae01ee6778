import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../procfs/clock.ts";

/** Units of work in a slice: unchanged rows. 3 ms (Linux 6.18, one core). */
const SLICE = 4000;

/** Work on the main thread, cut into slices so that others have their turn, and the seconds that it took in all. */
export class Slices {
  private readonly clock: Clock;
  private left = SLICE;
  private from = 0;
  private seconds = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  begin(): void {
    this.seconds = 0;
    this.from = this.clock.stopwatch();
  }

  /** Seconds of work since `begin`, without the waiting. */
  end(): number {
    this.pause();
    return this.seconds;
  }

  /** Counts work done; true when it is the others' turn. */
  spend(units: number): boolean {
    this.left -= units;
    return this.left <= 0;
  }

  async rest(): Promise<void> {
    await this.wait(turn());
  }

  /** Waits for what is not done on the main thread. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    this.pause();
    const value = await promise;
    this.left = SLICE;
    this.from = this.clock.stopwatch();
    return value;
  }

  private pause(): void {
    this.seconds += this.clock.stopwatch() - this.from;
  }
}
