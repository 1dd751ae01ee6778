/**
 * What a line of a recording looks like, written once: the reader and the writer check lines by these schemas,
 * docs/reference/recording.schema.json is generated from them, and their types are proved equal to the model's below.
 * Properties that are not named here are allowed, so that a later descry can say more without a new version.
 */
import { type Static, Type } from "typebox";
import { HELD_THINGS, type Fact, type Facts, type Openings } from "../model/facts.ts";
import type { Targets } from "../model/targets.ts";
import { MAX_ARGUMENT, MAX_ARGUMENTS, MAX_LISTED_PER_LINE, MAX_PATH, MAX_TARGETS } from "./limits.ts";
import { closedFirst, network, ports } from "./port-schemas.ts";
import {
  integer,
  text,
  orNull,
  pid,
  startTicks,
  netns,
  inode,
  limit,
  unixMilliseconds,
  seconds,
  rows,
  openings,
} from "./schema-parts.ts";
import {
  closings,
  counters,
  resting,
  socket,
  socketGone,
  socketProtocol,
  tables,
  timeWait,
  use,
} from "./socket-schemas.ts";

/** The format that this program writes, and the only one so far. */
export const RECORDING_VERSION = 1;

const host = Type.Object({
  fact: Type.Literal("host"),
  host: text(256, "Host name."),
  bootId: text(64, "/proc/sys/kernel/random/boot_id"),
  kernel: text(256, "Kernel release, as uname -r."),
  bootedAt: unixMilliseconds("When the host booted, Unix milliseconds."),
  openFiles: limit("First figure of /proc/sys/fs/file-nr; null: not known."),
  fileMax: limit("Third figure of /proc/sys/fs/file-nr; null: not known."),
  inotify: Type.Optional(
    Type.Object(
      { instances: rows("fs.inotify.max_user_instances"), watches: rows("fs.inotify.max_user_watches") },
      { description: "The most inotify instances and watches of one user; absent: not known." },
    ),
  ),
});

const container = Type.Object(
  {
    engine: Type.Enum(["docker", "podman", "containerd", "cri-o", "kubernetes", "lxc", "unknown"]),
    name: orNull(text(256, "Name of the container; never its id.")),
    pod: orNull(
      Type.Object({
        namespace: orNull(text(256, "Kubernetes namespace.")),
        workload: orNull(text(256, "Pod name without the hashes that a deploy changes.")),
      }),
    ),
    compose: orNull(
      Type.Object({ project: text(256, "Compose project."), service: text(256, "Compose service.") }),
    ),
  },
  { description: "The container it runs in; absent: none." },
);

const process = Type.Object({
  fact: Type.Literal("process"),
  pid,
  startTicks,
  parent: integer(0, 2 ** 31 - 1, "Process number of the parent; 0: none."),
  name: text(256, "/proc/PID/comm"),
  command: Type.Array(text(MAX_ARGUMENT, "One argument."), {
    maxItems: MAX_ARGUMENTS,
    description: "/proc/PID/cmdline with secrets already removed; empty for a kernel thread or a zombie.",
  }),
  cgroup: orNull(text(MAX_PATH, 'Path of the cgroup, "/" at the root; null: could not be read.')),
  uid: orNull(integer(0, 2 ** 32 - 1, "Real user; null: not known.")),
  netns: orNull(netns),
  softLimit: limit("RLIMIT_NOFILE; null: not known; 9007199254740991: unlimited."),
  hardLimit: limit("As softLimit."),
  threadOf: Type.Optional(
    integer(1, 2 ** 31 - 1, "A thread with a descriptor table of its own: its process."),
  ),
  container: Type.Optional(container),
});

const exit = Type.Object({ fact: Type.Literal("exit"), pid, startTicks });

const pulse = Type.Object({
  fact: Type.Literal("pulse"),
  pid,
  open: integer(0, Number.MAX_SAFE_INTEGER, "Number of open descriptors."),
});

const listing = Type.Object({
  fact: Type.Literal("listing"),
  pid,
  first: Type.Boolean({ description: "true: everything that is open, opened at times nobody saw." }),
  since: Type.Optional(
    Type.Number({
      minimum: 0,
      description: "uptime at which it was listed before. Absent: at the last tick.",
    }),
  ),
  opened: openings("Opened since the last listing; when first is set, everything that is open."),
  closed: Type.Array(integer(0, 2 ** 31 - 1, "Descriptor number."), {
    maxItems: MAX_LISTED_PER_LINE,
    description: "Closed since the last listing. Applied before opened.",
  }),
  renamed: Type.Optional(openings("Same open file, new name. Applied last.")),
});

