// What `descry watch` costs on a host where nothing or little happens: the price of leaving it on. netdata's
// apps.plugin beside it, on the same processes, one after the other.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startChild, type Child } from "../lab/child.ts";
import type { Scratch } from "../lab/scratch.ts";
import { until } from "../lab/wait.ts";
import { memoryOf, type Reading, readConsumption, shareOfCore } from "./consumption.ts";
import type { Figure, Measurement } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";
import { APPS_PLUGIN, startAppsPlugin } from "./peers/apps-plugin.ts";
import type { QuietHost } from "./quiet-host.ts";

export const DESCRY = join(import.meta.dirname, "..", "bin", "descry");
/** From its first reading until the window begins: compiling and tidying up of the start are over. */
const SETTLING_SECONDS = 30;
const MOVING_SECONDS = 20;
/** One process of a hundred. */
const MOVING_SHARE = 0.01;
const PEER_SECONDS = 15;

export interface WatchOptions {
  readonly windowSeconds: number;
}

/** CPU as shares of a core in percent. */
interface Steady {
  readonly quiet: number;
  readonly moving: number;
}

export async function measureWatch(
  host: QuietHost,
  scratch: Pick<Scratch, "path">,
  { windowSeconds }: WatchOptions,
): Promise<Measurement> {
  const load = startLoadMeter();
  const watched = await runWatch(host, scratch, windowSeconds);
  const peer = await runAppsPlugin(host, scratch);
  const moving = movingProcesses(host);
  return {
    title: `descry watch over ${host.descriptors.toLocaleString("en")} descriptors`,
    how: [
      `${host.pids.length} processes in ${host.services} services hold ${host.descriptors / host.pids.length} descriptors each, together ${host.kinds()}. While nothing moves none of them does anything.`,
      `While 1 % of the processes move, ${moving} of them open two connections, two pipes and two files (ten descriptors) in one second and close them in the next.`,
      `CPU is utime and stime of /proc/PID/stat: of watch over ${windowSeconds} s that begin ${SETTLING_SECONDS} s after the first reading, and then over ${MOVING_SECONDS} s of movement. A process is listed again within ten minutes even when its count stands still, so only a window of 600 s holds all of that.`,
      `apps.plugin ran after watch had ended, started by itself with its output read from a pipe, as netdata would start it: ${SETTLING_SECONDS} s to settle, ${PEER_SECONDS} s each of the same two.`,
      "Memory is VmRSS and RssAnon of /proc/PID/status at the end of the quiet window and VmHWM, the peak, which the first reading makes. 1 MB is 1,000,000 bytes.",
    ],
    commands: ["bin/descry watch --no-color", APPS_PLUGIN],
    ratios: peer === null ? [] : ratiosTo(watched.steady, peer),
    ratiosOf: "How many times the CPU of descry watch",
    figures: [...watched.figures, ...(peer === null ? [] : figuresOfPeer(peer))],
    skipped: peer === null ? ["apps.plugin: the Debian package netdata-core is not installed"] : [],
    load: load.words(),
  };
}

function movingProcesses({ pids }: QuietHost): number {
  return Math.round(pids.length * MOVING_SHARE);
}

async function runWatch(
  host: QuietHost,
  scratch: Pick<Scratch, "path">,
  windowSeconds: number,
): Promise<{ steady: Steady; figures: Figure[] }> {
  const start = performance.now() / 1000;
  const descry = startChild("descry", DESCRY, ["watch", "--no-color"], {
    log: join(scratch.path, "descry.err"),
    readable: true,
  });
  const told = countLines(descry);
  try {
    await firstReading(descry, told);
    const first = readConsumption(descry.pid);
    await pause(SETTLING_SECONDS * 1000);
    const settled = readConsumption(descry.pid);
    await pause(windowSeconds * 1000);
    const last = readConsumption(descry.pid);
    const memory = memoryOf(descry.pid);
    const moving = await whileMoving(host, descry, MOVING_SECONDS);
    const steady = { quiet: shareOfCore(settled, last), moving };
    return {
      steady,
      figures: [
        { name: "CPU, nothing moves", value: steady.quiet, unit: "% of a core", goal: { atMost: 0.5 } },
        { name: "CPU, 1 % of the processes move", value: moving, unit: "% of a core" },
        { name: "CPU until the first reading was told", value: first.cpu, unit: "s" },
        { name: `CPU in the ${SETTLING_SECONDS} s after it`, value: settled.cpu - first.cpu, unit: "s" },
        { name: "Time until the first reading was told", value: first.seconds - start, unit: "s" },
        { name: "Resident memory, steady", value: memory.resident / 1e6, unit: "MB", goal: { atMost: 130 } },
        { name: "of it anonymous", value: memory.anonymous / 1e6, unit: "MB" },
        { name: "Resident memory, peak", value: memory.peak / 1e6, unit: "MB", goal: { atMost: 130 } },
        { name: "Told about this host", value: told() - 1, unit: "lines", goal: { atMost: 0 } },
      ],
    };
  } finally {
    await descry.stop();
  }
}

async function runAppsPlugin(host: QuietHost, scratch: Pick<Scratch, "path">): Promise<Steady | null> {
  const plugin = await startAppsPlugin(scratch);
  if (plugin === null) return null;
  try {
    await pause(SETTLING_SECONDS * 1000);
    const from = readConsumption(plugin.pid);
    await pause(PEER_SECONDS * 1000);
    const quiet = shareOfCore(from, readConsumption(plugin.pid));
    return { quiet, moving: await whileMoving(host, plugin, PEER_SECONDS) };
  } finally {
    await plugin.stop();
  }
}

/** CPU of the program while processes of the host move. */
async function whileMoving(host: QuietHost, { pid }: Child, seconds: number): Promise<number> {
  const processes = movingProcesses(host);
  host.turnMovement(processes);
  try {
    await pause(1000);
    const from: Reading = readConsumption(pid);
    await pause(seconds * 1000);
    return shareOfCore(from, readConsumption(pid));
  } finally {
    host.turnMovement(processes);
  }
}

function ratiosTo(own: Steady, peer: Steady): Figure[] {
  return [
    { name: "apps.plugin, nothing moves", value: peer.quiet / own.quiet, unit: "times" },
    { name: "apps.plugin, 1 % of the processes move", value: peer.moving / own.moving, unit: "times" },
  ];
}

function figuresOfPeer({ quiet, moving }: Steady): Figure[] {
  return [
    { name: "apps.plugin, CPU, nothing moves", value: quiet, unit: "% of a core" },
    { name: "apps.plugin, CPU, 1 % of the processes move", value: moving, unit: "% of a core" },
  ];
}

/** The first line is the heading, which stands above the first reading. */
export async function firstReading(descry: Child, told: () => number): Promise<void> {
  const patience = { timeoutSeconds: 120, everyMs: 10 };
  await until("descry to finish its first reading", () => told() > 0, { needs: [descry], ...patience });
}

/** How many lines it has told so far. */
export function countLines(child: Child): () => number {
  let lines = 0;
  child.process.stdout
    ?.setEncoding("latin1")
    .on("data", (text: string) => (lines += text.split("\n").length - 1));
  return () => lines;
}
