import type { Action, PastGrowth, PoolUsage, Subject, Survivors } from "../model/events.ts";
import type { RuleName } from "../model/kinds.ts";
import type { Rates } from "../model/snapshot.ts";
import type { LoadChange } from "../indicators/load.ts";
import type { Deviation } from "../indicators/shape.ts";

/** How a person on this host calls the program, and whether commands need sudo. */
export interface Invocation {
  readonly program: string;
  readonly sudo: boolean;
  /** It reads this host as root now: what is closed to it more rights do not open. */
  readonly asRoot?: boolean;
}

/** What rises together with the subject of a case, in the same service: so many of it for each of the subject. */
export interface Companion {
  readonly subject: Subject;
  readonly each: number;
  readonly netPerMinute: number;
}

/** A limit that several processes share: what is counted, how much of it is used, and whose it is. */
export interface SharedLimit {
  readonly of: "open files" | "inotify instances" | "inotify watches";
  readonly used: number;
  readonly most: number;
  /** The user whose limit it is; null: the host's. */
  readonly uid: number | null;
}

/** What could be seen of a process whose descriptors may not be listed. */
export interface PartialSight {
  /** Sockets of its user, in tables, that belong to no process that was listed, and those of them that the subject names. */
  readonly unlisted: number;
  readonly matching: number;
}

/** Everything that the words of a verdict are made from. */
export interface Case {
  /** The clock of the tick, Unix milliseconds. */
  readonly at: number;
  readonly rule: RuleName;
  readonly service: string;
  readonly pid: number;
  readonly command: string;
  readonly subject: Subject;
  /** Held by a descriptor and without one of its own, as files that are registered with an io_uring. */
  readonly inside: boolean;
  /** Open descriptors of the process, its limits, and how many of the subject are open in the service. */
  readonly open: number;
  readonly limit: number | null;
  readonly hardLimit: number | null;
  readonly subjectOpen: number;
  /** Descriptors with a number below the limit leave this many free; null when the limit is not known. */
  readonly headroom: number | null;
  readonly rates: Rates;
  /** Others connect there as well, and of what was closed there between two looks nobody knows whose it was. */
  readonly sharesPassed: boolean;
  readonly survivors: Survivors | null;
  /** Unix milliseconds; null when not known. */
  readonly since: number | null;
  readonly exhaustedAt: { readonly p05: number; readonly p50: number; readonly p95: number } | null;
  /** How the load of the service went since the rise began, `since` in Unix milliseconds; null: not known. */
  readonly load: LoadChange | null;
  /** How the service departs from its own shape; null: it does not, or it is not known. */
  readonly deviation: Deviation | null;
  /** It is the leak of this process alone, of so many that hold any of it; null: of all, or it is not known whose. */
  readonly among: number | null;
  /** How long the processes of the service live before they are replaced; null: they are not. */
  readonly replacedSeconds: number | null;
  readonly timeWait: number | null;
  /** It stands in another network namespace than most processes, where a plain ss would not see its sockets. */
  readonly otherNetwork: boolean;
  /** The service on this host at the other end. */
  readonly otherEnd: string | null;
  /** What rises with it; the one that leads is told first, and what is to be done stands there. */
  readonly companions: readonly Companion[];
  readonly leader: Companion | null;
  /** The limit that it is about when that is not the process's own. */
  readonly shared: SharedLimit | null;
  /** What the idle times tell of the time before the watch; null: nothing, or it was not asked for. */
  readonly past: PastGrowth | null;
  /** Null where it is not about connections beside a pool. */
  readonly pool: PoolUsage | null;
  /** Null where the process was listed. */
  readonly partial: PartialSight | null;
  readonly invocation: Invocation;
}

/** What a case says where nobody found more: it stands alone, on a process that was listed, in the host's own network. */
export const PLAIN_CASE = {
  inside: false,
  sharesPassed: false,
  survivors: null,
  since: null,
  exhaustedAt: null,
  load: null,
  deviation: null,
  among: null,
  replacedSeconds: null,
  timeWait: null,
  otherNetwork: false,
  otherEnd: null,
  companions: [],
  leader: null,
  shared: null,
  past: null,
  pool: null,
  partial: null,
} as const satisfies Partial<Case>;

/** What a rule tells people: what is wrong, and what to do. */
export interface Advice {
  /** "leaks connections to MySQL at 127.0.0.1:3306": follows the service's name. */
  headline(of: Case): string;
  /** What the kernel's facts mean here, in a sentence or two: the cause, called likely where it is. */
  cause(of: Case): string;
  /** What buys time; by default to raise the process's own limit. */
  now?(of: Case): Action;
  fix(of: Case): Action;
  confirm(of: Case): Action;
}
