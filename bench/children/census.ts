// census EXPECTED: one JSON line: what the first reading of every descriptor of the host costs, and joining it.
// "first" is the first one in the life of this process, with its code not yet compiled by V8's optimizing compiler;
// "again" is one by a new source in the same process, after a second of rest.
import { setTimeout as pause } from "node:timers/promises";
import { Analysis } from "../../src/agent/analysis.ts";
import { openKernel } from "../../src/agent/sources.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { addCosts, type Cost, costOf, NO_COST } from "../cost.ts";

export interface CensusCosts {
  readonly first: Cost;
  readonly again: Cost;
  /** Taking the facts of the first reading into census and ledger, and judging them. */
  readonly joining: Cost;
}

/** A first reading may come in several ticks. */
const MOST_TICKS = 100;

async function readAll(expected: number): Promise<{ reading: Cost; joining: Cost }> {
  const source = openKernel();
  const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true });
  let [reading, joining, opened] = [NO_COST, NO_COST, 0];
  for (let tick = 0; opened < expected; tick += 1) {
    if (tick === MOST_TICKS)
      throw new Error(`${opened} of ${expected} descriptors were read in ${tick} ticks`);
    const read = await costOf(() => source.read({ pids: new Set() }));
    reading = addCosts(reading, read);
    const facts = read.result;
    if (facts === null) throw new Error("the kernel has no more facts");
    for (const fact of facts.facts) if (fact.fact === "listing") opened += fact.opened.length;
    joining = addCosts(joining, await costOf(() => analysis.take(facts)));
  }
  await source.close();
  return { reading, joining };
}

const expected = Number(process.argv[2]);
const first = await readAll(expected);
await pause(1000);
const again = await readAll(expected);
const costs: CensusCosts = { first: first.reading, joining: first.joining, again: again.reading };
process.stdout.write(`${JSON.stringify(costs)}\n`);
