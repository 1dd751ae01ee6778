import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { DescriptorsAnswer, OpenDescriptor } from "../../../../src/server/api.ts";
import { ask, NotAnswered } from "../../reading/client.ts";
import { pagePath } from "./asked.ts";
import { PAGE_ROWS, pagesOf, type Visible } from "./visible.ts";

/** The rows that came so far. */
export interface Rows {
  /** What came with the newest page; null: none has come yet. */
  readonly head: DescriptorsAnswer | null;
  readonly failure: NotAnswered | null;
  /** It is asked for others than those that are here. */
  readonly isStale: boolean;
  /** null: not here yet. */
  row(place: number): OpenDescriptor | null;
}

export interface Reader {
  readonly rows: Signal<Rows>;
  /** These rows are wanted: what is not here of them is asked for. */
  want(visible: Visible): void;
  /** All is asked for anew. */
  again(): void;
}

const NOTHING: Rows = { head: null, failure: null, isStale: false, row: () => null };

/** Reads what a process has open, page by page as it is looked at. All pages on the screen are of one moment. */
export function useRows(pid: string, asked: string): Reader {
  const rows = useMemo(() => signal<Rows>(NOTHING), [pid]);
  const reading = useMemo(() => new PagedReading(asked, rows), [asked, rows]);
  useEffect(() => {
    reading.want({ from: 0, to: 1 });
    return () => reading.end();
  }, [reading]);
  return reading;
}

class PagedReading implements Reader {
  readonly rows: Signal<Rows>;
  readonly #asked: string;
  readonly #ending = new AbortController();
  readonly #asking = new Set<number>();
  #pages = new Map<number, readonly OpenDescriptor[]>();
  #at: string | null = null;
  /** What is on the screen, in case that it has to be read again. */
  #wanted: Visible = { from: 0, to: 1 };

  constructor(asked: string, rows: Signal<Rows>) {
    this.#asked = asked;
    this.rows = rows;
    const before = rows.peek();
    if (before.head !== null) rows.value = { ...before, isStale: true };
  }

  want(visible: Visible): void {
    this.#wanted = visible;
    for (const page of pagesOf(visible))
      if (!this.#pages.has(page) && !this.#asking.has(page)) void this.#read(page);
  }

  again(): void {
    this.#pages = new Map();
    this.#at = null;
    this.rows.value = { ...this.rows.peek(), isStale: true };
    this.want(this.#wanted);
  }

  end(): void {
    this.#ending.abort();
  }

  async #read(page: number): Promise<void> {
    this.#asking.add(page);
    try {
      const path = pagePath(this.#asked, page * PAGE_ROWS, PAGE_ROWS);
      const answer = await ask<DescriptorsAnswer>(path, this.#ending.signal);
      if (!this.#ending.signal.aborted) this.#take(page, answer);
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      const failure = error instanceof NotAnswered ? error : new NotAnswered(null, String(error), "");
      // What was there belongs to another question, or to a process that is gone.
      const isGone = failure.status === 404 || failure.status === 403;
      this.rows.value = isGone ? { ...NOTHING, failure } : { ...this.rows.peek(), failure };
    } finally {
      this.#asking.delete(page);
    }
  }

  #take(page: number, answer: DescriptorsAnswer): void {
    const isAnotherMoment = answer.at !== this.#at;
    if (isAnotherMoment) this.#pages = new Map();
    this.#at = answer.at;
    this.#pages.set(page, answer.descriptors);
    const pages = this.#pages;
    this.rows.value = {
      ...{ head: answer, failure: null, isStale: false },
      row: (place) => pages.get(Math.floor(place / PAGE_ROWS))?.[place % PAGE_ROWS] ?? null,
    };
    if (isAnotherMoment && answer.page.total > 0) this.want(this.#wanted);
  }
}
