// What an agent has let others see as kept, and whether its history holds it.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { DescryEvent } from "../../src/model/events.ts";
import { HistoryReader } from "../../src/store/history/reader.ts";

const SECOND = 1000;
const MEASURE = "open-files";
const ANY = { from: null, to: null, types: null, service: null, rule: null, fingerprint: null, before: null };
/** Of one life there are some ten. */
const MOST_EVENTS = 5000;

/** What /api/v1/series answers, as far as it is used here. */
interface SeriesAnswer {
  readonly from: string;
  readonly stepSeconds: number;
  readonly series: readonly { readonly measure: string; readonly values: readonly (number | null)[] }[];
}

/** How the history is, of which this was said. */
export interface Held {
  /** Why it is not sound; null: it is. */
  readonly fault: string | null;
  /** Seconds of the series that were shown and are not there, or are there with another figure. */
  readonly lostTicks: number;
  readonly lostEvents: number;
}

/**
 * A second counts as kept when the API has shown its figure out of the history, an event when the stream has sent it, which
 * is after it was written.
 */
export class Heard {
  readonly #since: number;
  /** By the beginning of a second; null: one that was not over yet, whose figure may still have changed. */
  readonly #ticks = new Map<number, number | null>();
  readonly #events = new Set<string>();

  /** Unix milliseconds. */
  constructor(since: number) {
    this.#since = Math.floor(since / SECOND) * SECOND;
  }

  get ticks(): number {
    return this.#ticks.size;
  }

  /** The latest second that was shown, Unix milliseconds; 0: none was. */
  get newest(): number {
    return Math.max(0, ...this.#ticks.keys());
  }

  get events(): number {
    return this.#events.size;
  }

  /** The path of what `series` takes. `since`: Unix milliseconds. */
  static pathOf(since: number): string {
    const query = { measure: MEASURE, step: "1", from: new Date(since).toISOString() };
    return `/api/v1/series?${String(new URLSearchParams(query))}`;
  }

  series({ from, stepSeconds, series }: SeriesAnswer): void {
    const values = series.find(({ measure }) => measure === MEASURE)?.values;
    if (values === undefined) return;
    if (stepSeconds !== 1)
      throw new Error(`a step of ${stepSeconds} s was answered, one of 1 s was asked for`);
    const [first, last] = [values.findIndex(isKnown), values.findLastIndex(isKnown)];
    for (const [at, value] of values.entries()) {
      if (value === null) continue;
      // In the first second the life before may have ended, in the last one another look may follow.
      const settled = at > first && at < last;
      const second = Date.parse(from) + at * SECOND;
      if (settled || !this.#ticks.has(second)) this.#ticks.set(second, settled ? value : null);
    }
  }

  event(event: DescryEvent): void {
    const key = keyOf(event);
    if (key !== null) this.#events.add(key);
  }

  /** Looks at a copy of the folder, so that the next agent opens what the kill has left. */
  heldIn(folder: string): Held {
    const aside = readdirSync(folder).filter((name) => name.includes("set-aside"));
    if (aside.length > 0) return this.#nothing(`${aside.join(", ")} was set aside`);
    if (!existsSync(join(folder, "history.db"))) {
      return this.#ticks.size + this.#events.size === 0
        ? { fault: null, lostTicks: 0, lostEvents: 0 }
        : this.#nothing("there is no history");
    }
    const copy = `${folder}-copy`;
    mkdirSync(copy);
    try {
      cpSync(folder, copy, { recursive: true });
      return this.#heldInCopy(copy);
    } catch (error) {
      return this.#nothing(error instanceof Error ? error.message : String(error));
    } finally {
      rmSync(copy, { recursive: true });
    }
  }

  #heldInCopy(folder: string): Held {
    const reader = new HistoryReader(folder);
    try {
      return {
        fault: faultIn(folder),
        lostTicks: this.#lostTicks(reader),
        lostEvents: this.#lostEvents(reader),
      };
    } finally {
      reader.close();
    }
  }

  #lostTicks(reader: HistoryReader): number {
    if (this.#ticks.size === 0) return 0;
    const name = { service: null, measure: MEASURE, label: null } as const;
    const { from, values, step } = reader.range(name, this.#since, Date.now() + SECOND, SECOND);
    if (step !== SECOND) throw new Error(`only every ${step} ms are there`);
    return [...this.#ticks].filter(([second, shown]) => {
      const kept = values[(second - from) / SECOND] ?? null;
      return kept === null || (shown !== null && kept !== shown);
    }).length;
  }

  #lostEvents(reader: HistoryReader): number {
    if (this.#events.size === 0) return 0;
    const kept = new Set(reader.events({ ...ANY, limit: MOST_EVENTS }).map(({ event }) => keyOf(event)));
    return [...this.#events].filter((key) => !kept.has(key)).length;
  }

  #nothing(fault: string): Held {
    return { fault, lostTicks: this.#ticks.size, lostEvents: this.#events.size };
  }
}

function isKnown(value: number | null): boolean {
  return value !== null;
}

/** null: a gap or a sum, which the agent says of itself and does not keep. */
function keyOf(event: DescryEvent): string | null {
  if (event.type !== "verdict" && event.type !== "forecast") return null;
  return [event.type, event.at, event.id, event.standing, event.summary].join(" ");
}

function faultIn(folder: string): string | null {
  const database = new DatabaseSync(join(folder, "history.db"));
  try {
    // A process that was killed while it made the file leaves an empty one, which is taken as new.
    const verdict = database.prepare("PRAGMA integrity_check").get()?.["integrity_check"];
    return verdict === "ok" ? null : String(verdict);
  } finally {
    database.close();
  }
}
