// ledger PROCESSES DESCRIPTORS_EACH QUIET_SECONDS: takes that many descriptors into a ledger, judges, goes on for that long
// with ticks in which nothing moves, as a program that watches does, and prints what this process holds then.
import { setTimeout as pause } from "node:timers/promises";
import { Analysis } from "../../src/agent/analysis.ts";
import type { Facts } from "../../src/model/facts.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { memoryOf, type Memory } from "../consumption.ts";
import { addCosts, type Cost, costOf, NO_COST } from "../cost.ts";
import { crowdedHost } from "../detection/crowded-host.ts";

export interface LedgerCosts {
  /** Taking the facts, without making them. */
  readonly taking: Cost;
  readonly descriptors: number;
  readonly before: Memory;
  /** With all of them in it, at once and after the quiet time. */
  readonly full: Memory;
  readonly after: Memory;
}

const [processes = NaN, each = NaN, quietSeconds = NaN] = process.argv.slice(2).map(Number);
const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true });
const before = memoryOf(process.pid);
let taking = NO_COST;
let last: Facts | null = null;
for (const facts of crowdedHost(processes, each)) {
  last = { ...facts, facts: [] };
  taking = addCosts(taking, await costOf(() => analysis.take(facts)));
}
const full = memoryOf(process.pid);
for (let second = 1; last !== null && second <= quietSeconds; second += 1) {
  await pause(1000);
  analysis.take({ at: last.at + second * 1000, uptime: last.uptime + second, facts: [] });
}
const descriptors = analysis.ledger.census.descriptors.size;
const costs: LedgerCosts = { taking, descriptors, before, full, after: memoryOf(process.pid) };
process.stdout.write(`${JSON.stringify(costs)}\n`);
