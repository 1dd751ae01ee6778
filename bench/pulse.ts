// The pulse, which is made of every process every second, against programs that list what it only counts.
import { setTimeout as pause } from "node:timers/promises";
import type { Scratch } from "../lab/scratch.ts";
import type { Fact } from "../src/model/facts.ts";
import { SYSTEM_CLOCK } from "../src/kernel/procfs/clock.ts";
import { ToldGaps } from "../src/kernel/procfs/gaps.ts";
import { Pulse } from "../src/kernel/procfs/pulse.ts";
import { MountedProc } from "../src/kernel/procfs/reading.ts";
import { openProcfs } from "../src/kernel/procfs/source.ts";
import { type Figure, mean, type Measurement, median } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";
import { measurePeers, type Peer } from "./peers/peers.ts";
import type { QuietHost } from "./quiet-host.ts";

const WARM_UP = 100;
const BACK_TO_BACK = 500;
const ONCE_A_SECOND = 30;

export async function measurePulse(host: QuietHost, scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const beat = pulseOfAll(host.descriptors);
  for (let round = 0; round < WARM_UP; round += 1) beat();
  const hot = Array.from({ length: BACK_TO_BACK }, () => timed(beat));
  const paced = await onceASecond(beat);
  const ticks = await measureTicks();
  const { peers, skipped } = await measurePeers(host, scratch);
  const pulse = median(paced);
  return {
    title: `The pulse of ${host.descriptors.toLocaleString("en")} descriptors`,
    how: [
      "The pulse reads the names in /proc and makes one stat of /proc/PID/fd for each process, whose size is its number of open descriptors (Linux 6.2). It is timed inside Node.",
      `Everything is measured after a second of rest, which is how descry makes its pulse: by then other work has taken the processor's caches (medians of ${ONCE_A_SECOND} pulses, of 5 runs of what lists, of 30 in bare C). Back to back (median of ${BACK_TO_BACK}) the pulse finds the caches warm.`,
      "The programs are timed from their start to their end with their output thrown away, CPU as the kernel counts it for them; each was seen to print at least as many lines as there are descriptors.",
      "A whole tick is all that descry reads in one second while nothing moves: host, processes, counts, and listings and socket tables when they are due; the mean says what it costs in the long run.",
    ],
    ratios: ratiosOf(peers, pulse),
    ratiosOf: "How many times the pulse costs that",
    figures: [
      { name: "Pulse, once a second", value: pulse * 1000, unit: "ms" },
      { name: "Pulse, back to back", value: median(hot) * 1000, unit: "ms" },
      { name: "Whole tick, once a second, median", value: median(ticks) * 1000, unit: "ms" },
      { name: "Whole tick, once a second, mean", value: mean(ticks) * 1000, unit: "ms" },
      ...peers.flatMap(figuresOf),
    ],
    skipped,
    load: load.words(),
  };
}

/** The kernel room's own pulse of every process of the host. */
function pulseOfAll(expected: number): () => void {
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

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return (performance.now() - from) / 1000;
}

async function onceASecond(work: () => void): Promise<number[]> {
  const seconds: number[] = [];
  for (let round = 0; round < ONCE_A_SECOND; round += 1) {
    await pause(1000);
    seconds.push(timed(work));
  }
  return seconds;
}

/** Seconds of whole ticks; the first one, which lists everything, is not among them. */
async function measureTicks(): Promise<number[]> {
  const source = openProcfs();
  const seconds: number[] = [];
  for (let round = 0; round <= ONCE_A_SECOND; round += 1) {
    const from = performance.now();
    await source.read({ pids: new Set() });
    if (round > 0) seconds.push((performance.now() - from) / 1000);
    await pause(1000);
  }
  await source.close();
  return seconds;
}

function ratiosOf(peers: readonly Peer[], pulse: number): Figure[] {
  return peers.flatMap(({ name, wall, cpu, judged }): Figure[] => {
    const target = judged ? { target: { atLeast: 1000 } } : {};
    const onTheClock: Figure = { name: `${name}, on the clock`, value: wall / pulse, unit: "times" };
    if (cpu === null) return [onTheClock];
    return [{ name: `${name}, CPU`, value: cpu / pulse, unit: "times", ...target }, onTheClock];
  });
}

function figuresOf({ name, wall, cpu }: Peer): Figure[] {
  const onTheClock: Figure = { name: `${name}, on the clock`, value: wall * 1000, unit: "ms" };
  return cpu === null ? [onTheClock] : [onTheClock, { name: `${name}, CPU`, value: cpu * 1000, unit: "ms" }];
}
