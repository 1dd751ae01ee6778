// Ten times the descriptors, where the host allows that many.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startChild } from "../lab/child.ts";
import type { Scratch } from "../lab/scratch.ts";
import { bareRatios, BARE, censusContender, ways } from "./census.ts";
import { memoryOf, readConsumption } from "./consumption.ts";
import { takeTurns } from "./cost.ts";
import type { Figure, Measurement } from "./figures.ts";
import { median } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";
import { compileBare } from "./peers/programs.ts";
import { pulseOfAll, timed } from "./pulse.ts";
import { type QuietHost, type QuietHostSize, startQuietHost } from "./quiet-host.ts";
import { countLines, DESCRY, firstReading } from "./watch.ts";

const MILLION: QuietHostSize = {
  services: 20,
  processesPerService: 10,
  descriptorsPerProcess: 5000,
  kinds: "cheap",
};
const DESCRIPTORS = MILLION.services * MILLION.processesPerService * MILLION.descriptorsPerProcess;
/** What they take in the kernel, with the links that are looked up: about 1 kB each, and as much again to be safe. */
const BYTES_EACH = 2000;
const TITLE = `A host with ${DESCRIPTORS.toLocaleString("en")} descriptors`;
const PULSES = 10;
const SETTLING_SECONDS = 5;

export async function measureMillion(scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const why = whyNot();
  if (why !== null) return { ...NOTHING, skipped: [why], load: load.words() };
  const host = await startQuietHost(scratch, MILLION);
  try {
    const { ways: own, skipped } = ways();
    const bare = await compileBare(scratch);
    const contenders = own.map((way) => censusContender(scratch, way, host.descriptors, []));
    if (bare !== null) contenders.push({ name: BARE, run: () => bare.list(host.descriptors) });
    // The first round by far the most: the kernel makes an entry for each link that is looked up.
    await takeTurns(contenders.slice(-1), 1);
    const results = await takeTurns(contenders, 1);
    return {
      ...NOTHING,
      how: [
        `${host.pids.length} processes with ${MILLION.descriptorsPerProcess.toLocaleString("en")} descriptors each, together ${host.kinds()}. One round of each first reading, once every link had been looked up.`,
        `Memory of descry watch ${SETTLING_SECONDS} s after its first reading was told.`,
      ],
      commands: ["bin/descry watch --no-color", "bare list 1    (bench/peers/bare.c)"],
      ratios: bareRatios(results),
      ratiosOf: `How many times ${BARE}`,
      figures: [
        { name: "Pulse", value: (await pulse(host)) * 1000, unit: "ms" },
        ...results.flatMap(({ name, wall, cpu }): Figure[] => [
          { name: `${name}, first reading, on the clock`, value: wall, unit: "s" },
          { name: `${name}, first reading, CPU`, value: cpu, unit: "s" },
        ]),
        ...(await watch(scratch)),
      ],
      skipped: [...skipped, ...(bare === null ? ["bare C: gcc is not installed"] : [])],
      load: load.words(),
    };
  } finally {
    await host.stop();
  }
}

const NOTHING: Measurement = {
  title: TITLE,
  how: [],
  commands: [],
  ratios: [],
  ratiosOf: "",
  figures: [],
  skipped: [],
  load: "",
};

/** Why this host cannot have that many more; null when it can. */
function whyNot(): string | null {
  const [open = NaN, , most = NaN] = readFileSync("/proc/sys/fs/file-nr", "latin1").split(/\s+/).map(Number);
  if (most - open < DESCRIPTORS)
    return `${DESCRIPTORS} descriptors: fs.file-max leaves ${most - open} open files`;
  const hard = /^Max open files\s+\d+\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1];
  if (Number(hard) <= MILLION.descriptorsPerProcess)
    return `${DESCRIPTORS} descriptors: the hard limit of open files is ${hard} a process`;
  const kilobytes = /^MemAvailable:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "latin1"))?.[1];
  if (Number(kilobytes) * 1024 < DESCRIPTORS * BYTES_EACH)
    return `${DESCRIPTORS} descriptors: only ${kilobytes} kB of memory are available`;
  return null;
}

async function pulse(host: QuietHost): Promise<number> {
  const beat = pulseOfAll(host.descriptors);
  beat();
  const seconds: number[] = [];
  for (let round = 0; round < PULSES; round += 1) {
    await pause(1000);
    seconds.push(timed(beat));
  }
  return median(seconds);
}

async function watch(scratch: Pick<Scratch, "path">): Promise<Figure[]> {
  const from = performance.now();
  const log = join(scratch.path, "descry-million.err");
  const descry = startChild("descry", DESCRY, ["watch", "--no-color"], { log, readable: true });
  const told = countLines(descry);
  try {
    await firstReading(descry, told);
    const seconds = (performance.now() - from) / 1000;
    const { cpu } = readConsumption(descry.pid);
    await pause(SETTLING_SECONDS * 1000);
    const memory = memoryOf(descry.pid);
    return [
      { name: "descry watch, until the first reading was told", value: seconds, unit: "s" },
      { name: "descry watch, CPU until then", value: cpu, unit: "s" },
      { name: "descry watch, resident memory", value: memory.resident / 1e6, unit: "MB" },
      { name: "descry watch, resident memory, peak", value: memory.peak / 1e6, unit: "MB" },
    ];
  } finally {
    await descry.stop();
  }
}
