// Runs the measurements where nobody else's processes and sockets are seen: what else the machine does then takes the
// processor, and the document tells how much of it, but it is not among what is watched.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { startChild } from "../lab/child.ts";
import type { Scratch } from "../lab/scratch.ts";
import { until } from "../lab/wait.ts";
import type { Measurement } from "./figures.ts";

const MEASURE = join(import.meta.dirname, "measure.ts");
/** Own process ids with a /proc of their own, and own sockets. All inside ends with its first process. */
const UNSHARE = ["--pid", "--fork", "--kill-child=KILL", "--mount-proc", "--net"];
const WITH_LOOPBACK = 'ip link set lo up && exec "$@"';

export interface Enclosed {
  readonly measurements: readonly Measurement[];
  /** False where this is not permitted: then the whole host was watched. */
  readonly enclosed: boolean;
}

export async function measureEnclosed(scratch: Scratch, windowSeconds: number): Promise<Enclosed> {
  const enclosed = mayEnclose();
  const measure = [
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    MEASURE,
    scratch.path,
    String(windowSeconds),
  ];
  const [command = "", ...args] = enclosed
    ? ["unshare", ...UNSHARE, "sh", "-c", WITH_LOOPBACK, "sh", ...measure]
    : measure;
  process.stderr.write(
    `measuring ${enclosed ? "in namespaces of its own" : "the whole host"}, about ${windowSeconds + 150} s ...\n`,
  );
  const child = startChild("the measurement", command, args, {
    log: join(scratch.path, "measure.err"),
    readable: true,
  });
  let said = "";
  child.process.stdout?.setEncoding("utf8").on("data", (text: string) => (said += text));
  try {
    await until("the measurements", () => child.gone() !== null, {
      timeoutSeconds: windowSeconds + 900,
      everyMs: 200,
    });
  } finally {
    await child.stop();
  }
  if (child.process.exitCode !== 0) throw new Error(child.gone() ?? "the measurements have not ended");
  return { measurements: JSON.parse(said) as Measurement[], enclosed };
}

function mayEnclose(): boolean {
  try {
    execFileSync("unshare", [...UNSHARE, "sh", "-c", WITH_LOOPBACK, "sh", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
