// For how long the main thread does nothing else: what a key pressed or a request made has to wait at worst.
import type { Scratch } from "../lab/scratch.ts";
import { runAsDescry } from "./as-descry.ts";
import { ways } from "./census.ts";
import type { Blocks } from "./children/blocking.ts";
import type { Figure, Measurement } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";
import type { QuietHost } from "./quiet-host.ts";

const SECONDS = 15;
const MOST_MS = 20;

export async function measureBlocking(host: QuietHost, scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const { ways: own, skipped } = ways();
  const figures: Figure[] = [];
  for (const { name, env } of own) {
    const child = { script: "blocking", args: [String(SECONDS)], env };
    const { first, steady, firstSeconds } = await runAsDescry<Blocks>(scratch, child);
    // What is promised is promised of the first way: the addon where there is one.
    const goal = figures.length === 0 ? { goal: { atMost: MOST_MS } } : {};
    figures.push(
      { name: `${name}, in the first reading`, value: first, unit: "ms", ...goal },
      { name: `${name}, after it`, value: steady, unit: "ms", ...goal },
      { name: `${name}, the first reading took`, value: firstSeconds * 1000, unit: "ms" },
    );
  }
  return {
    title: `The longest block of the main thread over ${host.descriptors.toLocaleString("en")} descriptors`,
    how: [
      `The loop of the program (observe) in a process of its own over ${SECONDS} s, with perf_hooks.monitorEventLoopDelay at 1 ms: how much later than that its timer came at worst. Whatever else took the processor from it is in there as well.`,
      "In the first reading: until the first tick was judged and a snapshot of it drawn up.",
    ],
    commands: [],
    ratios: [],
    ratiosOf: "",
    figures,
    skipped,
    load: load.words(),
  };
}
