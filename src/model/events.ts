import type { Direction, TcpState } from "./socket-facts.ts";
import type { DescriptorKind, RuleName } from "./kinds.ts";

/** What the program says of a class: a suspicion, a proof, or that it withdraws what it said. */
export type Standing = "suspect" | "confirmed" | "cleared";

/** What is not given back. Fields that do not apply to the kind, or are not known, are null. */
export interface Subject {
  readonly kind: DescriptorKind;
  readonly direction: Direction | null;
  /** Outbound: the remote "address:port". Inbound: the listening "address:port". Several peers: "*:port". */
  readonly peer: string | null;
  /** Likely product behind the peer, by its port or by the program that listens on this host. */
  readonly product: string | null;
  readonly state: TcpState | null;
  /** Files: the path, or the common folder. Unix sockets: the path. */
  readonly path: string | null;
}

/** When a resource runs out, at 5, 50 and 95 % probability, RFC 3339 UTC; null: not within the horizon or not known. */
export interface Runway {
  readonly resource: "nofile" | "file-max" | "ports" | "inotify";
  /** How many more can be opened. */
  readonly headroom: number;
  readonly exhaustedAt: {
    readonly p05: string | null;
    readonly p50: string | null;
    readonly p95: string | null;
  } | null;
}

export interface Survivors {
  readonly olderThanSeconds: number;
  /** How many passed that age while watched. */
  readonly count: number;
  /** How many of those older than that age were closed while watched. */
  readonly departed: number;
  readonly baselineSurvival: number | null;
  /** Share of those opened that passed the age, 0 to 1; null when nothing that old could be seen yet. */
  readonly survival: number | null;
}

export type ActionMoment = "now" | "before-restart" | "fix" | "confirm";

/** Something a person can do. `command` runs as pasted; descry never runs it. */
export interface Action {
  readonly when: ActionMoment;
  readonly text: string;
  readonly command: string | null;
  readonly caution: string | null;
}

interface EventHead {
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly host: string;
}

/** A process as events name it. */
export interface NamedProcess {
  readonly pid: number;
  readonly startTicks: number;
  readonly command: string;
}

interface ServiceHead extends EventHead {
  readonly id: string;
  /** Hash of service, rule and subject, without host, pid or container id: the same leak on forty hosts groups. */
  readonly fingerprint: string;
  /** Soft limit of open files of the process that is named. */
  readonly limit: number | null;
  readonly runway: Runway | null;
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly actions: readonly Action[];
  /** Identifies verdicts that have one cause. */
  readonly story: string;
  readonly processes: readonly { readonly pid: number; readonly open: number }[];
  /** Without rights to list descriptors: from counts and socket tables alone, suspect at most. */
  readonly partial: boolean;
}

/** How many a minute were left open before anybody watched, read from the idle times of one dump. */
export interface PastGrowth {
  /** RFC 3339 UTC of the first and the last bin's outer edges. */
  readonly from: string;
  readonly to: string;
  /** RFC 3339 UTC of when watching began: of what was left open since then it says nothing. */
  readonly watchedFrom: string;
  readonly binSeconds: number;
  /** Connections last used in each bin and still open, oldest first. */
  readonly bins: readonly number[];
  /** Left open in that time, and how many a minute while it went on. */
  readonly left: number;
  readonly perMinute: number;
}

/** A pool of connections from a service to one peer, and what is opened beside it. Unknown figures are null. */
export interface PoolUsage {
  /** Connections that it should need: declared, or the usual number of those that are used again and again. */
  readonly expected: number | null;
  readonly expectedBy: "declared" | "learned" | null;
  /** Open to that peer now, and those of them that are used again and again. */
  readonly open: number;
  readonly reused: number;
  /** Opened a minute, those that were opened and closed between two looks included. */
  readonly bornPerMinute: number | null;
  /** Over those that were closed soon: requests answered, as a mean. */
  readonly exchangesPerConnection: number | null;
  /** Share of those opened, 0 to 1, while three or more of the pool's connections stood idle. */
  readonly bornWhileIdleShare: number | null;
  /** Half of those that were closed within a minute lived shorter than this. */
  readonly lifetimeSeconds: number | null;
}

export interface VerdictEvent extends ServiceHead {
  readonly type: "verdict";
  /** Whose it is, the process that has most of it, and its open descriptors; null: nobody can tell who takes the ports. */
  readonly service: string | null;
  readonly process: NamedProcess | null;
  readonly open: number | null;
  readonly standing: Standing;
  readonly rule: RuleName;
  readonly subject: Subject;
  readonly bornPerMinute: number | null;
  readonly diedPerMinute: number | null;
  readonly netPerMinute: number | null;
  /** When the accumulation began, as far as it was watched; null when not known. */
  readonly since: string | null;
  readonly survivors: Survivors | null;
  /** How many of the subject are open now, in all processes of the service. */
  readonly subjectOpen: number;
  readonly alsoAffected: readonly { readonly service: string; readonly as: string }[];
  /** Other kinds of the same service that rise with it, one for one or nearly: one cause. */
  readonly alsoRising: readonly { readonly kind: DescriptorKind; readonly netPerMinute: number }[];
  /** What the first look reads of the time before; null when there is nothing to read. */
  readonly past: PastGrowth | null;
  /** `pool-bypass`, and leaks of connections to a peer that the service has a pool for; null otherwise. */
  readonly pool: PoolUsage | null;
  /** Why it was cleared, or told again with the same standing; null otherwise. */
  readonly reason: string | null;
}

/** The descriptors will run out, whatever the cause. */
export interface ForecastEvent extends ServiceHead {
  readonly type: "forecast";
  readonly service: string;
  readonly process: NamedProcess;
  readonly open: number;
  readonly standing: Standing;
  readonly netPerMinute: number | null;
  readonly reason: string | null;
}

export interface GapEvent extends EventHead {
  readonly type: "gap";
  readonly what: string;
  readonly why: string;
  readonly mend: string;
  /** How many processes it concerns; null for the host. */
  readonly processes: number | null;
}

export interface SummaryEvent extends EventHead {
  readonly type: "summary";
  readonly verdicts: number;
  /** Verdicts that have one cause are one story. */
  readonly stories: number;
  readonly forecasts: number;
  readonly watchedProcesses: number;
  readonly coverage: Coverage;
}

/** How much of the host could be read. */
export interface Coverage {
  readonly processes: number;
  readonly listed: number;
  readonly denied: number;
  readonly watchedSeconds: number;
  /**
   * TCP connections opened on the host since the watch began, by the kernel's own counters (ActiveOpens, PassiveOpens),
   * and how many of them were seen here; null: not known.
   */
  readonly tcpOpened: number | null;
  readonly tcpSeen: number | null;
  /** Of those seen, the ones closed between two looks of which it is not known whose they were. */
  readonly tcpUnattributed: number | null;
}

export type DescryEvent = VerdictEvent | ForecastEvent | GapEvent | SummaryEvent;
