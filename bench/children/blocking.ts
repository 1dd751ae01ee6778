// blocking SECONDS: observes the host as the program does and prints for how long its main thread was blocked at most.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { observe } from "../../src/agent/observe.ts";
import { openKernel } from "../../src/agent/sources.ts";
import { EVERYTHING } from "../../src/model/targets.ts";

export interface Blocks {
  /** Milliseconds. */
  readonly first: number;
  readonly steady: number;
  readonly firstSeconds: number;
}

/** A timer of this many milliseconds; how much later than that it comes is what a delay is. */
const RESOLUTION = 1;

function longest(delays: ReturnType<typeof monitorEventLoopDelay>): number {
  return Math.max(0, delays.max / 1e6 - RESOLUTION);
}

const seconds = Number(process.argv[2]);
const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
delays.enable();
// Lets the timer come once before the work begins.
await new Promise((resolve) => setTimeout(resolve, 5 * RESOLUTION));
delays.reset();
const end = new AbortController();
const from = performance.now();
let [first, firstSeconds] = [NaN, NaN];
for await (const tick of observe(openKernel(), { targets: EVERYTHING, interval: 1000, signal: end.signal })) {
  if (Number.isNaN(first)) {
    tick.snapshot();
    // A block is told by the timer that comes after it.
    await new Promise((resolve) => setTimeout(resolve, 5 * RESOLUTION));
    first = longest(delays);
    firstSeconds = (performance.now() - from) / 1000;
    delays.reset();
  }
  if (performance.now() - from > seconds * 1000) end.abort();
}
delays.disable();
const blocks: Blocks = { first, steady: longest(delays), firstSeconds };
process.stdout.write(`${JSON.stringify(blocks)}\n`);
