// netdata's apps.plugin by itself: reads every process and the links of its descriptors once a second.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Child, startChild } from "../../lab/child.ts";
import type { Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";

const PROGRAM = "/usr/lib/netdata/plugins.d/apps.plugin";
export const APPS_PLUGIN = `${PROGRAM} 1`;

/** Ends as soon as its standard input does, so that is a FIFO of which it holds the writing end itself. */
const WITH_STANDARD_INPUT = 'mkfifo "$1" && exec "$2" 1 <>"$1"';

/** Started, and its first figures read; what it prints is read and thrown away, as netdata would read it. Null when it is not installed. */
export async function startAppsPlugin(scratch: Pick<Scratch, "path">): Promise<Child | null> {
  if (!existsSync(PROGRAM)) return null;
  const child = startChild(
    "apps.plugin",
    "sh",
    ["-c", WITH_STANDARD_INPUT, "sh", join(scratch.path, "apps.stdin"), PROGRAM],
    {
      log: join(scratch.path, "apps.err"),
      readable: true,
      env: { NETDATA_STOCK_CONFIG_DIR: "/usr/lib/netdata/conf.d" },
    },
  );
  let bytes = 0;
  child.process.stdout?.on("data", (chunk: Buffer) => (bytes += chunk.length));
  try {
    await until("apps.plugin to tell its first figures", () => bytes > 0, { needs: [child] });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
}
