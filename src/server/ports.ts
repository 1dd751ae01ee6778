/**
 * What the server asks of the agent. Everything here is called on the thread that serves, may throw a DescryError (the
 * answer is then 503 with its mend), and must not wait for the thread that reads the kernel, `listing`
 * alone excepted.
 */
import type { KeptSilence, ListedAlert, Silence, SilenceOrder } from "../model/alert.ts";
import type { DescryEvent, ForecastEvent, VerdictEvent } from "../model/events.ts";
import type { ListingAnswer } from "../model/open-descriptor.ts";
import type { RunningAgent } from "../model/running-agent.ts";
import type { Snapshot } from "../model/snapshot.ts";

export interface Desk {
  readonly host: string;
  /** Who answers: commands on the same host attach to it, and to no other. */
  readonly agent: RunningAgent;
  /** The newest; null before the first tick. Each tick's is another object, which nobody changes any more. */
  snapshot(): Snapshot | null;
  /** Everything that stands now, most at risk first; also what is no service's, which a snapshot does not hold. */
  standing(): readonly (VerdictEvent | ForecastEvent)[];
  /** Those that live now, held back or not, the most urgent first. */
  alerts(): readonly ListedAlert[];
  readonly silences: SilencePort;
  /** Null: no history is kept. */
  readonly history: HistoryPort | null;
  /** Calls back with every event as it happens, until the function that it returns is called. */
  subscribe(listener: (event: DescryEvent) => void): () => void;
  /** Prometheus' text format, version 0.0.4. */
  metrics(): string | Promise<string>;
  readiness(): Readiness;
  /** What a process has open now. The only answer that waits for the thread that reads the kernel, and not for long. */
  listing(pid: number): Promise<ListingAnswer>;
}

/** The only part of the agent that a request may change. */
export interface SilencePort {
  /** Those that hold first; those that have ended are listed for a while. */
  list(): readonly Silence[];
  /** Null: there are so many that no other is taken. */
  add(order: SilenceOrder): KeptSilence | null;
  /** Ends it now; one that has ended stays as it is. Null: there is none. */
  end(id: string): KeptSilence | null;
}

/** Ready: the host is being read and what is found is told. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly ReadinessCheck[];
}

export interface ReadinessCheck {
  /** "kernel", "history", "channel ops" ... */
  readonly name: string;
  readonly ok: boolean;
  /** In words for a person. */
  readonly says: string;
  /** What to do; "" when nothing is to be done. */
  readonly mend: string;
}

/** The history, as its reader in src/store/ has it. */
export interface HistoryPort {
  /** Names of all services of which anything is kept, those that are gone included. */
  services(): readonly string[] | Promise<readonly string[]>;
  /** All with the same buckets; those of which nothing is known in that time may be left out. */
  ranges(query: RangesQuery): readonly SeriesRange[] | Promise<readonly SeriesRange[]>;
  /** Newest first. */
  events(query: EventsQuery): readonly StoredEvent[] | Promise<readonly StoredEvent[]>;
}

export interface RangesQuery {
  /** Null: the host. */
  readonly service: string | null;
  /** Left out: all. Names that there are not are no fault. */
  readonly measures?: readonly string[];
  /** Unix milliseconds, `from` before `to`. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds. */
  readonly step: number;
}

/** One series in buckets of equal width; null: nothing is known of that time. */
export interface SeriesRange {
  readonly series: {
    readonly measure: string;
    /** What it is one part of: a kind, a peer, a resource, a stage, a rung of ages; null: the whole. */
    readonly label: string | null;
  };
  /** Unix milliseconds at which the first bucket begins and the last one ends. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds; wider than asked for where nothing finer is kept. */
  readonly step: number;
  /** The last, the smallest and the largest figure in each bucket. */
  readonly values: readonly (number | null)[];
  readonly least: readonly (number | null)[];
  readonly most: readonly (number | null)[];
}

/** What is null does not matter. */
export interface EventsQuery {
  /** Unix milliseconds, both included. */
  readonly from: number | null;
  readonly to: number | null;
  readonly types: readonly DescryEvent["type"][] | null;
  readonly service: string | null;
  readonly rule: string | null;
  readonly fingerprint: string | null;
  /** Only events with a smaller number. */
  readonly before: number | null;
  readonly limit: number;
}

export interface StoredEvent {
  /** Its place in the history, the same for ever; rises with each event. */
  readonly number: number;
  readonly event: DescryEvent;
}
