// The workload of the bench: many descriptors that nobody touches, in programs as a host has them.
import { mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startChild, type Child } from "../lab/child.ts";
import type { Scratch } from "../lab/scratch.ts";
import { until } from "../lab/wait.ts";
import { parseLink } from "../src/census/link.ts";

const PROGRAM = join(import.meta.dirname, "quiet-host.py");

export interface QuietHost {
  readonly services: number;
  readonly pids: readonly number[];
  /** Open descriptors of all of them, counted in /proc after the last one was opened. */
  readonly descriptors: number;
  /** How many of each kind there are, as their links say it, the most frequent first. */
  kinds(): string;
  /** So many of them, each of another service, begin to open and close ten descriptors each second; or end it again. */
  turnMovement(processes: number): void;
  /** Ends all of them; returns when none is left. */
  stop(): Promise<void>;
}

export interface QuietHostSize {
  readonly services: number;
  readonly processesPerService: number;
  readonly descriptorsPerProcess: number;
  /** All that quiet_kinds.py can open, TCP connections, or what costs the kernel least: pipes, eventfds and dup()s. */
  readonly kinds: "every" | "tcp" | "cheap";
}

/** 100,000 descriptors in 200 processes; 20,000 of them are ends of TCP connections. */
export const FULL_SIZE: QuietHostSize = {
  services: 20,
  processesPerService: 10,
  descriptorsPerProcess: 500,
  kinds: "every",
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
    for (const { name } of children) rmSync(join(scratch.path, name), { recursive: true, force: true });
  };
  try {
    for (let number = 1; number <= size.services; number += 1) {
      const name = `quiet-${size.kinds}-${String(number).padStart(2, "0")}`;
      const child = startService(scratch, name, size);
      children.push(child);
      pids.push(...(await pidsOf(child)));
    }
    const descriptors = pids.reduce((sum, pid) => sum + countOpen(pid), 0);
    const wanted = size.services * size.processesPerService * size.descriptorsPerProcess;
    if (descriptors !== wanted) throw new Error(`${descriptors} descriptors are open instead of ${wanted}`);
    return {
      services: size.services,
      pids,
      descriptors,
      kinds: () => describeKinds(pids),
      turnMovement(processes) {
        for (let at = 0; at < processes; at += 1)
          process.kill(pids[at * size.processesPerService + 1] ?? NaN, "SIGUSR1");
      },
      stop,
    };
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
  const { processesPerService, descriptorsPerProcess, kinds } = size;
  const args = [script, folder, String(processesPerService), String(descriptorsPerProcess), kinds];
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

function describeKinds(pids: readonly number[]): string {
  const counts = new Map<string, number>();
  for (const pid of pids) {
    for (const number of readdirSync(`/proc/${pid}/fd`)) {
      const { kind } = parseLink(readlinkSync(`/proc/${pid}/fd/${number}`));
      const name = kind === "socket-other" ? "socket" : kind;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one);
  return sorted.map(([kind, count]) => `${count.toLocaleString("en")} ${kind}`).join(", ");
}
