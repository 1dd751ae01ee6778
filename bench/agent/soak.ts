// The agent as it runs for years, in the minutes that a bench has: what it costs while connections come and go around it,
// whether anything of it grows, and whether a leak that begins then is told in time.
import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { startMkleak } from "../../lab/mkleak/start.ts";
import type { Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import type { VerdictEvent } from "../../src/model/events.ts";
import { memoryOf, readConsumption, shareOfCore } from "../consumption.ts";
import { type Measurement, median } from "../figures.ts";
import { startLoadMeter } from "../machine.ts";
import type { QuietHost } from "../quiet-host.ts";
import { type BenchedAgent, startAgent } from "./running-agent.ts";

const CONNECTIONS_PER_SECOND = 500;
/** Compiling, the first lists of everything, the first hours-old baselines that can be used: over by then. */
const WARM_UP_SECONDS = 240;
const SAMPLE_SECONDS = 2;
/** Memory goes up and down with each collection of garbage: what grows is seen in the medians of so many seconds. */
const PART_SECONDS = 60;
const LEAK_PER_MINUTE = 60;
const MOST_SECONDS_TO_CONFIRM = 120;

interface Sample {
  readonly residentBytes: number;
  readonly descriptors: number;
}

export async function measureSoak(
  host: QuietHost,
  scratch: Pick<Scratch, "path">,
  { windowSeconds }: { readonly windowSeconds: number },
): Promise<Measurement> {
  const load = startLoadMeter();
  const churn = await startMkleak("short", { rate: CONNECTIONS_PER_SECOND * 60 });
  try {
    const agent = await startAgent(scratch, "agent-soak");
    try {
      await pause(WARM_UP_SECONDS * 1000);
      const [before, from] = [await churn.report(), readConsumption(agent.child.pid)];
      const samples = await takeSamples(agent, windowSeconds);
      const [to, after] = [readConsumption(agent.child.pid), await churn.report()];
      const told = await agent.getJson<{ verdicts: VerdictEvent[] }>("/api/v1/verdicts");
      const seconds = await secondsToConfirm(agent);
      const memory = medians(samples.map(({ residentBytes }) => residentBytes / 1e6));
      const descriptors = samples.map((sample) => sample.descriptors);
      return {
        title: `descry agent over ${host.descriptors.toLocaleString("en")} descriptors and ${CONNECTIONS_PER_SECOND} connections a second`,
        how: [
          `${host.pids.length} processes hold ${host.kinds()}, and lab/mkleak.py opens and closes connections on loopback all the time; the agent has its default budget, 1 % of one core, and keeps its history on the disk.`,
          `From ${WARM_UP_SECONDS} s after its start, for ${windowSeconds} s. CPU is that of both threads, as the kernel bills it; memory is the median of each ${PART_SECONDS} s, VmRSS of /proc/PID/status every ${SAMPLE_SECONDS} s.`,
          `Then, with everything still going on, lab/mkleak.py tcp leaks ${LEAK_PER_MINUTE} connections a minute; the time runs from its start until /api/v1/verdicts has it confirmed.`,
        ],
        commands: [
          "bin/descry agent",
          `lab/mkleak.py short --rate ${CONNECTIONS_PER_SECOND * 60}`,
          `lab/mkleak.py tcp --rate ${LEAK_PER_MINUTE}`,
        ],
        ratios: [],
        ratiosOf: "",
        figures: [
          {
            name: "Connections opened",
            value: (after.opens - before.opens) / (after.t - before.t),
            unit: "a second",
            goal: { atLeast: 0.95 * CONNECTIONS_PER_SECOND },
          },
          { name: "CPU", value: shareOfCore(from, to), unit: "% of a core", goal: { atMost: 1 } },
          { name: "Resident memory, median", value: median(memory), unit: "MB" },
          {
            name: "Resident memory, highest less lowest minute",
            value: Math.max(...memory) - Math.min(...memory),
            unit: "MB",
            goal: { atMost: 5 },
          },
          {
            name: "Resident memory, last less first minute",
            value: (memory.at(-1) ?? NaN) - (memory[0] ?? NaN),
            unit: "MB",
          },
          { name: "Own descriptors, most", value: Math.max(...descriptors), unit: "open" },
          {
            name: "Own descriptors, most less fewest",
            value: Math.max(...descriptors) - Math.min(...descriptors),
            unit: "open",
            goal: { atMost: 2 },
          },
          {
            name: "Verdicts before the leak, of which all are wrong",
            value: told.verdicts.length,
            unit: "lines",
            goal: { atMost: 0 },
          },
          {
            name: "Time until the leak was confirmed",
            value: seconds,
            unit: "s",
            goal: { atMost: MOST_SECONDS_TO_CONFIRM },
          },
        ],
        skipped: [],
        load: load.words(),
      };
    } finally {
      await agent.child.stop();
    }
  } finally {
    await churn.stop();
  }
}

async function takeSamples({ child }: BenchedAgent, seconds: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    const gone = child.gone();
    if (gone !== null) throw new Error(gone);
    const descriptors = readdirSync(`/proc/${child.pid}/fd`).length;
    samples.push({ residentBytes: memoryOf(child.pid).resident, descriptors });
    await pause(SAMPLE_SECONDS * 1000);
  }
  return samples;
}

/** Of each minute that was sampled whole; of all when there is none. */
function medians(values: readonly number[]): number[] {
  const width = PART_SECONDS / SAMPLE_SECONDS;
  const parts = Array.from({ length: Math.floor(values.length / width) }, (_, at) =>
    median(values.slice(at * width, (at + 1) * width)),
  );
  return parts.length === 0 ? [median(values)] : parts;
}

async function secondsToConfirm(agent: BenchedAgent): Promise<number> {
  const leak = await startMkleak("tcp", { rate: LEAK_PER_MINUTE });
  const from = performance.now();
  const confirmed = async (): Promise<boolean> => {
    const { verdicts } = await agent.getJson<{ verdicts: VerdictEvent[] }>("/api/v1/verdicts");
    return verdicts.some(({ process, standing }) => process?.pid === leak.pid && standing === "confirmed");
  };
  try {
    const needs = [agent.child];
    await until("the leak to be confirmed", confirmed, { needs, timeoutSeconds: 300, everyMs: 1000 });
    return (performance.now() - from) / 1000;
  } finally {
    await leak.stop();
  }
}
