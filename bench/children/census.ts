// census EXPECTED: one JSON line: what the first reading of every descriptor of the host costs, and joining it.
// "first" is the first one in the life of this process, with its code not yet compiled by V8's optimizing compiler;
// "again" is one by a new source in the same process, after a second of rest.
import { setTimeout as pause } from "node:timers/promises";
import { Analysis } from "../../src/agent/analysis.ts";
import { openKernel } from "../../src/agent/sources.ts";
import { Containers } from "../../src/kernel/containers/containers.ts";
import { loadListingAddon } from "../../src/kernel/procfs/addon.ts";
import { AddonLister } from "../../src/kernel/procfs/addon-lister.ts";
import { SYSTEM_CLOCK } from "../../src/kernel/procfs/clock.ts";
import { FileLister } from "../../src/kernel/procfs/file-lister.ts";
import { ToldGaps } from "../../src/kernel/procfs/gaps.ts";
import { IdentityReader } from "../../src/kernel/procfs/identity.ts";
import { Listings } from "../../src/kernel/procfs/listings.ts";
import { Processes } from "../../src/kernel/procfs/processes.ts";
import { Pulse } from "../../src/kernel/procfs/pulse.ts";
import { MountedProc } from "../../src/kernel/procfs/reading.ts";
import { Slices } from "../../src/kernel/procfs/slices.ts";
import { ThreadTables } from "../../src/kernel/procfs/threads.ts";
import type { Fact } from "../../src/model/facts.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { addCosts, type Cost, costOf, NO_COST } from "../cost.ts";

export interface CensusCosts {
  /** Counting all processes, listing them and reading every link: what goes through /proc/PID/fd, into facts. */
  readonly listing: Cost;
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

/** The same without who the processes are, sockets and what descriptors hold: what the bare loop does, into facts. */
async function listAll(expected: number): Promise<Cost> {
  const [files, gaps, clock, addon] = [new MountedProc(), new ToldGaps(), SYSTEM_CLOCK, loadListingAddon()];
  const identity = new IdentityReader("/proc", files, gaps, new Containers(null, () => clock.uptime()));
  const pulse = new Pulse("/proc", files, gaps, clock, addon);
  const threads = new ThreadTables("/proc", files, addon);
  const processes = new Processes("/proc", files, pulse, identity, threads, gaps);
  const own = { pid: process.pid, hidden: "/proc/" };
  const lister = addon === null ? new FileLister(files, true, own, clock) : new AddonLister(addon, own);
  const listings = new Listings(lister, gaps, new Map());
  const attention = { pids: new Set<number>() };
  const facts: Fact[] = [];
  await processes.read(facts, attention, clock.uptime(), new Slices());
  let cost = NO_COST;
  const opened = (): number =>
    facts.reduce((sum, fact) => sum + (fact.fact === "listing" ? fact.opened.length : 0), 0);
  for (let tick = 0; opened() < expected; tick += 1) {
    if (tick === MOST_TICKS)
      throw new Error(`${opened()} of ${expected} descriptors were listed in ${tick} ticks`);
    const counted = await costOf(() => pulse.survey());
    const { watched } = processes;
    const listed = await costOf(() =>
      listings.read(facts, watched.values(), attention, clock.uptime(), new Slices()),
    );
    cost = addCosts(cost, addCosts(counted, listed));
  }
  return cost;
}

const expected = Number(process.argv[2]);
const listing = await listAll(expected);
const first = await readAll(expected);
await pause(1000);
const again = await readAll(expected);
const costs: CensusCosts = { listing, first: first.reading, joining: first.joining, again: again.reading };
process.stdout.write(`${JSON.stringify(costs)}\n`);
