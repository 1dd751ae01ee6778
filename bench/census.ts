// The first reading of everything: the price of starting, against the least that listing in /proc can cost.
import type { Scratch } from "../lab/scratch.ts";
import { loadAddon } from "../src/kernel/native/addon.ts";
import { runAsDescry } from "./as-descry.ts";
import type { CensusCosts } from "./children/census.ts";
import { type Contender, type Cost, medianCost, type Result, takeTurns } from "./cost.ts";
import type { Figure, Measurement } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";
import { EXPORTER, startExporter } from "./peers/exporter.ts";
import { compileBare, program } from "./peers/programs.ts";
import type { QuietHost } from "./quiet-host.ts";

const ROUNDS = 5;
const LSOF = "lsof -nP";
const SS = "ss -tuxanp";
export const BARE = "getdents and readlink in bare C";
/** What all links read through /proc may cost beside the least that it can. */
const MOST_TIMES_BARE = 1.5;

/** descry's own, one way: a run has a first reading and another one. */
export interface Way {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Through the addon where there is one, and through TypeScript alone. */
export function ways(): { ways: Way[]; skipped: string[] } {
  const loaded = loadAddon({});
  const alone: Way = { name: "descry in TypeScript alone", env: { DESCRY_ADDON: "off" } };
  if ("absent" in loaded) return { ways: [alone], skipped: [`descry with its C addon: ${loaded.absent}`] };
  return { ways: [{ name: "descry with its C addon", env: { DESCRY_ADDON: "" } }, alone], skipped: [] };
}

/** Runs one way in a process of its own; what it said besides its first reading is kept. */
export function censusContender(
  scratch: Pick<Scratch, "path">,
  { name, env }: Way,
  descriptors: number,
  also: CensusCosts[],
): Contender {
  return {
    name,
    async run(): Promise<Cost> {
      const args = [String(descriptors)];
      const costs = await runAsDescry<CensusCosts>(scratch, { script: "census", args, env });
      also.push(costs);
      return costs.first;
    },
  };
}

export async function measureCensus(host: QuietHost, scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const { ways: own, skipped } = ways();
  const also = own.map((): CensusCosts[] => []);
  const bare = await compileBare(scratch);
  const exporter = await startExporter(scratch, host.descriptors);
  // ss tells sockets only, and both ends of a connection.
  const [lsof, ss] = [await program(LSOF, host.descriptors), await program(SS, host.pids.length)];
  try {
    const contenders = [
      ...own.map((way, at) => censusContender(scratch, way, host.descriptors, also[at] ?? [])),
      ...(bare === null ? [] : [{ name: BARE, run: () => bare.list(host.descriptors) }]),
      ...[lsof, ss, exporter].filter((peer) => peer !== null),
    ];
    const results = await takeTurns(contenders, ROUNDS);
    return {
      title: `The first reading of ${host.descriptors.toLocaleString("en")} descriptors`,
      how: [
        `Medians of ${ROUNDS} rounds; in each round everything below ran once, one after the other, each after a second of rest. They all read the same processes, whose links others had looked up before.`,
        "descry: in a new process each time, with the flags and the precompiled code of bin/descry, from opening the source until every descriptor was told as a fact; the start of Node is not in it. Read again: by a new source in the same process. Joined: the same facts taken into census and ledger and judged.",
        "Through /proc: the part of it that the bare loop does as well, counting all processes, listing them and reading every link, into facts. The whole reading also says who each process is, dumps the socket tables and looks into what descriptors hold.",
        "Bare C: one loop over /proc/PID/fd with getdents and one readlink for each name, which is what listing through /proc takes at least; its second round in one process.",
        "The programs from their start to their end with their output thrown away. ss reads the links of all processes to name the owners of sockets. The scrape asks a running exporter, which counts the names in /proc/PID/fd and reads no link; CPU is that of its threads during the scrape.",
      ],
      commands: [LSOF, SS, EXPORTER, "bare list 1    (bench/peers/bare.c)"],
      ratios: [...listingRatios(results, own, also), ...bareRatios(results)],
      ratiosOf: `How many times ${BARE}`,
      figures: [
        ...results.flatMap(figuresOf),
        ...own.flatMap(({ name }, at) => furtherFigures(name, also[at] ?? [])),
      ],
      skipped: [
        ...skipped,
        ...(bare === null ? ["bare C: gcc is not installed"] : []),
        ...(lsof === null ? ["lsof: it is not installed"] : []),
        ...(ss === null ? ["ss: iproute2 is not installed"] : []),
        ...(exporter === null ? ["prometheus-process-exporter: it is not installed"] : []),
      ],
      load: load.words(),
    };
  } finally {
    await exporter?.stop();
  }
}

/** What the bare loop does as well has the goal, where the addon is the way that is used. */
function listingRatios(
  results: readonly Result[],
  own: readonly Way[],
  also: readonly CensusCosts[][],
): Figure[] {
  const bare = results.find(({ name }) => name === BARE);
  if (bare === undefined) return [];
  const listed = own.map(({ name }, at) => ({
    name: `${name}, through /proc`,
    ...medianCost((also[at] ?? []).map(({ listing }) => listing)),
  }));
  return ratiosOfBare(listed, bare, true);
}

export function bareRatios(results: readonly Result[]): Figure[] {
  const bare = results.find(({ name }) => name === BARE);
  if (bare === undefined) return [];
  return ratiosOfBare(
    results.filter((result) => result !== bare),
    bare,
    false,
  );
}

function ratiosOfBare(results: readonly Result[], bare: Result, hasGoal: boolean): Figure[] {
  return results.flatMap(({ name, wall, cpu }, at): Figure[] => {
    const goal = hasGoal && at === 0 ? { goal: { atMost: MOST_TIMES_BARE } } : {};
    return [
      { name: `${name}, on the clock`, value: wall / bare.wall, unit: "times", ...goal },
      { name: `${name}, CPU`, value: cpu / bare.cpu, unit: "times", ...goal },
    ];
  });
}

function figuresOf({ name, wall, cpu }: Result): Figure[] {
  return [
    { name: `${name}, on the clock`, value: wall * 1000, unit: "ms" },
    { name: `${name}, CPU`, value: cpu * 1000, unit: "ms" },
  ];
}

function furtherFigures(name: string, costs: readonly CensusCosts[]): Figure[] {
  return [
    ...figuresOf({ name: `${name}, through /proc`, ...medianCost(costs.map(({ listing }) => listing)) }),
    ...figuresOf({ name: `${name}, read again`, ...medianCost(costs.map(({ again }) => again)) }),
    ...figuresOf({ name: `${name}, joined`, ...medianCost(costs.map(({ joining }) => joining)) }),
  ];
}