const held = Type.Object({
  fact: Type.Literal("held"),
  pid,
  number: integer(0, 2 ** 31 - 1, "Descriptor number."),
  of: Type.Enum([...HELD_THINGS]),
  count: rows("How many the descriptor holds."),
  since: Type.Optional(seconds("uptime at which it was read before. Absent: at the last tick, or never.")),
});

const inodeClock = Type.Object({
  fact: Type.Literal("inode-clock"),
  inodes: Type.Array(inode, {
    maxItems: MAX_LISTED_PER_LINE,
    description:
      "Inodes of sockets made at the beginning of the tick, one on each CPU, in order of the CPUs.",
  }),
});

const gap = Type.Object({
  fact: Type.Literal("gap"),
  what: text(1024, "What is not known, in words for a person."),
  why: Type.Enum(["exited", "denied", "unsupported", "malformed", "overflow"]),
  pid: orNull(pid),
  text: Type.Optional(text(1024, "malformed: what could not be understood.")),
});

/** One schema per fact of model/facts.ts. */
export const FACT_SCHEMAS = {
  host,
  process,
  exit,
  pulse,
  listing,
  socket,
  "socket-gone": socketGone,
  use,
  "socket-protocol": socketProtocol,
  held,
  closings,
  resting,
  counters,
  "inode-clock": inodeClock,
  tables,
  "time-wait": timeWait,
  network,
  ports,
  "closed-first": closedFirst,
  gap,
} as const;

/** The first line. */
export const HEADER_SCHEMA = Type.Object({
  descryRecording: Type.Literal(RECORDING_VERSION, { description: "Version of the format." }),
  writtenBy: text(256, "Program and version that wrote the recording."),
  host: text(256, "Host that was recorded."),
  targets: Type.Optional(
    Type.Object(
      {
        pids: Type.Array(pid, { maxItems: MAX_TARGETS }),
        services: Type.Array(text(MAX_PATH, "Service."), { maxItems: MAX_TARGETS }),
      },
      { description: "What was asked to be watched; both empty, or left out: every process." },
    ),
  ),
});

/** The line that begins a tick. */
export const TICK_SCHEMA = Type.Object({
  fact: Type.Literal("tick"),
  at: unixMilliseconds("Wall clock, Unix milliseconds."),
  uptime: seconds(
    "Seconds since boot (CLOCK_MONOTONIC), with fractions. Never less than in the tick before.",
  ),
});

/** The last line. */
export const END_SCHEMA = Type.Object({
  fact: Type.Literal("end"),
  ticks: integer(0, Number.MAX_SAFE_INTEGER, "Number of ticks in the recording."),
  lines: integer(0, Number.MAX_SAFE_INTEGER, "Number of lines, this one and the header included: wc -l."),
});

export type HeaderLine = Static<typeof HEADER_SCHEMA>;
export type TickLine = Static<typeof TICK_SCHEMA>;
export type EndLine = Static<typeof END_SCHEMA>;

/**
 * The proof. `Plain` drops what a JSON file cannot say (readonly, which interface a property came from, openings that are packed); `Same` is
 * true for identical types only, optional properties and every word of a union included. When the model changes and
 * the schema does not, `Proved` becomes a type that names the facts that differ, and check.ts no longer compiles.
 */
type Plain<T> = T extends Openings
  ? [number, string][]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T;
// Functions over a free type are assignable to each other when the types they ask for are identical.
// oxlint-disable typescript/no-unnecessary-type-parameters
type Same<A, B> =
  (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;
// oxlint-enable typescript/no-unnecessary-type-parameters

type Kind = keyof typeof FACT_SCHEMAS;
type Proof = { [K in Kind]: Same<Extract<Fact, { fact: K }>, Static<(typeof FACT_SCHEMAS)[K]>> } & {
  kinds: Same<Fact["fact"], Kind>;
  tick: Same<Omit<Facts, "facts"> & { fact: "tick" }, TickLine>;
  targets: Same<Targets, NonNullable<HeaderLine["targets"]>>;
};
type Proved<T> =
  Proof extends Record<keyof Proof, true>
    ? T
    : { [K in keyof Proof as Proof[K] extends true ? never : K]: "the schema differs from the model" };

/** A fact line that has passed its schema: a Fact of the model. */
export type FactLine = Proved<Fact>;
