/**
 * What Linux said, and nothing that anybody concluded from it.
 *
 * One tick of the program is one `Facts`: a clock and a list of facts. The live kernel and a recording are two
 * sources of the same thing, and everything that judges works on facts alone, so that a replay cannot differ from
 * what was seen live. Facts are deltas: a process, a descriptor or a socket that has not changed since the last
 * tick is not said again.
 */
import type { ClosingsFact, RestingFact } from "./closings.ts";
import type { ClosedFirstFact, NetworkFact, PortsFact } from "./port-facts.ts";
import type {
  CountersFact,
  SocketFact,
  SocketGoneFact,
  SocketProtocolFact,
  TablesFact,
  TimeWaitFact,
  UseFact,
} from "./socket-facts.ts";

/** Which process, for as long as the host stays up: a pid alone is given out again. Man page: proc_pid_stat(5). */
export interface ProcessId {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks after boot at which the process started. */
  readonly startTicks: number;
}

/** Why something could not be read. `exited` is normal life; the rest is told once to the user. */
export type GapReason = "exited" | "denied" | "unsupported" | "malformed" | "overflow";

/** The host, said on the first tick and again when one of the figures changes. */
export interface HostFact {
  readonly fact: "host";
  readonly host: string;
  /** /proc/sys/kernel/random/boot_id */
  readonly bootId: string;
  readonly kernel: string;
  /** Unix milliseconds at which the host booted: dates a process from its startTicks. */
  readonly bootedAt: number;
  /** First and third figure of /proc/sys/fs/file-nr: open files of the host, and the most it will open. */
  readonly openFiles: number | null;
  readonly fileMax: number | null;
  /** Most inotify instances and watches of one user, /proc/sys/fs/inotify/max_user_*; absent: could not be read. */
  readonly inotify?: { readonly instances: number; readonly watches: number };
}

/** How facts carry a limit that is not set. */
export const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** A process that was not there before, or whose command, cgroup, namespace or limit changed (exec, prlimit). */
export interface ProcessFact extends ProcessId {
  readonly fact: "process";
  readonly parent: number;
  /** /proc/PID/comm */
  readonly name: string;
  /** /proc/PID/cmdline with secrets already removed; empty for a kernel thread or a zombie. */
  readonly command: readonly string[];
  /** Path of the cgroup v2 (or of the systemd v1 hierarchy), "/" at the root; null when it could not be read. */
  readonly cgroup: string | null;
  /** Real uid of the process; null when unknown. */
  readonly uid: number | null;
  /** Inode of /proc/PID/ns/net; null when it could not be read. */
  readonly netns: number | null;
  /** RLIMIT_NOFILE: the most descriptors the process may have; null when unknown; UNLIMITED when there is none. */
  readonly softLimit: number | null;
  readonly hardLimit: number | null;
  /** This is a thread with a descriptor table of its own (CLONE_FILES unshared): the process it belongs to. */
  readonly threadOf?: number;
  /** The container it runs in, as far as its cgroup and the engine's own files say; absent outside of one. */
  readonly container?: Container;
}

/** Who a container is, in names that survive a restart; null where nothing says it. Never an id or a pod's hash. */
export interface Container {
  readonly engine: "docker" | "podman" | "containerd" | "cri-o" | "kubernetes" | "lxc" | "unknown";
  readonly name: string | null;
  /** Kubernetes: the namespace, the workload ("orders" of pod orders-7d4b9c6f5d-x2x9v) and the container. */
  readonly pod: { readonly namespace: string | null; readonly workload: string | null } | null;
  readonly compose: { readonly project: string; readonly service: string } | null;
}

export interface ExitFact extends ProcessId {
  readonly fact: "exit";
}

/** The number of open descriptors of a process: st_size of /proc/PID/fd since Linux 6.2. Said when it changed. */
export interface PulseFact {
  readonly fact: "pulse";
  readonly pid: number;
  readonly open: number;
}

/** An open descriptor: its number, and what its link in /proc/PID/fd says. */
export type Opening = readonly [number: number, link: string];

