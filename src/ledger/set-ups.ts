import { startedAt, type Process } from "../census/processes.ts";

/** What a process opens in so many seconds is how it sets itself up. */
const SET_UP_SECONDS = 60;

/**
 * Processes that take the place of others of their service, or join them, and how long they set themselves up: a worker
 * that is replaced every ten minutes opens its log and its pool each time, and its predecessor's went with it. Neither
 * is anything that was opened and not given back. Of a service's first process this is not said.
 */
export class SetUps {
  /** When each started whose beginning counts as that, in seconds since boot, by the index of the process. */
  readonly #startedAt = new Map<number, number>();

  /** Something of it is open; its service was met at `serviceSince`, in seconds since boot. */
  meet(process: Process, serviceSince: number): void {
    if (this.#startedAt.has(process.index)) return;
    const started = startedAt(process.fact);
    this.#startedAt.set(process.index, started > serviceSince ? started : Number.NaN);
  }

  /** Whether what came `at` belongs to the beginning of its process. What came before was opened by its parent. */
  isSetUp(index: number, at: number): boolean {
    const age = at - (this.#startedAt.get(index) ?? Number.NaN);
    return age >= 0 && age < SET_UP_SECONDS;
  }

  exited(process: Process): void {
    this.#startedAt.delete(process.index);
  }
}
