import { startedAt, type Process } from "../census/processes.ts";

/** What a process opens in so many seconds is how it sets itself up. */
const SET_UP_SECONDS = 60;

/**
 * Processes that take the place of others of their service, or join them, and how long they set themselves up: a worker
 * that is replaced every ten minutes opens its log and its pool each time, and its predecessor's went with it. Neither
 * is anything that was opened and not given back. Of a service's first process this is not said.
 */
export class SetUps {
  /** Seconds since boot until which each sets itself up, by the index of the process. */
  readonly #until = new Map<number, number>();

  /** Something of it is open; its service was met at `serviceSince`, in seconds since boot. */
  meet(process: Process, serviceSince: number): void {
    if (this.#until.has(process.index)) return;
    const started = startedAt(process.fact);
    this.#until.set(
      process.index,
      started > serviceSince ? started + SET_UP_SECONDS : Number.NEGATIVE_INFINITY,
    );
  }

  /** Whether what came `at` belongs to the beginning of its process. */
  isSetUp(index: number, at: number): boolean {
    return at < (this.#until.get(index) ?? Number.NEGATIVE_INFINITY);
  }

  exited(process: Process): void {
    this.#until.delete(process.index);
  }
}