/**
 * Openings in their order. An array is one kind; the other keeps them packed and makes each when it is asked for,
 * so that a hundred thousand of a first listing are never there all at once.
 */
export interface Openings extends Iterable<Opening> {
  readonly length: number;
}

/**
 * What changed among the descriptors of one process since it was last listed. A number that is given out again
 * stands in `closed` and in `opened`. A first listing has everything in `opened` and `first` set: nobody saw when
 * those were opened. A long listing comes as several of these within one tick.
 */
export interface ListingFact {
  readonly fact: "listing";
  readonly pid: number;
  readonly first: boolean;
  /** Seconds since boot at which it was listed before: what is new was opened since then. Absent: at the last tick. */
  readonly since?: number;
  readonly opened: Openings;
  readonly closed: readonly number[];
  /** Same open file, new name: a file was renamed or deleted under the descriptor. */
  readonly renamed?: readonly Opening[];
}

/** Things that a descriptor holds and that have no descriptor of their own. */
export const HELD_THINGS = ["inotify-watches", "fixed-files", "passed-descriptors"] as const;

/** How many such things one descriptor holds, by /proc/PID/fdinfo/NUMBER. Said when it changed. */
export interface HeldFact {
  readonly fact: "held";
  readonly pid: number;
  readonly number: number;
  readonly of: (typeof HELD_THINGS)[number];
  readonly count: number;
  /** Seconds since boot at which it was read before: what is new came since then. Absent: at the last tick, or never. */
  readonly since?: number;
}

/**
 * Inodes that the CPUs gave to sockets made for this at the beginning of the tick, one of each CPU, in order of the
 * CPUs. Each CPU gives inodes of sockets and pipes in order, from blocks of 1024: a foreign one is dated by these.
 */
export interface InodeClockFact {
  readonly fact: "inode-clock";
  readonly inodes: readonly number[];
}

/** Something that could not be read. Never a zero. */
export interface GapFact {
  readonly fact: "gap";
  /** What is not known, in words for a person: "descriptors", "socket tables", "limits" ... */
  readonly what: string;
  readonly why: GapReason;
  /** The process concerned, or null for the host. */
  readonly pid: number | null;
  /** For `malformed`: the text that could not be understood, cut to 200 characters. */
  readonly text?: string;
}

export type Fact =
  | HostFact
  | ProcessFact
  | ExitFact
  | PulseFact
  | ListingFact
  | SocketFact
  | SocketGoneFact
  | UseFact
  | SocketProtocolFact
  | HeldFact
  | ClosingsFact
  | RestingFact
  | CountersFact
  | InodeClockFact
  | TablesFact
  | TimeWaitFact
  | NetworkFact
  | PortsFact
  | ClosedFirstFact
  | GapFact;

/** Everything that one tick brought. */
export interface Facts {
  /** Wall clock, Unix milliseconds. For screens and dates only; ages are differences of `uptime`. */
  readonly at: number;
  /** Seconds since boot (CLOCK_MONOTONIC), with fractions. Never steps back. */
  readonly uptime: number;
  /** Taken in this order: a process before its listing, an exit before the process that has its pid next. */
  readonly facts: readonly Fact[];
}

/** What the analysis wants looked at closely; a recording, which cannot look again, passes over it. */
export interface Attention {
  /** Processes under suspicion, or named by the user: listed at every tick, cost permitting. */
  readonly pids: ReadonlySet<number>;
  /**
   * A short watch of few processes that has to miss nothing: those are listed, and their socket tables read, as often
   * as half a core allows. Others that are there at the first tick are counted only; what comes later is listed once.
   */
  readonly closely?: boolean;
  /** By how much listings and readings of the tables are to be made more seldom than they could be; 1 when left out. */
  readonly stretch?: number;
}

/** Where facts come from: the running kernel, or a recording of it. */
export interface FactSource {
  /** The next tick's facts; null when there will be no more. Rejects with a DescryError when nothing can be read. */
  read(attention: Attention): Promise<Facts | null>;
  close(): Promise<void>;
}
