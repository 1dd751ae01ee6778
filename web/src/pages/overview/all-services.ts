import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { ServicesAnswer, ServiceSummary } from "../../../../src/server/api.ts";
import { ask } from "../../reading/client.ts";

const EVERY_MILLISECONDS = 10_000;
const PAGE = 1000;

/**
 * All services, page after page, while `wanted`; null: not wanted, or not all there yet. The first page is polled beside
 * it and says why where the agent does not answer: what fails here is asked again.
 */
export function useAllServices(wanted: boolean) {
  const all = useMemo(() => signal<readonly ServiceSummary[] | null>(null), []);
  useEffect(() => {
    if (!wanted) return;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = async (): Promise<void> => {
      try {
        if (!document.hidden) all.value = await everyPage(ending.signal);
      } catch {
        // Said by the first page, which is asked more often.
      }
      if (!ending.signal.aborted) timer = setTimeout(() => void next(), EVERY_MILLISECONDS);
    };
    void next();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [wanted, all]);
  return all;
}

async function everyPage(ending: AbortSignal): Promise<readonly ServiceSummary[]> {
  const found = new Map<string, ServiceSummary>();
  for (let offset: number | null = 0; offset !== null;) {
    const path: string = `/api/v1/services?limit=${PAGE}&offset=${offset}`;
    const { services, page }: ServicesAnswer = await ask<ServicesAnswer>(path, ending);
    // The order may change between two pages: nobody is there twice.
    for (const one of services) found.set(one.id, one);
    offset = page.next;
  }
  return [...found.values()];
}
