import type { Sight } from "../../agent/sight.ts";
import type { ObserveOptions } from "../../agent/observe.ts";
import { count, counted } from "./figures.ts";
import { isHidden, type Mend, mendsFor } from "./mends.ts";
import { harmless, wrap } from "./text.ts";

/** Something that can, or cannot, be read, and what that is good for. */
export interface Finding {
  readonly what: string;
  readonly shows: string;
}

/** What a doctor has to say. `all`: nothing is missed; `nothing`: there is nothing to judge by. */
export interface Diagnosis {
  readonly sight: "all" | "part" | "nothing";
  readonly sees: readonly Finding[];
  readonly misses: readonly Finding[];
  /** What to do to see the rest, the simplest first. */
  readonly mends: readonly Mend[];
}

type Invocation = NonNullable<ObserveOptions["invocation"]>;

export function diagnose(sight: Sight, invocation: Invocation): Diagnosis {
  const { processes } = sight;
  if (processes.counted === 0)
    return { sight: "nothing", sees: [], misses: missed(sight), mends: mendsFor(sight, invocation.program) };
  const misses = missed(sight);
  return {
    sight: misses.length === 0 ? "all" : "part",
    sees: seen(sight),
    misses,
    mends: misses.length === 0 ? [] : mendsFor(sight, invocation.program),
  };
}

function seen({ processes, native, inotify, fileMax }: Sight): Finding[] {
  const all = counted(processes.counted, "process", "processes");
  const everywhere =
    processes.tables === processes.all
      ? "every namespace"
      : `the namespaces of ${processes.tables} processes`;
  const found: Finding[] = [
    {
      what: `open files, limit and growth of ${processes.counted === processes.all ? "all " : ""}${all}`,
      shows: "leaks and time left",
    },
  ];
  if (processes.listed > 0)
    found.push({
      what: `what ${holders(processes.listed)}`,
      shows: "files, sockets, pipes, paths",
    });
  if (native.sockDiag === true)
    found.push({
      what: "how long connections of this network namespace are idle",
      shows: "what was left open, proof, the first look",
    });
  if (processes.tables > 0)
    found.push({
      what: `TCP peers and states of ${everywhere}, via /proc/PID/net`,
      shows: "towards whom",
    });
  if (native.sockDiag === true && native.others > 0 && native.entered > 0)
    found.push({
      what: `sockets of ${counted(native.entered, "other network namespace")}`,
      shows: "containers, towards whom",
    });
  if (native.closings === true)
    found.push({
      what: "every connection that is closed, however short",
      shows: "what is opened and closed between two looks",
    });
  if (processes.named > 0)
    found.push({
      what: `units and containers of ${counted(processes.named, "process", "processes")}`,
      shows: "names of services",
    });
  if (inotify !== null && fileMax !== null)
    found.push({ what: "the limits that processes share: file-max, inotify", shows: "host-wide time left" });
  return found;
}

function holders(processes: number): string {
  return `${counted(processes, "process", "processes")} ${processes === 1 ? "holds" : "hold"}`;
}

function missed(sight: Sight): Finding[] {
  const { procfs, processes, native, countedBySize, wholeHost, hidepid } = sight;
  const missing: Finding[] = [];
  if (processes.all === 0)
    return [{ what: `any process: ${harmless(procfs)} shows none`, shows: "everything" }];
  const unlisted = processes.all - processes.listed;
  if (unlisted > 0)
    missing.push({
      what: `what ${holders(unlisted)}: not permitted`,
      shows: 'files, pipes, paths; verdicts stay "suspect"',
    });
  if (isHidden(sight))
    missing.push({
      what: `processes of other users: hidepid=${harmless(hidepid ?? "")} hides them`,
      shows: "their leaks",
    });
  if (native.addon !== true)
    missing.push({
      what: `idle times and short connections: there is no C addon (${harmless(native.addon)})`,
      shows: "proof, the first look",
    });
  else if (native.sockDiag !== true)
    missing.push({
      what: `how long a connection has been idle: sock_diag is ${native.sockDiag ?? "not asked"}`,
      shows: "proof, the first look",
    });
  else if (native.closings !== true)
    missing.push({
      what: `connections shorter than a look: closings are ${native.closings ?? "not asked"}`,
      shows: "how much is opened and closed",
    });
  if (native.others > native.entered)
    missing.push({
      what: `idle times in ${counted(native.others - native.entered, "other network namespace")}`,
      shows: "proof for containers",
    });
  else if (processes.placed < processes.all)
    missing.push({
      what: `which network namespace ${counted(processes.all - processes.placed, "process", "processes")} ${processes.all - processes.placed === 1 ? "is" : "are"} in`,
      shows: "idle times there, proof for containers",
    });
  if (!countedBySize)
    missing.push({
      what: "counts without a listing: the kernel is older than Linux 6.2",
      shows: "counts come more seldom, to stay cheap",
    });
  if (wholeHost === false)
    missing.push({ what: "processes outside of this container", shows: "the other ends, other services" });
  return missing;
}

const INDENT = 12;
/** The longest of what something is good for, with its arrow. */
const SHOWS = 48;

/** The three blocks: what, and what it is good for. */
export function sightLines(sight: Sight, { sees, misses, mends }: Diagnosis, columns: number): string[] {
  const width = columns - INDENT;
  const block = (heading: string, body: readonly string[]): string[] =>
    body.map((line, at) => (at === 0 ? heading : "").padEnd(INDENT) + line);
  const { kernel, countMilliseconds, processes } = sight;
  return [
    ...block(
      "YOU SEE",
      sees.length === 0 ? ["nothing"] : sees.flatMap((finding) => findingLines(finding, width)),
    ),
    ...block(
      "YOU MISS",
      misses.length === 0 ? ["nothing"] : misses.flatMap((finding) => findingLines(finding, width)),
    ),
    ...block(
      "TO SEE ALL",
      mends.flatMap((mend) => mendLines(mend, width)),
    ),
    `Linux ${harmless(kernel ?? "?")}; counting all ${count(processes.counted)} took ${countMilliseconds.toFixed(1)} ms of CPU`,
  ];
}

/** A command is never broken, so that it runs as pasted. */
function mendLines({ why, command }: Mend, width: number): string[] {
  if (command === null) return wrap(harmless(why), width);
  return [...wrap(`${harmless(why)}:`, width), `  ${harmless(command)}`];
}

/** Two columns where there is room, else one below the other. */
function findingLines({ what, shows }: Finding, width: number): string[] {
  const column = width - SHOWS;
  if (what.length < column) return [`${what.padEnd(column)}-> ${shows}`];
  return [...wrap(what, width), `  -> ${shows}`];
}
