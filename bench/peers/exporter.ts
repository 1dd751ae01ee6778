// prometheus-process-exporter: counts the descriptors of every process at each scrape.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startChild } from "../../lab/child.ts";
import type { Scratch } from "../../lab/scratch.ts";
import { freePort, until } from "../../lab/wait.ts";
import { cpuSecondsOfThreads } from "../consumption.ts";
import type { Contender, Cost } from "../cost.ts";
import { isThere } from "./programs.ts";

const PROGRAM = "prometheus-process-exporter";
export const EXPORTER = `${PROGRAM} -config.path all.yaml -web.listen-address 127.0.0.1:PORT`;
/** The example that comes with it: all processes, by their names. */
const EVERY_PROCESS = `process_names:\n  - name: "{{.Comm}}"\n    cmdline:\n    - '.+'\n`;

export interface Exporter extends Contender {
  stop(): Promise<void>;
}

/** Started and scraped once. Null when it is not installed. */
export async function startExporter(
  scratch: Pick<Scratch, "path">,
  descriptors: number,
): Promise<Exporter | null> {
  if (!(await isThere(PROGRAM))) return null;
  const config = join(scratch.path, "all.yaml");
  writeFileSync(config, EVERY_PROCESS);
  const address = `127.0.0.1:${await freePort()}`;
  const child = startChild(PROGRAM, PROGRAM, ["-config.path", config, "-web.listen-address", address], {
    log: join(scratch.path, "exporter.err"),
  });
  const scrape = async (): Promise<string> => (await fetch(`http://${address}/metrics`)).text();
  try {
    const first = await until(`${PROGRAM} to answer`, () => scrape().catch(() => null), { needs: [child] });
    const open = openDescriptors(first);
    if (open < descriptors) throw new Error(`${PROGRAM} showed ${open}, and there are ${descriptors}`);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    name: `a scrape of ${PROGRAM}`,
    async run(): Promise<Cost> {
      const [from, before] = [performance.now(), cpuSecondsOfThreads(child.pid)];
      await scrape();
      return { wall: (performance.now() - from) / 1000, cpu: cpuSecondsOfThreads(child.pid) - before };
    },
    stop: () => child.stop(),
  };
}

function openDescriptors(metrics: string): number {
  const lines = metrics.matchAll(/^namedprocess_namegroup_open_filedesc\{[^}]*\} (\S+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}
