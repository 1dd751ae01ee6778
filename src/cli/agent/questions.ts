import type { ListingHead, ListingPart } from "../../agent/listing-view.ts";
import type { ListingAnswer, OpenDescriptor } from "../../model/open-descriptor.ts";

/** Questions that wait for the other thread; more are refused. It answers one after each tick. */
const MOST_WAITING = 4;
/** Milliseconds after which an answer is not waited for any longer. */
const PATIENCE = 8000;
/** An answer serves so long, in milliseconds: who pages through it sees one moment, and costs one listing. */
const FRESH = 4000;
/** Listings that are kept. */
const MOST_KEPT = 4;

export interface Asking {
  /** Hands a question to the other thread. */
  readonly ask: (question: { readonly listing: number; readonly pid: number }) => void;
  /** Milliseconds that only go on. */
  readonly now: () => number;
}

interface Waiting {
  readonly pid: number;
  head: ListingHead | null;
  readonly descriptors: OpenDescriptor[];
  readonly answer: PromiseWithResolvers<ListingAnswer>;
  readonly timer: NodeJS.Timeout;
}

/** What the thread that answers requests wants to know of processes from the one that reads the kernel. */
export class Questions {
  readonly #asking: Asking;
  readonly #waiting = new Map<number, Waiting>();
  readonly #kept = new Map<number, { readonly answer: ListingAnswer; readonly until: number }>();
  #last = 0;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /** What a process has open. Who asks the same while it is being answered, or shortly after, gets the same answer. */
  listing(pid: number): Promise<ListingAnswer> {
    const kept = this.#kept.get(pid);
    if (kept !== undefined && kept.until > this.#asking.now()) return Promise.resolve(kept.answer);
    for (const waiting of this.#waiting.values()) if (waiting.pid === pid) return waiting.answer.promise;
    if (this.#waiting.size >= MOST_WAITING) return Promise.resolve({ none: "busy" });
    const number = ++this.#last;
    const answer = Promise.withResolvers<ListingAnswer>();
    const timer = setTimeout(() => this.#settle(number, { none: "late" }), PATIENCE);
    this.#waiting.set(number, { pid, head: null, descriptors: [], answer, timer });
    this.#asking.ask({ listing: number, pid });
    return answer.promise;
  }

  /** A part of an answer has come. */
  take(number: number, part: ListingPart, last: boolean): void {
    const waiting = this.#waiting.get(number);
    // It was too late.
    if (waiting === undefined) return;
    if ("none" in part) return this.#settle(number, part);
    if ("head" in part) waiting.head = part.head;
    else for (const one of part.descriptors) waiting.descriptors.push(one);
    if (!last || waiting.head === null) return;
    const answer = { listing: { ...waiting.head, descriptors: waiting.descriptors } };
    this.#keep(waiting.pid, answer);
    this.#settle(number, answer);
  }

  /** Whoever waits is told that no answer will come. */
  end(): void {
    for (const number of this.#waiting.keys()) this.#settle(number, { none: "late" });
  }

  #settle(number: number, answer: ListingAnswer): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    clearTimeout(waiting?.timer);
    waiting?.answer.resolve(answer);
  }

  #keep(pid: number, answer: ListingAnswer): void {
    this.#kept.delete(pid);
    this.#kept.set(pid, { answer, until: this.#asking.now() + FRESH });
    for (const old of this.#kept.keys()) if (this.#kept.size > MOST_KEPT) this.#kept.delete(old);
  }
}
