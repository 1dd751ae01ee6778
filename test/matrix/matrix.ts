import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { Analysis } from "../../src/agent/analysis.ts";
import { openKernel } from "../../src/agent/sources.ts";
import type { DescryEvent, VerdictEvent } from "../../src/model/events.ts";
import { EVERYTHING, type Targets } from "../../src/model/targets.ts";

const MKLEAK = join(import.meta.dirname, "../../lab/mkleak.py");

/** When an event was told, in seconds after the watch began. */
export interface Told {
  readonly seconds: number;
  readonly event: DescryEvent;
}

/** A watch over some processes, and what was said of them. */
export interface Watched {
  readonly targets: Targets;
  readonly analysis: Analysis;
  readonly events: Told[];
}

export const everything = (): Watched => watching(EVERYTHING);

export function watching(targets: Targets): Watched {
  return { targets, analysis: new Analysis(targets, { program: "descry", sudo: false }), events: [] };
}

/** Watches for some seconds, with one reading of the kernel for all watches. */
export async function watchAll(watched: readonly Watched[], seconds: number): Promise<void> {
  const source = openKernel({ procfs: "/proc" });
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  try {
    for (let due = began; elapsed() < seconds; due += 1000) {
      const pids = new Set(
        watched.flatMap(({ analysis, targets }) => [...analysis.attention(), ...targets.pids]),
      );
      const facts = await source.read({ pids });
      if (facts === null) break;
      for (const { analysis, events } of watched) {
        for (const event of analysis.take(facts)) events.push({ seconds: elapsed(), event });
      }
      const rest = due + 1000 - performance.now();
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    }
  } finally {
    await source.close();
  }
}

/** mkleak under another name in this folder: the program to run, and the service that it then is. */
export async function namedMkleak(
  folder: string,
  name: string,
): Promise<{ program: string; service: string }> {
  const program = join(folder, `${name}.py`);
  await symlink(MKLEAK, program);
  return { program, service: `python3 ${name}.py` };
}

/** What was said of one service, or of one process. */
export function toldOf({ events }: Watched, of: string | number): Told[] {
  return events.filter(
    ({ event }) =>
      (event.type === "verdict" || event.type === "forecast") &&
      (event.service === of || event.process?.pid === of),
  );
}

/** The first verdict with this standing, and when it came; undefined when there was none. */
export function firstVerdict(
  told: readonly Told[],
  standing: VerdictEvent["standing"],
): { readonly seconds: number; readonly verdict: VerdictEvent } | undefined {
  for (const { seconds, event } of told) {
    if (event.type === "verdict" && event.standing === standing && event.rule !== "at-limit")
      return { seconds, verdict: event };
  }
  return undefined;
}
