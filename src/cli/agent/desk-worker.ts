import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { joined } from "../../agent/desk/handover.ts";
import type { ListingPart } from "../../agent/listing-view.ts";
import type { DeskTick } from "../../model/desk.ts";
import { DescryError } from "../../model/error.ts";
import type { GapEvent } from "../../model/events.ts";
import { startWorker } from "../start-worker.ts";
import type { DeskStart, FromDesk, ToDesk } from "./messages.ts";

/** Ticks that the desk has and did not answer for; what comes beyond them is joined into one that waits here. */
const MOST_UNTAKEN = 2;
/** A desk that fell over is started again after so many milliseconds, twice as long each time it does. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
/** So long it may take to end by itself. Then it is cut off; one inside a call of the kernel, as on a disk that hangs, when that returns. */
const END_WITHIN = 5000;

/** The thread is given to others after so many milliseconds of answering. */
const SLICE = 5;

/** What the desk says to people beside the events. */
export interface DeskEar {
  gaps(events: readonly GapEvent[]): void;
  /** One line. */
  word(text: string): void;
}

/** What has a process open? */
interface Question {
  readonly listing: number;
  readonly pid: number;
}

/**
 * The desk in a thread of its own, as the thread that reads the kernel sees it: what is handed over never waits. One that
 * falls over is started again, with what it had committed.
 */
export class DeskWorker {
  readonly #order: DeskStart;
  readonly #ear: DeskEar;
  /** Somebody asks it for pictures of what is known. */
  isLookedAt = false;
  /** The thread that runs now, also while it starts. */
  #worker: Worker | null = null;
  /** When it has ended. */
  #gone: Promise<void> = Promise.resolve();
  /** It takes ticks. */
  #serves = false;
  #untaken = 0;
  #waiting: DeskTick | null = null;
  /** What it wants to know, and was not told yet, oldest first. */
  #questions: Question[] = [];
  #pause = FIRST_PAUSE;
  #ending = false;

  private constructor(order: DeskStart, ear: DeskEar) {
    this.#order = order;
    this.#ear = ear;
  }

  /** Rejects with a DescryError when it cannot serve with what it was given; nothing of it runs then. */
  static async start(order: DeskStart, ear: DeskEar): Promise<{ desk: DeskWorker; url: string }> {
    const desk = new DeskWorker(order, ear);
    return { desk, url: await desk.#begin() };
  }

  handOver(tick: DeskTick): void {
    this.#waiting = this.#waiting === null ? tick : joined(this.#waiting, tick);
    this.#pass();
  }

  /**
   * Answers one of the questions that wait, the oldest, in slices: others have the thread in between. `listing` is asked for
   * the parts of the answer, and nothing that they are drawn from may change until this is settled.
   */
  async answerOne(listing: (pid: number) => Generator<ListingPart>): Promise<void> {
    const question = this.#questions.shift();
    if (question === undefined) return;
    const worker = this.#worker;
    const parts = listing(question.pid);
    let from = performance.now();
    for (let at = parts.next(); at.done !== true;) {
      const next = parts.next();
      // It may have fallen over; another one does not know the question.
      if (worker === null || this.#worker !== worker) return;
      this.#post({ listing: question.listing, part: at.value, last: next.done === true });
      at = next;
      if (performance.now() - from < SLICE) continue;
      await turn();
      from = performance.now();
    }
  }

  /** With all that was handed over kept, unless the disk does not answer. Whatever runs of it is over then. */
  async end(): Promise<void> {
    this.#ending = true;
    const worker = this.#worker;
    if (worker === null) return;
    if (this.#waiting !== null) this.#post({ tick: this.#waiting });
    this.#post({ end: true });
    await Promise.race([this.#gone, wait(END_WITHIN, undefined, { ref: false })]);
    await worker.terminate();
  }

  #begin(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const ended = Promise.withResolvers<void>();
    const worker = startWorker(import.meta.url, "./desk-thread", { workerData: this.#order });
    this.#worker = worker;
    this.#gone = ended.promise;
    this.#untaken = 0;
    this.#questions = [];
    let why = "it ended by itself";
    let refusal: DescryError | null = null;
    worker.on("message", (message: FromDesk) => {
      if ("url" in message) {
        this.#serves = true;
        // It knows nothing yet, and must not wait for its first picture as long as for any other.
        this.isLookedAt = true;
        this.#pass();
        resolve(message.url);
      } else if ("refused" in message) {
        refusal = new DescryError(message.refused.message, message.refused.mend);
        void worker.terminate();
      } else if ("taken" in message) {
        this.#untaken--;
        this.#pause = FIRST_PAUSE;
        this.isLookedAt = message.lookedAt;
        this.#ear.gaps(message.taken);
        this.#pass();
      } else if ("listing" in message) {
        this.#questions.push(message);
      } else if ("lookedAt" in message) {
        this.isLookedAt = true;
      } else {
        this.#ear.word(`A request failed through a fault of descry: ${message.fault}`);
      }
    });
    worker.on("error", (error) => {
      why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (this.#ending)
        this.#ear.word(`The thread that keeps history and alerts fell over at its end: ${why}`);
    });
    worker.on("exit", () => {
      const served = this.#serves;
      this.#serves = false;
      this.#worker = null;
      ended.resolve();
      if (served && !this.#ending) void this.#again(why);
      else reject(refusal ?? new Error(`the thread of the desk fell over: ${why}`));
    });
    return promise;
  }

  async #again(why: string): Promise<void> {
    this.#ear.word(`The thread that keeps history and alerts fell over and is started again: ${why}`);
    for (;;) {
      await wait(this.#pause, undefined, { ref: false });
      if (this.#ending) return;
      this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
      try {
        await this.#begin();
        return;
      } catch (error) {
        if (this.#ending) return;
        this.#ear.word(`It cannot be started: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  #pass(): void {
    const tick = this.#waiting;
    if (tick === null || !this.#serves || this.#ending || this.#untaken >= MOST_UNTAKEN) return;
    this.#waiting = null;
    this.#post({ tick });
  }

  #post(message: ToDesk): void {
    if ("tick" in message) this.#untaken++;
    this.#worker?.postMessage(message);
  }
}
