// What `descry watch` costs on a host where nothing happens: the price of leaving it on.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startChild, type Child } from "../lab/child.ts";
import type { Scratch } from "../lab/scratch.ts";
import { until } from "../lab/wait.ts";
import { cpuSeconds, memoryOf } from "./consumption.ts";
import type { Measurement } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";
import type { QuietHost } from "./quiet-host.ts";

const PROGRAM = join(import.meta.dirname, "..", "bin", "descry");
/** From its first reading until the window begins: compiling and tidying up of the start are over. */
const SETTLING_SECONDS = 10;

export interface WatchOptions {
  readonly windowSeconds: number;
}

interface Reading {
  readonly seconds: number;
  readonly cpu: number;
}

export async function measureWatch(
  host: QuietHost,
  scratch: Pick<Scratch, "path">,
  options: WatchOptions,
): Promise<Measurement> {
  const from = performance.now();
  const descry = startChild("descry", PROGRAM, ["watch", "--no-color"], {
    log: join(scratch.path, "descry.err"),
    readable: true,
  });
  const told = countLines(descry);
  const read = (): Reading => ({ seconds: (performance.now() - from) / 1000, cpu: cpuSeconds(descry.pid) });
  try {
    // The first line is the heading, which stands above the first reading.
    await until("descry to finish its first reading", () => told() > 0, { needs: [descry], everyMs: 10 });
    const first = read();
    await pause(SETTLING_SECONDS * 1000);
    const settled = read();
    const load = startLoadMeter();
    await pause(options.windowSeconds * 1000);
    const last = read();
    const memory = memoryOf(descry.pid);
    return {
      title: `descry watch over ${host.descriptors.toLocaleString("en")} quiet descriptors`,
      how: [
        `${host.pids.length} processes in ${host.services} services hold ${host.descriptors / host.pids.length} descriptors each: a fifth each of files, pipes, unix socket pairs and TCP connections on loopback, the rest eventfds. None of them does anything.`,
        `CPU is utime and stime of /proc/PID/stat over ${options.windowSeconds} s that begin ${SETTLING_SECONDS} s after the first reading. A process is listed again within ten minutes even when its count stands still, so only a window of 600 s holds all of that.`,
        "Memory is VmRSS and RssAnon of /proc/PID/status at the end of the window and VmHWM, the peak, which the first reading makes. 1 MB is 1,000,000 bytes.",
      ],
      ratios: [],
      ratiosOf: "",
      figures: [
        { name: "CPU, steady", value: share(settled, last), unit: "% of a core", target: { atMost: 0.5 } },
        {
          name: "CPU, whole run with the start",
          value: share({ seconds: 0, cpu: 0 }, last),
          unit: "% of a core",
        },
        { name: "CPU until the first reading was told", value: first.cpu, unit: "s" },
        { name: `CPU in the ${SETTLING_SECONDS} s after it`, value: settled.cpu - first.cpu, unit: "s" },
        { name: "Time until the first reading was told", value: first.seconds, unit: "s" },
        {
          name: "Resident memory, steady",
          value: memory.resident / 1e6,
          unit: "MB",
          target: { atMost: 130 },
        },
        { name: "of it anonymous", value: memory.anonymous / 1e6, unit: "MB" },
        { name: "Resident memory, peak", value: memory.peak / 1e6, unit: "MB" },
        { name: "Told about this quiet host", value: told() - 1, unit: "lines" },
      ],
      skipped: [],
      load: load.words(),
    };
  } finally {
    await descry.stop();
  }
}

function share(from: Reading, to: Reading): number {
  return (100 * (to.cpu - from.cpu)) / (to.seconds - from.seconds);
}

/** How many lines it has told so far. */
function countLines(child: Child): () => number {
  let lines = 0;
  child.process.stdout
    ?.setEncoding("latin1")
    .on("data", (text: string) => (lines += text.split("\n").length - 1));
  return () => lines;
}
