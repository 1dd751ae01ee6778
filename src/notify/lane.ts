import type { AlertReport, Outbox, OutboxEntry } from "../model/alert.ts";
import { backOff, fitted, nextOf } from "./backlog.ts";
import { failed, type Attempt, type Channel, type Outcome } from "./channel.ts";

/** Time and chance, as arguments: tests move them by hand. */
export interface CourierClock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls back once after so many milliseconds; what it returns takes that back. */
  after(milliseconds: number, callback: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
}

/** How a channel does; for metrics, the API and `doctor`. Nothing of it is secret. */
export interface ChannelStatus {
  readonly name: string;
  readonly kind: Channel["kind"];
  readonly waiting: number;
  readonly delivered: number;
  /** Attempts that failed and were to be tried again. */
  readonly failures: number;
  /** The receiver would not take them. */
  readonly refused: number;
  /** Given up: too many waited, or it failed too often. */
  readonly lost: number;
  /** RFC 3339 UTC; null: not in this run. */
  readonly lastDeliveredAt: string | null;
  /** Since when every attempt failed; null: the last one did not. */
  readonly failingSince: string | null;
  readonly lastFailure: string | null;
}

export const MOST_WAITING = 500;
/** What failed so often is what the receiver chokes on: after the longest waits, that is days. */
const MOST_ATTEMPTS = 1000;

/** One channel's way: one message at a time, the next when it has arrived. */
export class Lane {
  readonly channel: Channel;
  readonly #outbox: Outbox;
  readonly #clock: CourierClock;
  readonly #standing: () => readonly AlertReport[];
  readonly #stopping = new AbortController();
  #entries: readonly OutboxEntry[] = [];
  #busy: Promise<void> | null = null;
  #underWay: string | null = null;
  #waits: (() => void) | null = null;
  #repeats: (() => void) | null = null;
  #repeatDue = false;
  #failedInARow = 0;
  #counts = { delivered: 0, failures: 0, refused: 0, lost: 0 };
  #lastDeliveredAt: number | null = null;
  #failingSince: number | null = null;
  #lastFailure: string | null = null;

  constructor(channel: Channel, outbox: Outbox, clock: CourierClock, standing: () => readonly AlertReport[]) {
    this.channel = channel;
    this.#outbox = outbox;
    this.#clock = clock;
    this.#standing = standing;
  }

  /** With what waited since an earlier run. */
  start(waiting: readonly OutboxEntry[]): void {
    if (this.channel.repeat !== null) this.#repeat(this.channel.repeat.every);
    this.take(waiting);
  }

  /** What is in the outbox already. */
  take(entries: readonly OutboxEntry[]): void {
    const all = [...this.#entries, ...entries];
    const { kept, changed, removed, lost } = fitted(all, MOST_WAITING, this.#underWay);
    this.#entries = kept;
    this.#counts.lost += lost;
    if (changed.length > 0 || removed.length > 0)
      this.#outbox.commit({ put: changed, remove: removed.map(({ key }) => key) });
    this.#go();
  }

  /** Ends what is under way, which stays in the outbox unless it has arrived. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#waits?.();
    this.#repeats?.();
    await this.#busy;
  }

  get status(): ChannelStatus {
    const { name, kind } = this.channel;
    const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
    return {
      ...{ name, kind, waiting: this.#entries.length, ...this.#counts },
      lastDeliveredAt: iso(this.#lastDeliveredAt),
      failingSince: iso(this.#failingSince),
      lastFailure: this.#lastFailure,
    };
  }

  #go(): void {
    if (this.#busy !== null || this.#waits !== null || this.#stopping.signal.aborted) return;
    this.#busy = this.#round().finally(() => {
      this.#busy = null;
      if (this.#repeatDue || this.#entries.length > 0) this.#go();
    });
  }

  /** What stands comes first: a receiver that forgets must not wait for a message that it chokes on. */
  async #round(): Promise<void> {
    const { repeat, from } = this.channel;
    if (repeat !== null && this.#repeatDue) {
      this.#repeatDue = false;
      const standing = this.#standing().filter(({ severity }) => from === "ticket" || severity === "page");
      if (standing.length > 0) this.#note(await this.#tried(repeat.deliver(standing, this.#attempt())));
      return;
    }
    const entry = nextOf(this.#entries);
    if (entry === null) return;
    this.#underWay = entry.key;
    const outcome = await this.#tried(this.channel.deliver(entry.notification, this.#attempt()));
    this.#underWay = null;
    this.#settle(entry, outcome);
  }

  /** A fault in one channel is not the end of the others. */
  async #tried(attempt: Promise<Outcome>): Promise<Outcome> {
    try {
      return await attempt;
    } catch (error) {
      return failed(`descry could not make it (${error instanceof Error ? error.name : "unknown"})`);
    }
  }

  #settle(entry: OutboxEntry, outcome: Outcome): void {
    if (this.#stopping.signal.aborted && outcome.is === "failed") return;
    this.#note(outcome);
    const attempts = entry.attempts + 1;
    if (outcome.is === "failed" && attempts < MOST_ATTEMPTS) {
      const again = { ...entry, attempts, lastFailure: outcome.because };
      this.#entries = this.#entries.map((one) => (one.key === entry.key ? again : one));
      this.#outbox.commit({ put: [again] });
      return;
    }
    this.#counts[outcome.is === "failed" ? "lost" : outcome.is] += 1;
    this.#entries = this.#entries.filter(({ key }) => key !== entry.key);
    this.#outbox.commit({ remove: [entry.key] });
  }

  #note(outcome: Outcome): void {
    const now = this.#clock.now();
    if (outcome.is === "delivered") {
      this.#lastDeliveredAt = now;
      this.#failingSince = null;
      this.#failedInARow = 0;
      return;
    }
    this.#lastFailure = outcome.because;
    if (outcome.is === "refused" || this.#stopping.signal.aborted) return;
    this.#counts.failures += 1;
    this.#failedInARow += 1;
    this.#failingSince ??= now;
    const wait = Math.max(backOff(this.#failedInARow, this.#clock.random()), outcome.after ?? 0);
    this.#waits = this.#clock.after(wait, () => {
      this.#waits = null;
      this.#go();
    });
  }

  #repeat(every: number): void {
    this.#repeatDue = true;
    this.#repeats = this.#clock.after(every, () => {
      this.#repeat(every);
      this.#go();
    });
  }

  #attempt(): Attempt {
    return { now: this.#clock.now(), signal: this.#stopping.signal };
  }
}
