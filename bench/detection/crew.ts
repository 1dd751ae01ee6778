import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Flavour } from "./flavour.ts";
import type { Job } from "./jobs.ts";
import type { Kept } from "./kept.ts";
import type { Performed } from "./perform.ts";
import type { Order } from "./worker.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));

/** Runs all jobs that are not kept in so many processes, the next one wherever one is free. Rejects with the first failure. */
export async function performAll(
  jobs: readonly Job[],
  draw: Flavour["name"],
  workers: number,
  kept: Kept,
  told: (performed: Performed, done: number) => void,
): Promise<Performed[]> {
  const waiting = jobs.entries();
  const performed: Performed[] = [];
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = fork(WORKER);
    try {
      for (const [place, job] of waiting) {
        const known = kept.get(job);
        const one = known ?? (await asked(worker, { job, draw }));
        performed[place] = one;
        if (known === null) kept.put(one);
        told(one, ++done);
      }
    } finally {
      worker.kill();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return performed;
}

function asked(worker: ChildProcess, order: Order): Promise<Performed> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`a worker of the bench ended with ${code}`));
    worker.once("exit", ended);
    worker.once("message", (performed: Performed) => {
      worker.off("exit", ended);
      resolve(performed);
    });
    worker.send(order);
  });
}
