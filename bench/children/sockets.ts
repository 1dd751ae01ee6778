// sockets EXPECTED: one JSON line: what reading the TCP sockets of the network namespace costs as facts. To be run where
// no other process is seen, so that nothing but the sockets is read. "first" and "again" as in census.ts.
import { setTimeout as pause } from "node:timers/promises";
import { openKernel } from "../../src/agent/sources.ts";
import { type Cost, costOf } from "../cost.ts";

export interface SocketCosts {
  readonly first: Cost;
  readonly again: Cost;
  /** Rows of TCP, and how many of them came with the time of their last use. */
  readonly rows: number;
  readonly used: number;
}

async function read(expected: number): Promise<{ cost: Cost; rows: number; used: number }> {
  const source = openKernel();
  const { result: facts, ...cost } = await costOf(() => source.read({ pids: new Set() }));
  await source.close();
  let [rows, used] = [0, 0];
  for (const fact of facts?.facts ?? []) {
    if (fact.fact !== "socket" || fact.protocol !== "tcp") continue;
    rows += 1;
    if (fact.usedAt !== undefined) used += 1;
  }
  if (rows < expected) throw new Error(`${rows} of ${expected} TCP sockets were read`);
  return { cost, rows, used };
}

const expected = Number(process.argv[2]);
const first = await read(expected);
await pause(1000);
const again = await read(expected);
const costs: SocketCosts = { first: first.cost, again: again.cost, rows: again.rows, used: again.used };
process.stdout.write(`${JSON.stringify(costs)}\n`);
