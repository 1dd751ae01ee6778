// Very many who ask the agent at once: whether it still looks at the host once a second, and what they get.
import { createInterface } from "node:readline";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Child, startChild } from "../../lab/child.ts";
import type { Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import type { Asked } from "../children/readers.ts";
import { readConsumption, shareOfCore } from "../consumption.ts";
import type { Figure, Measurement } from "../figures.ts";
import { startLoadMeter } from "../machine.ts";
import type { QuietHost } from "../quiet-host.ts";
import { type BenchedAgent, startAgent } from "./running-agent.ts";

const READERS = 200;
const REQUESTS_PER_SECOND = 1000;
const SETTLING_SECONDS = 30;
const WINDOW_SECONDS = 60;
/** A tenth of the second between two looks. */
const MOST_LATE_SECONDS = 0.1;

/** What the agent says of its own looks in a window. */
interface Looks {
  /** Of a core in percent, both threads. */
  readonly cpu: number;
  readonly perSecond: number;
  /** Share of the looks that began within MOST_LATE_SECONDS of their second. */
  readonly inTime: number;
  /** Milliseconds. */
  readonly late: number;
  readonly read: number;
}

export async function measureReaders(host: QuietHost, scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const agent = await startAgent(scratch, "agent-readers");
  try {
    await pause(SETTLING_SECONDS * 1000);
    const alone = await looksOf(agent);
    const { asked, looks: beside } = await withReaders(agent, scratch);
    const change = Math.abs(beside.perSecond / alone.perSecond - 1);
    return {
      title: `descry agent with ${READERS} readers of its events and ${REQUESTS_PER_SECOND.toLocaleString("en")} requests a second`,
      how: [
        `Over ${host.descriptors.toLocaleString("en")} descriptors in ${host.pids.length} processes, ${WINDOW_SECONDS} s without and ${WINDOW_SECONDS} s with them. One other program has ${READERS} connections open to /api/v1/events and asks /api/v1/services, /api/v1/verdicts, /api/v1/agent and /healthz in turn over 20 more.`,
        "Pulse: how often the host was looked at, and how long after its second each look began, as the agent tells it at /metrics (descry_stage_duration_seconds, stages late and read).",
      ],
      commands: ["bin/descry agent"],
      ratios: [
        { name: "change of the time between two looks", value: change, unit: "times", goal: { atMost: 0.1 } },
        { name: "reading the host takes", value: beside.read / alone.read, unit: "times" },
      ],
      ratiosOf: "With them to without",
      figures: [
        ...figuresOf("without", alone),
        ...figuresOf("with", beside),
        { name: "Requests answered", value: asked.perSecond, unit: "a second", goal: { atLeast: 950 } },
        { name: "Requests refused or failed", value: asked.failed, unit: "lines", goal: { atMost: 0 } },
        { name: "Time to an answer, 50 %", value: asked.medianMs, unit: "ms" },
        { name: "Time to an answer, 99 %", value: asked.mostMs, unit: "ms" },
        {
          name: "Readers still there at the end",
          value: asked.readers,
          unit: "open",
          goal: { atLeast: READERS },
        },
      ],
      skipped: [],
      load: load.words(),
    };
  } finally {
    await agent.child.stop();
  }
}

function figuresOf(name: string, { cpu, inTime, late, read }: Looks): Figure[] {
  return [
    {
      name: `Looks within ${MOST_LATE_SECONDS * 1000} ms of their second, ${name}`,
      value: 100 * inTime,
      unit: "%",
      goal: { atLeast: 99 },
    },
    { name: `A look begins late by, mean, ${name}`, value: late, unit: "ms" },
    { name: `Reading the host, mean, ${name}`, value: read, unit: "ms" },
    { name: `CPU, ${name}`, value: cpu, unit: "% of a core" },
  ];
}

async function looksOf(agent: BenchedAgent): Promise<Looks> {
  const [before, from] = [await agent.metrics(), readConsumption(agent.child.pid)];
  await pause(WINDOW_SECONDS * 1000);
  const [after, to] = [await agent.metrics(), readConsumption(agent.child.pid)];
  const grown = (series: string): number => (after.get(series) ?? NaN) - (before.get(series) ?? NaN);
  const count = grown('descry_stage_duration_seconds_count{stage="late"}');
  const meanMs = (stage: string): number =>
    (1000 * grown(`descry_stage_duration_seconds_sum{stage="${stage}"}`)) / count;
  return {
    cpu: shareOfCore(from, to),
    // By the agent's own clock: what it hands to the metrics comes in portions of some seconds.
    perSecond: count / grown("descry_watched_seconds"),
    inTime: grown(`descry_stage_duration_seconds_bucket{stage="late",le="${MOST_LATE_SECONDS}"}`) / count,
    late: meanMs("late"),
    read: meanMs("read"),
  };
}

async function withReaders(
  agent: BenchedAgent,
  scratch: Pick<Scratch, "path">,
): Promise<{ asked: Asked; looks: Looks }> {
  const script = join(import.meta.dirname, "..", "children", "readers.ts");
  const args = ["--disable-warning=ExperimentalWarning", script, agent.url];
  const child = startChild(
    "the readers",
    process.execPath,
    [...args, String(READERS), String(REQUESTS_PER_SECOND)],
    {
      log: join(scratch.path, "readers.err"),
      readable: true,
    },
  );
  const lines = linesOf(child);
  try {
    await until("the readers to be connected", () => lines.length > 0, { needs: [child, agent.child] });
    const looks = await looksOf(agent);
    child.process.kill("SIGUSR2");
    await until("their report", () => lines.length > 1, { needs: [agent.child] });
    return { asked: JSON.parse(lines[1] ?? "") as Asked, looks };
  } finally {
    await child.stop();
  }
}

function linesOf(child: Child): string[] {
  const lines: string[] = [];
  if (child.process.stdout !== null)
    createInterface(child.process.stdout).on("line", (line) => void lines.push(line));
  return lines;
}
