import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { VerdictsAnswer } from "../../../../src/server/api.ts";
import { ask, NotAnswered } from "../../reading/client.ts";
import { changes } from "../../reading/live.ts";
import { type Filter, historyPath, RANGES } from "./filter.ts";
import { type Incidents, isKnown, withTold } from "./incident.ts";

/** What was read of the history so far. */
export interface HistoryReading {
  /** null: nothing was answered yet. */
  readonly incidents: Incidents | null;
  /** RFC 3339: nothing before it is asked for. */
  readonly from: string;
  /** Where older events go on; null: all is read. */
  readonly next: string | null;
  readonly isReadingOlder: boolean;
  readonly failure: NotAnswered | null;
}

const LIMIT = 200;
const EVERY_MILLISECONDS = 30_000;
/** After that many pages without anything known, what is known is too old to be joined to. */
const MOST_PAGES = 10;

/** The history that a filter asks the agent for, newest first, with what is told while the page is open. */
export class History {
  readonly #reading;
  readonly #path: string;
  readonly #ending = new AbortController();
  /** One question after the other: each adds to what the one before it has read. */
  #turn = Promise.resolve();
  /** A refresh is to come that has not begun: it will see what was told just now. */
  #isRefreshDue = false;

  constructor(filter: Filter, now: number) {
    const from = new Date(now - RANGES[filter.range].seconds * 1000).toISOString();
    this.#path = historyPath(filter, from, LIMIT);
    this.#reading = signal<HistoryReading>({
      ...{ incidents: null, from, next: null, isReadingOlder: false, failure: null },
    });
  }

  get reading(): ReadonlySignal<HistoryReading> {
    return this.#reading;
  }

  /** Reads until the function that it gives is called. */
  start(): () => void {
    const timer = setInterval(() => void this.refresh(), EVERY_MILLISECONDS);
    let first = true;
    const unsubscribe = changes.subscribe(() => {
      if (first) first = false;
      else void this.refresh();
    });
    const shown = (): void => {
      if (!document.hidden) void this.refresh();
    };
    document.addEventListener("visibilitychange", shown);
    void this.refresh();
    return () => {
      this.#ending.abort();
      document.removeEventListener("visibilitychange", shown);
      clearInterval(timer);
      unsubscribe();
    };
  }

  /** Reads what was told since, down to what is known. */
  async refresh(): Promise<void> {
    if (document.hidden && this.#reading.peek().incidents !== null) return;
    if (this.#isRefreshDue) return;
    this.#isRefreshDue = true;
    await this.#inTurn(async () => {
      this.#isRefreshDue = false;
      const known = this.#reading.peek().incidents;
      let incidents: Incidents = known ?? new Map();
      let cursor: string | null = null;
      for (let page = 0; page < MOST_PAGES; page++) {
        const { verdicts, next } = await this.#page(cursor);
        const joins = known !== null && verdicts.some((event) => isKnown(known, event));
        incidents = withTold(incidents, verdicts);
        cursor = next;
        if (known === null) this.#set({ next });
        if (known === null || joins || next === null) break;
      }
      this.#set({ incidents });
    });
  }

  /** Reads the next older page. */
  async older(): Promise<void> {
    if (this.#reading.peek().isReadingOlder) return;
    this.#set({ isReadingOlder: true });
    await this.#inTurn(async () => {
      const { next, incidents } = this.#reading.peek();
      if (next === null || incidents === null) return;
      const page = await this.#page(next);
      this.#set({ incidents: withTold(incidents, page.verdicts), next: page.next });
    });
    this.#set({ isReadingOlder: false });
  }

  #inTurn(read: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(() => this.#attempt(read));
    return this.#turn;
  }

  async #attempt(read: () => Promise<void>): Promise<void> {
    if (this.#ending.signal.aborted) return;
    try {
      await read();
      this.#set({ failure: null });
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      const failure = error instanceof NotAnswered ? error : new NotAnswered(null, String(error), "");
      this.#set({ failure });
    }
  }

  #page(cursor: string | null): Promise<VerdictsAnswer> {
    const path = cursor === null ? this.#path : `${this.#path}&cursor=${encodeURIComponent(cursor)}`;
    return ask<VerdictsAnswer>(path, this.#ending.signal);
  }

  #set(change: Partial<HistoryReading>): void {
    this.#reading.value = { ...this.#reading.peek(), ...change };
  }
}

export function useHistory({ service, rule, range }: Filter): History {
  const asked = rule === "forecast" ? null : rule;
  const history = useMemo(
    () => new History({ service, rule: asked, range, standing: null }, Date.now()),
    [service, asked, range],
  );
  useEffect(() => history.start(), [history]);
  return history;
}
