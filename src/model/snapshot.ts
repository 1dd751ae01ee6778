import type { Shape } from "./baselines.ts";
import type {
  Coverage,
  ForecastEvent,
  PastGrowth,
  Runway,
  Survivors,
  Subject,
  VerdictEvent,
} from "./events.ts";
import type { Direction } from "./socket-facts.ts";

/** Rates per minute over the window; null while the window is too short or broken by a restart or a gap. */
export interface Rates {
  readonly windowSeconds: number;
  readonly bornPerMinute: number | null;
  readonly diedPerMinute: number | null;
  readonly netPerMinute: number | null;
}

/** How old descriptors are now: `open` of them between `fromSeconds` and `toSeconds`, null: no upper end. */
export interface AgeRung {
  readonly fromSeconds: number;
  readonly toSeconds: number | null;
  readonly open: number;
}

/** One line of "what it holds". */
export interface Holding {
  readonly subject: Subject;
  readonly open: number;
  /** Distinct kernel objects among them: a socket shared by forked workers counts once. */
  readonly objects: number;
  readonly rates: Rates;
  readonly ages: readonly AgeRung[];
  /** Opened before descry first looked: their age is not known, only that it is at least the time watched. */
  readonly openedBeforeWatch: number;
  readonly survivors: Survivors | null;
  readonly standing: "suspect" | "confirmed" | null;
  /** TCP: for how long the least and the most idle of them have carried no data; null: not known. */
  readonly unusedSeconds: { readonly least: number; readonly most: number } | null;
  readonly past: PastGrowth | null;
  /** The service on this host that holds the other end; null when none does, or it was not looked up. */
  readonly otherEnd: string | null;
}

export interface ProcessView {
  readonly pid: number;
  readonly startTicks: number;
  readonly startedAt: string | null;
  readonly command: string;
  readonly open: number;
  readonly softLimit: number | null;
  readonly hardLimit: number | null;
  readonly headroom: number | null;
  /** Where the limit comes from, in words: "LimitNOFILE of x.service", "inherited from bash (pid 3)" ... */
  readonly limitFrom: string | null;
  /** False when its descriptors may not be listed. */
  readonly readable: boolean;
}

/** How a service uses descriptors when all is well. */
export interface ServiceShape {
  readonly shape: Shape;
  /** The user said so; else it was learned. */
  readonly declared: boolean;
  /** Cyclic: seconds from one lowest point to the next; null: not known. */
  readonly cycleSeconds: number | null;
}

/** How the load of a service went: requests a minute, by the connections it accepts and the exchanges on those it keeps. */
export interface LoadTrend {
  readonly trend: "steady" | "rose" | "fell";
  readonly fromPerMinute: number;
  readonly perMinute: number;
  /** RFC 3339 UTC: since when it is known to be steady, or when it changed. */
  readonly since: string;
}

/** Null where too little is known. */
export interface ServiceLoad {
  readonly perMinute: number;
  readonly change: LoadTrend | null;
}

export interface ServiceView {
  readonly service: string;
  /** Most at risk first. */
  readonly processes: readonly ProcessView[];
  /** Open descriptors of all its processes. */
  readonly open: number;
  readonly rates: Rates;
  /** Open descriptors over the last ten minutes, oldest first, one figure per bin; null where not watched. */
  readonly history: readonly (number | null)[];
  /** The smallest runway over its processes; null when nothing runs out. */
  readonly runway: Runway | null;
  readonly holdings: readonly Holding[];
  readonly verdicts: readonly VerdictEvent[];
  readonly forecasts: readonly ForecastEvent[];
  readonly shape: ServiceShape;
  /** Null: nothing comes in, or it is not known how much. */
  readonly load: ServiceLoad | null;
  /** Services whose leak this service is the other end of. */
  readonly otherEndOf: readonly string[];
  /** Whose it is, as the user declared it; null: nobody is named. */
  readonly owner: string | null;
}

/** TIME_WAIT rows towards one address: ports, not files. Inbound: this host's server closed first. */
export interface TimeWaitView {
  /** Outbound the remote "address:port", inbound the listening one. */
  readonly address: string;
  readonly direction: Direction;
  readonly count: number;
  /** Whose connections they were, as far as it is known, most first; of the rest it is not. */
  readonly services: readonly { readonly service: string; readonly count: number }[];
  readonly unattributed: number;
}

/** Local ports taken from one source address towards one destination. */
export interface PortsView {
  readonly source: string;
  readonly peer: string;
  readonly product: string | null;
  /** Ports that connect(2) cannot choose now, of so many that it may choose. */
  readonly used: number;
  readonly range: number;
  readonly live: number;
  readonly timeWait: number;
  /** Ports in TIME_WAIT may be used again before their minute is over (tcp_tw_reuse). */
  readonly reusable: boolean;
  /** Service about which `port-exhaustion` stands here; null: nothing does. */
  readonly service: string | null;
  readonly runway: Runway;
}

/** What the whole program knows at one tick; immutable. Screens, metrics and the web are drawn from it alone. */
export interface Snapshot {
  /** RFC 3339 UTC */
  readonly at: string;
  readonly host: string;
  readonly watchedSeconds: number;
  /** Most at risk first. */
  readonly services: readonly ServiceView[];
  readonly openFiles: number | null;
  readonly fileMax: number | null;
  /** TIME_WAIT rows of all namespaces read; null before any table was read. */
  readonly timeWait: number | null;
  /** The same by address, most first. */
  readonly timeWaitBy: readonly TimeWaitView[];
  /** Local ports per source and destination, of destinations with 1 % of the range and more; the fullest first. */
  readonly ports: readonly PortsView[];
  readonly coverage: Coverage;
}
