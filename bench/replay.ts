// What it takes to judge an hour that was recorded: a question that is asked again and again while a rule is mended.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Scratch } from "../lab/scratch.ts";
import { createRecording, openRecording } from "../src/agent/sources.ts";
import { SimulatedHost, randomFrom } from "./detection/simulated-host.ts";
import { poissonLeak, served } from "./detection/workloads.ts";
import type { Measurement } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";

const PROGRAM = join(import.meta.dirname, "..", "bin", "descry");
const SECONDS = 3600;

/** An hour of one service: fifteen connections a second of three seconds each, and 250 leaked a minute. */
async function writeHour(path: string): Promise<number> {
  const [host, random] = [new SimulatedHost(), randomFrom(5)];
  const load = served((second) => 15 + 5 * Math.sin(second / 300), 3);
  const leak = poissonLeak(250);
  const header = { writtenBy: "descry bench", host: "simulated", targets: { pids: [], services: [] } };
  const recording = await createRecording(path, header);
  let facts = 0;
  while (host.second < SECONDS) {
    load(host, random);
    leak(host, random);
    const tick = host.tick();
    facts += tick.facts.length;
    await recording.write(tick);
  }
  await recording.close();
  return facts;
}

export async function measureReplay(scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const path = join(scratch.path, "hour.descry");
  const facts = await writeHour(path);
  const load = startLoadMeter();
  const replayed = await timed(() => {
    try {
      execFileSync(PROGRAM, ["replay", "--json", path], { stdio: "ignore" });
    } catch (error) {
      // 2 is the answer: there is a leak.
      if (!(error instanceof Error && "status" in error && error.status === 2)) throw error;
    }
  });
  const read = await timed(async () => {
    const { source } = await openRecording(path);
    while ((await source.read({ pids: new Set() })) !== null);
    await source.close();
  });
  const parsed = await timed(() => {
    for (const line of gunzipSync(readFileSync(path)).toString().split("\n"))
      if (line !== "") JSON.parse(line);
  });
  return {
    title: "Replay of an hour",
    how: [
      `A recording of 3600 ticks with ${facts.toLocaleString("en")} facts: one service with fifteen short connections a second and a leak of 250 a minute, simulated.`,
      "Gunzip, cutting into lines and JSON.parse in one go is what reading such a file takes at least in Node; reading it as descry does checks every line against its schema; the replay also starts the program, judges and prints the events.",
    ],
    commands: ["bin/descry replay --json hour.descry"],
    ratios: [{ name: "the replay", value: replayed / parsed, unit: "times" }],
    ratiosOf: "How many times gunzip and JSON.parse alone",
    figures: [
      { name: "Replay of an hour, on the clock", value: replayed, unit: "s", goal: { atMost: 10 } },
      { name: "Reading and checking it", value: read, unit: "s" },
      { name: "Gunzip and JSON.parse alone", value: parsed, unit: "s" },
    ],
    skipped: [],
    load: load.words(),
  };
}

async function timed(work: () => void | Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}
