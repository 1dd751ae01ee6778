// Programs that people use to learn what is open, run from their start to their end.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Scratch } from "../../lab/scratch.ts";
import { type Contender, type Cost, medianCost } from "../cost.ts";

const run = promisify(execFile);
const TIMED = join(import.meta.dirname, "timed.py");
const BARE = join(import.meta.dirname, "bare.c");

export async function isThere(command: string): Promise<boolean> {
  return run("sh", ["-c", 'command -v "$1"', "sh", command]).then(
    () => true,
    () => false,
  );
}

/** The program, after it was seen to print at least so many lines. Null when it is not installed. */
export async function program(line: string, fewestLines: number): Promise<Contender | null> {
  const command = line.split(" ");
  if (!(await isThere(command[0] ?? ""))) return null;
  const { stdout } = await run("sh", ["-c", `${line} 2>/dev/null | wc -l`]);
  expectAtLeast(line, Number(stdout), fewestLines);
  return {
    name: line,
    run: async () => JSON.parse((await run("/usr/bin/python3", [TIMED, ...command])).stdout) as Cost,
  };
}

/** The bare loop in C, compiled here. */
export interface Bare {
  /** One round, after one that is not counted and a second of rest. */
  list(descriptors: number): Promise<Cost>;
  /** Median of so many rounds, each after a second of rest. */
  count(descriptors: number, rounds: number): Promise<Cost>;
}

/** Null when there is no compiler. */
export async function compileBare(scratch: Pick<Scratch, "path">): Promise<Bare | null> {
  if (!(await isThere("gcc"))) return null;
  const compiled = join(scratch.path, "bare");
  await run("gcc", ["-O2", "-Wall", "-o", compiled, BARE]);
  const measure = async (what: "count" | "list", descriptors: number, rounds: number): Promise<Cost> => {
    const { stdout } = await run(compiled, [what, String(rounds)]);
    const { met, costs } = JSON.parse(stdout) as { met: number; costs: [number, number][] };
    expectAtLeast(`bare ${what}`, met, descriptors);
    return medianCost(costs.map(([wall, cpu]) => ({ wall, cpu })));
  };
  return {
    list: (descriptors) => measure("list", descriptors, 1),
    count: (descriptors, rounds) => measure("count", descriptors, rounds),
  };
}

function expectAtLeast(name: string, met: number, wanted: number): void {
  if (met < wanted) throw new Error(`${name} showed ${met}, and there are ${wanted}`);
}
