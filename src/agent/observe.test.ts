import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact, Facts, FactSource } from "../model/facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import { observe } from "./observe.ts";

const GAP: Fact = { fact: "gap", pid: null, what: "socket tables", why: "denied" };
const LIMITS = { cgroup: null, uid: 0, netns: null, softLimit: 1024, hardLimit: 4096 };
const PROCESS: Fact = {
  fact: "process",
  pid: 7,
  startTicks: 1,
  parent: 1,
  name: "app",
  command: ["app"],
  ...LIMITS,
};

function sourceOf(ticks: Facts[]): FactSource {
  return { read: () => Promise.resolve(ticks.shift() ?? null), close: () => Promise.resolve() };
}

/** What is told of one reading, and how many facts its tick still has. */
async function seen(keepFacts: boolean): Promise<unknown[]> {
  const facts = { at: 1000, uptime: 10, facts: [PROCESS, { fact: "pulse", pid: 7, open: 3 }, GAP] as Fact[] };
  const told: unknown[] = [];
  for await (const tick of observe(sourceOf([facts]), { targets: EVERYTHING, interval: 0, keepFacts })) {
    const [service] = tick.snapshot().services;
    told.push(tick.facts.facts.length, tick.events, service?.service, service?.processes.length);
  }
  return told;
}

test("facts are given up as they are judged where nobody wants them afterwards, and judged in the same order", async () => {
  const [kept, givenUp] = [await seen(true), await seen(false)];
  assert.deepEqual([kept[0], givenUp[0]], [3, 0]);
  assert.deepEqual(givenUp.slice(1), kept.slice(1));
  assert.deepEqual(kept.slice(2), ["app", 1]);
  assert.equal((kept[1] as unknown[]).length, 1, "the gap is told");
});
