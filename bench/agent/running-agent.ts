// descry agent as people run it, on a port that the kernel chooses, with a folder of its own.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Child, startChild } from "../../lab/child.ts";
import type { Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import { parsed } from "../../src/metrics/parsed.ts";
import { DESCRY } from "../watch.ts";

export interface BenchedAgent {
  readonly child: Child;
  readonly url: string;
  getJson<Answer>(path: string): Promise<Answer>;
  /** Samples of its metrics by their series, as it tells them. */
  metrics(): Promise<ReadonlyMap<string, number>>;
}

/** Started, and its first reading told. Whoever starts it stops its child. */
export async function startAgent(scratch: Pick<Scratch, "path">, name: string): Promise<BenchedAgent> {
  const folder = join(scratch.path, name);
  const log = `${folder}.err`;
  mkdirSync(folder);
  const child = startChild(name, DESCRY, ["agent", "--listen", "127.0.0.1:0", "--state-dir", folder], {
    log,
  });
  try {
    const url = await until(
      "the agent to serve",
      () => /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(log, "latin1"))?.[0] ?? null,
      { needs: [child], timeoutSeconds: 120 },
    );
    const get = async (path: string): Promise<Response> => {
      const response = await fetch(`${url}${path}`);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response;
    };
    return {
      ...{ child, url },
      getJson: async <Answer>(path: string) => (await (await get(path)).json()) as Answer,
      metrics: async () => parsed(await (await get("/metrics")).text()).samples,
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}
