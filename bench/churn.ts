// Very many short connections around it: what watching costs meanwhile, what it stops counting, and whether it is right again.
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { startChild, type Child } from "../lab/child.ts";
import { type Mkleak, startMkleak } from "../lab/mkleak/start.ts";
import type { Scratch } from "../lab/scratch.ts";
import { until } from "../lab/wait.ts";
import type { DescryEvent } from "../src/model/events.ts";
import { readConsumption, shareOfCore } from "./consumption.ts";
import type { Figure, Measurement } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";
import { DESCRY } from "./watch.ts";

const PER_SECOND = 10_000;
const SETTLING_SECONDS = 10;
const WINDOW_SECONDS = 15;
const LEAK_PER_MINUTE = 60;
/** The issue's: a leak of one a second is suspected within this time. */
const MOST_SECONDS_TO_NAME = 60;
const PATIENCE_SECONDS = 150;

export async function measureChurn(scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const log = join(scratch.path, "descry-churn.err");
  const descry = startChild("descry", DESCRY, ["watch", "--json"], { log, readable: true });
  const events = collectEvents(descry);
  const cpu = async (): Promise<number> => {
    const from = readConsumption(descry.pid);
    await pause(WINDOW_SECONDS * 1000);
    return shareOfCore(from, readConsumption(descry.pid));
  };
  try {
    await pause(SETTLING_SECONDS * 1000);
    const before = await cpu();
    const told = events.length;
    const { during, perSecond } = await withChurn(cpu);
    await pause(SETTLING_SECONDS * 1000);
    const after = await cpu();
    const said = events.slice(told);
    const named = await secondsToName(descry, events);
    const verdicts = said.filter(({ type }) => type === "verdict" || type === "forecast").length;
    return {
      title: `${PER_SECOND.toLocaleString("en")} short connections a second around descry watch`,
      how: [
        `lab/mkleak.py short opens connections on loopback and resets each at once; ${WINDOW_SECONDS} s before, ${WINDOW_SECONDS} s during and, ${SETTLING_SECONDS} s after its end, ${WINDOW_SECONDS} s without it. CPU is that of descry watch alone, as the kernel bills it.`,
        `What it said in that time: ${saidWords(said)}.`,
        `Right again: then lab/mkleak.py close-wait leaked ${LEAK_PER_MINUTE} connections a minute, and it counts how long descry took to name that process and that rule.`,
      ],
      commands: [
        "bin/descry watch --json",
        `lab/mkleak.py short --rate ${PER_SECOND * 60}`,
        `lab/mkleak.py close-wait --rate ${LEAK_PER_MINUTE}`,
      ],
      ratios: ratiosTo(before, during, after),
      ratiosOf: "How many times the CPU before",
      figures: [
        {
          name: "Connections opened",
          value: perSecond,
          unit: "a second",
          goal: { atLeast: 0.9 * PER_SECOND },
        },
        { name: "CPU before", value: before, unit: "% of a core", goal: { atMost: 0.5 } },
        { name: "CPU during", value: during, unit: "% of a core" },
        { name: "CPU after", value: after, unit: "% of a core", goal: { atMost: 0.5 } },
        {
          name: "Verdicts and forecasts, of which all are wrong",
          value: verdicts,
          unit: "lines",
          goal: { atMost: 0 },
        },
        {
          name: "Time until a leak that began afterwards was named",
          value: named,
          unit: "s",
          goal: { atMost: MOST_SECONDS_TO_NAME },
        },
      ],
      skipped: [],
      load: load.words(),
    };
  } finally {
    await descry.stop();
  }
}

/** What it says from now on, one event a line. */
function collectEvents(child: Child): DescryEvent[] {
  const events: DescryEvent[] = [];
  if (child.process.stdout === null) throw new Error(`${child.name} has no standard output`);
  createInterface(child.process.stdout).on(
    "line",
    (line) => void events.push(JSON.parse(line) as DescryEvent),
  );
  return events;
}

async function withChurn(cpu: () => Promise<number>): Promise<{ during: number; perSecond: number }> {
  const churn = await startMkleak("short", { rate: PER_SECOND * 60 });
  try {
    // Its own start, and the moment in which it is noticed.
    await pause(2000);
    const from = await churn.report();
    const during = await cpu();
    const to = await churn.report();
    return { during, perSecond: (to.opens - from.opens) / (to.t - from.t) };
  } finally {
    await churn.stop();
  }
}

async function secondsToName(descry: Child, events: readonly DescryEvent[]): Promise<number> {
  const leak = await startMkleak("close-wait", { rate: LEAK_PER_MINUTE });
  const from = performance.now();
  try {
    const timeoutSeconds = PATIENCE_SECONDS;
    await until("the leak to be named", () => events.some((event) => names(event, leak)), {
      needs: [descry],
      timeoutSeconds,
      everyMs: 100,
    });
    return (performance.now() - from) / 1000;
  } finally {
    await leak.stop();
  }
}

function names(event: DescryEvent, { pid }: Mkleak): boolean {
  return event.type === "verdict" && event.rule === "close-wait" && event.process?.pid === pid;
}

/** Gaps and verdicts in words, each once. */
export function saidWords(events: readonly DescryEvent[]): string {
  const words = events.map((event) => {
    if (event.type === "gap") return `not known: ${event.what} (${event.why})`;
    return event.type === "verdict" || event.type === "forecast" ? event.summary : event.type;
  });
  return words.length === 0 ? "nothing" : [...new Set(words)].join("; ");
}

function ratiosTo(before: number, during: number, after: number): Figure[] {
  return [
    { name: "during", value: during / before, unit: "times" },
    { name: "after", value: after / before, unit: "times" },
  ];
}
