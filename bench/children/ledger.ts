// ledger PROCESSES DESCRIPTORS_EACH: takes that many descriptors into a ledger, judges, and prints what this process holds then.
import { Analysis } from "../../src/agent/analysis.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { memoryOf, type Memory } from "../consumption.ts";
import { addCosts, type Cost, costOf, NO_COST } from "../cost.ts";
import { crowdedHost } from "../detection/crowded-host.ts";

export interface LedgerCosts {
  /** Taking the facts, without making them. */
  readonly taking: Cost;
  readonly descriptors: number;
  readonly before: Memory;
  readonly after: Memory;
}

const [processes = NaN, each = NaN] = process.argv.slice(2).map(Number);
const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true });
const before = memoryOf(process.pid);
let taking = NO_COST;
for (const facts of crowdedHost(processes, each)) {
  taking = addCosts(taking, await costOf(() => analysis.take(facts)));
}
const descriptors = analysis.ledger.census.descriptors.size;
const costs: LedgerCosts = { taking, descriptors, before, after: memoryOf(process.pid) };
process.stdout.write(`${JSON.stringify(costs)}\n`);
