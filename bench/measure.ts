// Every measurement of the bench, one after the other.
import type { Scratch } from "../lab/scratch.ts";
import { measureKills } from "./agent/kills.ts";
import { measureReaders } from "./agent/readers.ts";
import { measureSoak } from "./agent/soak.ts";
import { measureBlocking } from "./blocking.ts";
import { measureCensus } from "./census.ts";
import { measureChurn } from "./churn.ts";
import type { Measurement } from "./figures.ts";
import { measureJudging } from "./judging.ts";
import { measureLedger } from "./ledger.ts";
import { measureMetrics } from "./metrics.ts";
import { measureMillion } from "./million.ts";
import { measurePulse } from "./pulse.ts";
import { type QuietHost, startQuietHost } from "./quiet-host.ts";
import { measureReplay } from "./replay.ts";
import { measureSockets } from "./sockets.ts";
import { measureWatch } from "./watch.ts";

export interface Choice {
  /** Seconds of what is looked at for long: descry watch while nothing moves, the soak of the agent. */
  readonly windowSeconds: number;
  /** Names of measurements. */
  readonly only: readonly string[];
}

type Within = Pick<Scratch, "path">;

/** Those over the quiet host, which is started for them and ended after them. */
const OVER_QUIET_HOST = {
  watch: (host: QuietHost, scratch: Within, choice: Choice) => measureWatch(host, scratch, choice),
  blocking: (host: QuietHost, scratch: Within) => measureBlocking(host, scratch),
  census: (host: QuietHost, scratch: Within) => measureCensus(host, scratch),
  pulse: (host: QuietHost, scratch: Within) => measurePulse(host, scratch),
  soak: (host: QuietHost, scratch: Within, choice: Choice) => measureSoak(host, scratch, choice),
  readers: (host: QuietHost, scratch: Within) => measureReaders(host, scratch),
} as const;

const BY_THEMSELVES = {
  sockets: measureSockets,
  judging: measureJudging,
  ledger: measureLedger,
  million: measureMillion,
  churn: measureChurn,
  replay: measureReplay,
  metrics: measureMetrics,
} as const;

/** Of the agent, beside those over the quiet host. */
const OF_THE_AGENT = { kills: measureKills } as const;

/** The pages of docs/ that are written by a run, and what each is made of. */
export const PAGES = {
  benchmarks: {
    title: "Benchmarks",
    about: "What descry costs",
    command: "npm run bench",
    windowSeconds: 40,
    only: ["watch", "blocking", "census", "pulse", ...Object.keys(BY_THEMSELVES)],
  },
  "benchmarks-agent": {
    title: "Benchmarks of the agent",
    about: "What descry agent costs and holds over time",
    command: "npm run bench:agent",
    windowSeconds: 600,
    only: ["soak", "readers", ...Object.keys(OF_THE_AGENT)],
  },
} as const;

export type PageName = keyof typeof PAGES;

export const MEASUREMENTS: readonly string[] = Object.values(PAGES).flatMap(({ only }) => [...only]);

export interface Measured {
  readonly measurements: readonly Measurement[];
  /** What could not be measured because something went wrong, in sentences. What is not installed is no failure. */
  readonly failures: readonly string[];
}

export async function measureAll(scratch: Within, choice: Choice): Promise<Measured> {
  const chosen = <Measure>(all: Readonly<Record<string, Measure>>): [string, Measure][] =>
    Object.entries(all).filter(([name]) => choice.only.includes(name));
  const measurements: Measurement[] = [];
  const failures: string[] = [];
  const make = async (name: string, measure: () => Promise<Measurement>): Promise<void> => {
    const from = performance.now();
    try {
      measurements.push(await measure());
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    process.stderr.write(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s\n`);
  };
  const overHost = chosen(OVER_QUIET_HOST);
  if (overHost.length > 0) {
    const host = await startQuietHost(scratch);
    try {
      for (const [name, measure] of overHost) await make(name, () => measure(host, scratch, choice));
    } finally {
      await host.stop();
    }
  }
  for (const [name, measure] of chosen({ ...BY_THEMSELVES, ...OF_THE_AGENT }))
    await make(name, () => measure(scratch));
  return { measurements, failures };
}
