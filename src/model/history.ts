import type { DescriptorKind } from "./kinds.ts";
import type { DescryEvent } from "./events.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * What is recorded of each service, with what its label is:
 * - `open-descriptors`: of all its processes; by kind, null for all kinds
 * - `born-total`, `closed-total`: since the agent began, or since the service came back after ten minutes or more; the
 *   increase between two points is what counts, and one that is smaller than the one before began again at 0; by kind
 * - `descriptor-limit`, `headroom`: of the process that may open the fewest more; no label
 * - `runway-seconds`: time left at 50 %; by resource
 * - `connections`: TCP connections; by peer, "other" for the rest
 * - `ages`: open descriptors; by age, as the seconds at which a rung of the ladder begins ("0", "20", "40", "80" ...), and
 *   "unknown" for those that were open before the watch. Of services of which anything was opened since, or stands; a
 *   rung that is unknown where "unknown" is known is empty
 */
export const SERVICE_MEASURES = [
  "open-descriptors",
  "born-total",
  "closed-total",
  "descriptor-limit",
  "headroom",
  "runway-seconds",
  "connections",
  "ages",
] as const;

/**
 * What is recorded of the host, with what its label is:
 * - `open-files`, `file-max`, `time-wait`, `processes`: no label
 * - `coverage-ratio`: processes whose descriptors were listed, 0 to 1; no label
 * - `tcp-coverage-ratio`: TCP connections opened on the host that were seen here, 0 to 1; no label
 * - `unrecorded-services`: services that were one too many for the history; no label
 * - `stage-milliseconds`: what a tick of the agent cost; by stage
 * - `cpu-seconds`, `resident-bytes`: of the agent itself; no label
 */
export const HOST_MEASURES = [
  "open-files",
  "file-max",
  "time-wait",
  "processes",
  "coverage-ratio",
  "tcp-coverage-ratio",
  "unrecorded-services",
  "stage-milliseconds",
  "cpu-seconds",
  "resident-bytes",
] as const;

export type ServiceMeasure = (typeof SERVICE_MEASURES)[number];
export type HostMeasure = (typeof HOST_MEASURES)[number];
export type Measure = ServiceMeasure | HostMeasure;

/** One line of a chart. */
export interface SeriesName {
  /** null: the host. */
  readonly service: string | null;
  readonly measure: Measure;
  /** What it is one part of: a kind, a peer, a resource, a stage; null: nothing, it is the whole. */
  readonly label: string | null;
}

/**
 * What a service opened and closed of one kind since that was last handed over. Increments, not running counts: the
 * ledger forgets accounts that are quiet for long and begins them again at zero, and nothing has to be matched here.
 * Born: opened while watched, also what was closed again between two looks. Closed: given back by a living process. A
 * connection that changes its state, peer or class is neither.
 */
export interface HistoryTurnover {
  readonly service: string;
  readonly kind: DescriptorKind;
  readonly born: number;
  readonly closed: number;
}

/** What one part of the work of a tick took. The names are the program's own, and few. */
export interface StageCost {
  readonly stage: string;
  readonly milliseconds: number;
}

/** What the program itself takes. */
export interface OwnCost {
  /** Of this tick. */
  readonly stages: readonly StageCost[];
  /** Processor time since it began. */
  readonly cpuSeconds: number | null;
  readonly residentBytes: number | null;
}

/** What the history is given of a tick. */
export interface HistoryTick {
  readonly snapshot: Snapshot;
  readonly events: readonly DescryEvent[];
  /** null: not known. What is not named opened and closed nothing. */
  readonly turnover: readonly HistoryTurnover[] | null;
  readonly cost: OwnCost | null;
}

/** How long what is kept. Time counts while it is watched, so no wrong clock throws anything away. */
export interface HistoryOptions {
  /** Every tick, milliseconds. */
  readonly keepTicks: number;
  /** One point a minute, milliseconds. */
  readonly keepMinutes: number;
  /** One point an hour, milliseconds. */
  readonly keepHours: number;
  /** Events are kept until they take so many bytes; then the oldest go. */
  readonly eventBytes: number;
  /** Peers of a service with a series of their own; the others are one. */
  readonly topPeers: number;
  /** Services with series, those most at risk first. */
  readonly mostServices: number;
}

const HOUR = 3_600_000;

export const HISTORY_OPTIONS: HistoryOptions = {
  keepTicks: 24 * HOUR,
  keepMinutes: 30 * 24 * HOUR,
  keepHours: 365 * 24 * HOUR,
  eventBytes: 64 * 1024 * 1024,
  topPeers: 8,
  mostServices: 500,
};

/** Something about the history that a person should know: the watch goes on, and the agent tells it as a gap. */
export interface HistoryNotice {
  readonly what: string;
  readonly why: "denied" | "malformed" | "newer" | "unwritable" | "locked" | "clock";
  readonly mend: string;
}

/** What became of a tick. */
export interface HistoryKept {
  /** Ticks that are not on disk yet: it is full, or another process writes. 0: all are. */
  readonly waiting: number;
  /** Ticks that were given up since the history was opened, because too many were waiting. */
  readonly lost: number;
  /** The file is of a newer version, so that nothing is kept in this run. */
  readonly leftAlone: boolean;
  readonly notices: readonly HistoryNotice[];
}

/** A series over time, in buckets of equal width from `from` on. */
export interface HistoryRange {
  readonly series: SeriesName;
  /** Unix milliseconds at which the first bucket begins and the last one ends; multiples of the step. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds; wider than asked for where nothing finer is kept, or there would be too many. */
  readonly step: number;
  /** The last figure in each bucket; null: nothing is known of that time. */
  readonly values: readonly (number | null)[];
  /** The smallest and the largest figure in each bucket. Of totals the same as `values` from minutes on. */
  readonly least: readonly (number | null)[];
  readonly most: readonly (number | null)[];
}

/** An event as it was told. */
export interface HistoryEvent {
  /** Its place in the history, the same for ever; rises with each event. */
  readonly number: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly event: DescryEvent;
}

/** Which series, and of what time. */
export interface HistoryQuery {
  /** null: the host. */
  readonly service: string | null;
  /** Left out: all. */
  readonly measures?: readonly Measure[];
  /** Unix milliseconds, `from` before `to`. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds. */
  readonly step: number;
}

/** Which events; what is null does not matter. */
export interface HistoryEventQuery {
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
