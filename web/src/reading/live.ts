import { signal } from "@preact/signals";
import type { ListedForecast, ListedVerdict } from "../../../src/server/api.ts";

const KEPT = 50;
const LEAST_WAIT = 1000;
const MOST_WAIT = 30_000;

/** Whether the stream of events is there: "connecting" before the first time, "lost" while it is tried again. */
export const connection = signal<"connecting" | "open" | "lost">("connecting");
/** The last that was told while this page was open, newest first. */
export const told = signal<readonly (ListedVerdict | ListedForecast)[]>([]);
/** Counts what was told: whoever shows what it may have changed asks again. */
export const changes = signal(0);

let source: EventSource | null = null;
let wait = LEAST_WAIT;

/** Opens the stream, and again whenever it breaks: browsers give up for good after some answers. */
export function listen(): void {
  source?.close();
  source = new EventSource("/api/v1/events");
  source.addEventListener("hello", () => {
    const wasLost = connection.value === "lost";
    connection.value = "open";
    wait = LEAST_WAIT;
    if (wasLost) changes.value++;
  });
  for (const type of ["verdict", "forecast"]) source.addEventListener(type, take);
  source.addEventListener("missed", () => changes.value++);
  source.addEventListener("error", () => {
    connection.value = "lost";
    source?.close();
    setTimeout(listen, wait);
    wait = Math.min(MOST_WAIT, wait * 2);
  });
}

function take(event: MessageEvent<string>): void {
  const one = JSON.parse(event.data) as ListedVerdict | ListedForecast;
  told.value = [one, ...told.value].slice(0, KEPT);
  changes.value++;
}
