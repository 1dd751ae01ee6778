// Runs the measurements where nobody else's processes and sockets are seen: what else the machine does then takes the
// processor, and the document tells how much of it, but it is not among what is watched.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { startChild } from "../lab/child.ts";
import type { Scratch } from "../lab/scratch.ts";
import { until } from "../lab/wait.ts";
import type { Choice, Measured } from "./measure.ts";

const RUN = join(import.meta.dirname, "run.ts");
/** Own process ids with a /proc of their own, and own sockets. All inside ends with its first process. */
const ENCLOSE = ["unshare", "--pid", "--fork", "--kill-child=KILL", "--mount-proc", "--net", "sh", "-c"];
const WITH_LOOPBACK = 'ip link set lo up && exec "$@"';
/** What everything but that window takes, generously. */
const BESIDES_SECONDS = 1200;

export interface Enclosed extends Measured {
  /** False where this is not permitted: then the whole host was watched. */
  readonly enclosed: boolean;
}

export async function measureEnclosed(scratch: Scratch, { windowSeconds, only }: Choice): Promise<Enclosed> {
  const enclosed = mayEnclose();
  const where = enclosed ? "in namespaces of its own" : "on the whole host";
  process.stderr.write(`measuring ${where}: ${only.join(", ")} ...\n`);
  const within = [RUN, "--window", String(windowSeconds), "--within", scratch.path, "--only", only.join(",")];
  const run = [process.execPath, "--disable-warning=ExperimentalWarning", ...within];
  const [command = "", ...args] = enclosed ? inEnclosure(run) : run;
  const log = join(scratch.path, "measure.err");
  const child = startChild("the measurement", command, args, { log, readable: true });
  let said = "";
  child.process.stdout?.setEncoding("utf8").on("data", (text: string) => (said += text));
  // Its standard output may have more to give after it has ended.
  const closed = new Promise<void>((resolve) => void child.process.once("close", () => resolve()));
  try {
    const timeoutSeconds = windowSeconds + BESIDES_SECONDS;
    await until("the measurements", () => child.gone() !== null, { timeoutSeconds, everyMs: 200 });
  } finally {
    await child.stop();
  }
  if (child.process.exitCode !== 0) throw new Error(child.gone() ?? "the measurements have not ended");
  await closed;
  return { ...(JSON.parse(said) as Measured), enclosed };
}

function inEnclosure(command: readonly string[]): string[] {
  return [...ENCLOSE, WITH_LOOPBACK, "sh", ...command];
}

function mayEnclose(): boolean {
  const [command = "", ...args] = inEnclosure(["true"]);
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
