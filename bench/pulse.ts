// The pulse, which is made of every process every second, against programs that list what it only counts.
import { setTimeout as pause } from "node:timers/promises";
import type { Scratch } from "../lab/scratch.ts";
import { openKernel } from "../src/agent/sources.ts";
import type { Fact } from "../src/model/facts.ts";
import { SYSTEM_CLOCK } from "../src/kernel/procfs/clock.ts";
import { ToldGaps } from "../src/kernel/procfs/gaps.ts";
import { Pulse } from "../src/kernel/procfs/pulse.ts";
import { MountedProc } from "../src/kernel/procfs/reading.ts";
import { type Cost, costOf, type Result, takeTurns } from "./cost.ts";
import { type Figure, mean, type Measurement, median } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";
import { compileBare, program } from "./peers/programs.ts";
import type { QuietHost } from "./quiet-host.ts";

const WARM_UP = 100;
const BACK_TO_BACK = 500;
const ONCE_A_SECOND = 20;
const LSOF = "lsof -nP";
const LSOF_ROUNDS = 3;

export async function measurePulse(host: QuietHost, scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const beat = pulseOfAll(host.descriptors);
  for (let round = 0; round < WARM_UP; round += 1) beat();
  const hot = Array.from({ length: BACK_TO_BACK }, () => timed(beat));
  const { pulses, ticks } = await onceASecond(beat);
  const pulse = median(pulses);
  const lsof = await program(LSOF, host.descriptors);
  const bare = await compileBare(scratch);
  const peers = lsof === null ? [] : await takeTurns([lsof], LSOF_ROUNDS);
  const counted = bare === null ? null : await bare.count(host.descriptors, ONCE_A_SECOND);
  return {
    title: `The pulse of ${host.descriptors.toLocaleString("en")} descriptors`,
    how: [
      "The pulse reads the names in /proc and makes one stat of /proc/PID/fd for each process, whose size is its number of open descriptors (Linux 6.2). It is timed inside Node.",
      `Everything is measured after a second of rest, which is how descry makes its pulse: by then other work has taken the processor's caches (medians of ${ONCE_A_SECOND} pulses, of ${LSOF_ROUNDS} runs of lsof, of ${ONCE_A_SECOND} rounds in bare C). Back to back (median of ${BACK_TO_BACK}) the pulse finds the caches warm.`,
      "lsof is timed from its start to its end with its output thrown away, CPU as the kernel counts it; it was seen to print at least as many lines as there are descriptors.",
      "A whole tick is all that descry reads in one second while nothing moves: host, processes, counts, and listings and socket tables when they are due; the mean says what it costs in the long run.",
    ],
    commands: [LSOF, `bare count ${ONCE_A_SECOND}    (bench/peers/bare.c)`],
    ratios: [...peers.flatMap((peer) => ratiosOf(peer, pulse)), ...bareRatio(counted, pulse)],
    ratiosOf: "How many times the pulse costs that",
    figures: [
      { name: "Pulse, once a second", value: pulse * 1000, unit: "ms" },
      { name: "Pulse, back to back", value: median(hot) * 1000, unit: "ms" },
      { name: "Whole tick, once a second, median", value: median(ticks) * 1000, unit: "ms" },
      { name: "Whole tick, once a second, mean", value: mean(ticks) * 1000, unit: "ms" },
      ...peers.flatMap(({ name, wall, cpu }): Figure[] => [
        { name: `${name}, on the clock`, value: wall * 1000, unit: "ms" },
        { name: `${name}, CPU`, value: cpu * 1000, unit: "ms" },
      ]),
      ...(counted === null ? [] : [{ name: BARE, value: counted.wall * 1000, unit: "ms" } as const]),
    ],
    skipped: [
      ...(lsof === null ? ["lsof: it is not installed"] : []),
      ...(bare === null ? ["counting in bare C: gcc is not installed"] : []),
    ],
    load: load.words(),
  };
}

const BARE = "Counting as the pulse does in bare C, on the clock";

/** The kernel room's own pulse of every process of the host. */
export function pulseOfAll(expected: number): () => void {
  const facts: Fact[] = [];
  const files = new MountedProc();
  const pulse = new Pulse("/proc", files, new ToldGaps(), SYSTEM_CLOCK);
  return () => {
    const names = files.names("/proc");
    if (!Array.isArray(names)) throw new Error(`/proc cannot be read: ${names.reason}`);
    let open = 0;
    for (const name of names) {
      const pid = Number(name);
      if (pid > 0) open += pulse.read(facts, `/proc/${name}/fd`, pid, null, 0)?.open ?? 0;
    }
    if (open < expected) throw new Error(`the pulse counted ${open} descriptors, and there are ${expected}`);
  };
}

export function timed(work: () => void): number {
  const from = performance.now();
  work();
  return (performance.now() - from) / 1000;
}

/** Seconds of pulses and of whole ticks in turn; the first tick, which lists everything, is not among them. */
async function onceASecond(beat: () => void): Promise<{ pulses: number[]; ticks: number[] }> {
  const source = openKernel();
  const tick = async (): Promise<Cost> => costOf(() => source.read({ pids: new Set() }));
  await tick();
  const [pulses, ticks]: number[][] = [[], []] as const;
  for (let round = 0; round < ONCE_A_SECOND; round += 1) {
    await pause(500);
    pulses.push(timed(beat));
    await pause(500);
    ticks.push((await tick()).wall);
  }
  await source.close();
  return { pulses, ticks };
}

function ratiosOf({ name, wall, cpu }: Result, pulse: number): Figure[] {
  return [
    { name: `${name}, CPU`, value: cpu / pulse, unit: "times", goal: { atLeast: 1000 } },
    { name: `${name}, on the clock`, value: wall / pulse, unit: "times" },
  ];
}

function bareRatio(counted: Cost | null, pulse: number): Figure[] {
  return counted === null ? [] : [{ name: BARE, value: counted.wall / pulse, unit: "times" }];
}
