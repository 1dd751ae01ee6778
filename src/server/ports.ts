/**
 * What the server asks of the agent. Everything here is called on the thread that serves, may throw a DescryError (the
 * answer is then 503 with its mend), and must not wait for the thread that reads the kernel.
 */
import type { DescryEvent, ForecastEvent, VerdictEvent } from "../model/events.ts";
import type { RuleName } from "../model/kinds.ts";
import type { Snapshot } from "../model/snapshot.ts";

export interface Desk {
  readonly host: string;
  /** The newest; null before the first tick. Each tick's is another object, which nobody changes any more. */
  snapshot(): Snapshot | null;
  /** Everything that stands now, most at risk first; also what is no service's, which a snapshot does not hold. */
  standing(): readonly (VerdictEvent | ForecastEvent)[];
  /** Null: no history is kept. */
  readonly history: HistoryPort | null;
  /** Calls back with every event as it happens, until the function that it returns is called. */
  subscribe(listener: (event: DescryEvent) => void): () => void;
  /** Prometheus' text format, version 0.0.4. */
  metrics(): string | Promise<string>;
  readiness(): Readiness;
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

export interface HistoryPort {
  /** Names of all services of which anything is kept, those that are gone included. */
  services(): readonly string[] | Promise<readonly string[]>;
  series(ask: SeriesAsk): SeriesRange | Promise<SeriesRange>;
  /** Newest first, at most `limit`. */
  verdicts(ask: VerdictsAsk): readonly StoredVerdict[] | Promise<readonly StoredVerdict[]>;
}

export interface SeriesAsk {
  /** Null: the series of the host itself. */
  readonly service: string | null;
  /** Unix milliseconds; from < to. */
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

export interface SeriesRange {
  /** Unix milliseconds of the first point; point k is for `from + k * stepSeconds * 1000`. */
  readonly from: number;
  /** What was asked, or more when nothing finer is kept that far back. */
  readonly stepSeconds: number;
  readonly series: readonly Series[];
}

export interface Series {
  /** "open", "born", "died", "connections", "limit", "runway" ...; the unit is last in a name that needs one. */
  readonly name: string;
  /** What tells series of one name apart: { kind: "tcp" }, { peer: "10.0.0.1:5432" }. */
  readonly labels: Readonly<Record<string, string>>;
  /** Null: unknown, never 0. */
  readonly points: readonly (number | null)[];
}

export interface VerdictsAsk {
  /** Unix milliseconds; null: no bound. */
  readonly from: number | null;
  readonly to: number | null;
  readonly service: string | null;
  readonly rule: RuleName | null;
  readonly fingerprint: string | null;
  /** Go on after this one; null: from the newest. Any text: a reader may have made it up. */
  readonly after: string | null;
  readonly limit: number;
}

export interface StoredVerdict {
  /** Its place in the history, 1 to 64 of A-Z, a-z, 0-9, "-" and "_"; the same for ever. */
  readonly cursor: string;
  readonly event: VerdictEvent | ForecastEvent;
}
