// Reading the socket tables, which descry does every few seconds, against the programs that print them.
import { readFileSync } from "node:fs";
import type { Scratch } from "../lab/scratch.ts";
import { runAsDescry } from "./as-descry.ts";
import { ways } from "./census.ts";
import type { SocketCosts } from "./children/sockets.ts";
import { type Contender, medianCost, type Result, takeTurns } from "./cost.ts";
import type { Figure, Measurement } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";
import { program } from "./peers/programs.ts";
import { type QuietHostSize, startQuietHost } from "./quiet-host.ts";

const ROUNDS = 7;
const SS_WITH_USE = "ss -tani";
const SS = "ss -tan";
const CAT = "cat /proc/net/tcp";
/** 20,000 ends of connections and their 40 listeners. */
const CONNECTED: QuietHostSize = {
  services: 4,
  processesPerService: 10,
  descriptorsPerProcess: 512,
  kinds: "tcp",
};
/** Sees this network namespace and no process but itself. */
const ALONE = ["unshare", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"];

export async function measureSockets(scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const host = await startQuietHost(scratch, CONNECTED);
  try {
    return await measureRows(scratch);
  } finally {
    await host.stop();
  }
}

async function measureRows(scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const rows = tcpRows();
  const { ways: own, skipped } = ways();
  const also = own.map((): SocketCosts[] => []);
  const ownContenders = own.map(({ name, env }, at): Contender => {
    const child = { script: "sockets", args: [String(rows)], env, within: ALONE };
    const run = async () => {
      const costs = await runAsDescry<SocketCosts>(scratch, child);
      also[at]?.push(costs);
      return costs.again;
    };
    return { name, run };
  });
  const peers = await Promise.all([SS_WITH_USE, SS, CAT].map((line) => program(line, rows)));
  const results = await takeTurns([...ownContenders, ...peers.filter((peer) => peer !== null)], ROUNDS);
  return {
    title: `${rows.toLocaleString("en")} TCP sockets`,
    how: [
      `Medians of ${ROUNDS} rounds in which they took turns, each after a second of rest. Both ends of each connection are on this host, so there are two rows for each; every one of them had carried data.`,
      "descry reads all tables of the network namespace and makes a fact of every row; nothing but that is read, since it sees no process but itself. Timed inside Node, in a new source of a process that had read once before (first reading: by itself).",
      ...own.map(({ name }, at) => `${name}: ${usedWords(also[at] ?? [])}.`),
      "The programs from their start to their end, their output thrown away. ss -i adds tcp_info, in which the idle times are.",
    ],
    commands: [SS_WITH_USE, SS, CAT],
    ratios: ratiosOf(results),
    ratiosOf: `How many times ${own[0]?.name ?? ""} costs that`,
    figures: [
      ...results.flatMap(figuresOf),
      ...own.flatMap(({ name }, at) =>
        figuresOf({
          name: `${name}, first reading`,
          ...medianCost((also[at] ?? []).map(({ first }) => first)),
        }),
      ),
    ],
    skipped: [...skipped, ...(peers[0] === null ? ["ss: iproute2 is not installed"] : [])],
    load: load.words(),
  };
}

/** Rows of this network namespace that belong to an open socket: those in TIME_WAIT have no inode. */
function tcpRows(): number {
  const lines = readFileSync("/proc/net/tcp", "latin1").trim().split("\n").slice(1);
  return lines.filter((line) => line.trim().split(/\s+/)[9] !== "0").length;
}

function usedWords(costs: readonly SocketCosts[]): string {
  const { rows = 0, used = 0 } = costs.at(-1) ?? {};
  return `${used.toLocaleString("en")} of ${rows.toLocaleString("en")} rows came with the time of their last use`;
}

/** Of all others to descry's first way. */
function ratiosOf([own, ...others]: readonly Result[]): Figure[] {
  if (own === undefined) return [];
  return others.flatMap(({ name, wall, cpu }): Figure[] => {
    const goal = name === SS_WITH_USE ? { goal: { moreThan: 1 } } : {};
    return [
      { name: `${name}, on the clock`, value: wall / own.wall, unit: "times", ...goal },
      { name: `${name}, CPU`, value: cpu / own.cpu, unit: "times", ...goal },
    ];
  });
}

function figuresOf({ name, wall, cpu }: Result): Figure[] {
  return [
    { name: `${name}, on the clock`, value: wall * 1000, unit: "ms" },
    { name: `${name}, CPU`, value: cpu * 1000, unit: "ms" },
  ];
}
