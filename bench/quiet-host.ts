// The workload of the bench: many descriptors that nobody touches, in programs as a host has them.
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startChild, type Child } from "../lab/child.ts";
import type { Scratch } from "../lab/scratch.ts";
import { until } from "../lab/wait.ts";

const PROGRAM = join(import.meta.dirname, "quiet-host.py");

export interface QuietHost {
  readonly services: number;
  readonly pids: readonly number[];
  /** Open descriptors of all of them, counted in /proc after the last one was opened. */
  readonly descriptors: number;
  /** Ends all of them; returns when none is left. */
  stop(): Promise<void>;
}

export interface QuietHostSize {
  readonly services: number;
  readonly processesPerService: number;
  readonly descriptorsPerProcess: number;
}

/** 100,000 descriptors in 200 processes; 20,000 of them are ends of TCP connections. */
export const FULL_SIZE: QuietHostSize = {
  services: 20,
  processesPerService: 10,
  descriptorsPerProcess: 500,
};

export async function startQuietHost(
  scratch: Pick<Scratch, "path">,
  size: QuietHostSize = FULL_SIZE,
): Promise<QuietHost> {
  const children: Child[] = [];
  const pids: number[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
    await until("the quiet processes to end", () => pids.every((pid) => countOpen(pid) === 0));
  };
  try {
    for (let number = 1; number <= size.services; number += 1) {
      const child = startService(scratch, `quiet-${String(number).padStart(2, "0")}`, size);
      children.push(child);
      pids.push(...(await pidsOf(child)));
    }
    const descriptors = pids.reduce((sum, pid) => sum + countOpen(pid), 0);
    const wanted = size.services * size.processesPerService * size.descriptorsPerProcess;
    if (descriptors !== wanted) throw new Error(`${descriptors} descriptors are open instead of ${wanted}`);
    return { services: size.services, pids, descriptors, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A service is known by the name of its script: a link of its own makes one. */
function startService(scratch: Pick<Scratch, "path">, name: string, size: QuietHostSize): Child {
  const script = join(scratch.path, `${name}.py`);
  const folder = join(scratch.path, name);
  symlinkSync(PROGRAM, script);
  mkdirSync(folder);
  const args = [script, folder, String(size.processesPerService), String(size.descriptorsPerProcess)];
  return startChild(name, "/usr/bin/python3", args, { log: `${folder}.err`, readable: true });
}

async function pidsOf(child: Child): Promise<number[]> {
  if (child.process.stdout === null) throw new Error(`${child.name} has no standard output`);
  let line: string | null = null;
  createInterface(child.process.stdout).once("line", (text) => (line = text));
  return JSON.parse(
    await until(`${child.name} to hold its descriptors`, () => line, { needs: [child] }),
  ) as number[];
}

/** 0 when the process is gone, or is a zombie. */
function countOpen(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
