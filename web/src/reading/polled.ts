import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { ask, NotAnswered } from "./client.ts";
import { changes } from "./live.ts";

/** What is known of an answer: the newest one stays while the next is asked for, or fails. */
export interface Reading<Answer> {
  readonly answer: Answer | null;
  /** Why the newest question has no answer; null: it has one, or was not asked yet. */
  readonly failure: NotAnswered | null;
}

/**
 * Asks again every so many seconds while the page is visible, and at once when the agent tells something new. A path of
 * null asks nothing. What was answered to another path is gone at once; `addressed` says what to ask for it now, where
 * that moves with time, as the last hour does.
 */
export function usePolled<Answer>(
  path: string | null,
  everySeconds: number,
  addressed: (path: string) => string = unmoved,
): Signal<Reading<Answer>> {
  const reading = useMemo(() => signal<Reading<Answer>>({ answer: null, failure: null }), [path]);
  useEffect(() => {
    if (path === null) return;
    return poll(() => addressed(path), everySeconds, reading);
  }, [path, everySeconds, reading]);
  return reading;
}

function unmoved(path: string): string {
  return path;
}

function poll<Answer>(
  path: () => string,
  everySeconds: number,
  reading: Signal<Reading<Answer>>,
): () => void {
  const ending = new AbortController();
  let timer: number | undefined;
  let asking = false;
  const next = async (): Promise<void> => {
    clearTimeout(timer);
    if (asking || ending.signal.aborted) return;
    asking = true;
    try {
      if (!document.hidden)
        reading.value = { answer: await ask<Answer>(path(), ending.signal), failure: null };
    } catch (error) {
      if (ending.signal.aborted) return;
      const failure = error instanceof NotAnswered ? error : new NotAnswered(null, String(error), "");
      reading.value = { ...reading.peek(), failure };
    } finally {
      asking = false;
    }
    if (!ending.signal.aborted) timer = setTimeout(() => void next(), everySeconds * 1000);
  };
  const shown = (): void => {
    if (!document.hidden) void next();
  };
  document.addEventListener("visibilitychange", shown);
  let first = true;
  const unsubscribe = changes.subscribe(() => {
    if (first) first = false;
    else void next();
  });
  void next();
  return () => {
    ending.abort();
    clearTimeout(timer);
    unsubscribe();
    document.removeEventListener("visibilitychange", shown);
  };
}
