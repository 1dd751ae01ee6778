import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact, ProcessFact } from "../../model/facts.ts";
import { Family } from "./family.ts";
import { keptBy } from "./kept.ts";
import { Watcher } from "./watcher.ts";

const COMMAND = 50;

function processOf(pid: number, parent: number): ProcessFact {
  return {
    ...{ fact: "process", pid, parent, startTicks: 100, name: "x", command: ["x"], cgroup: null },
    ...{ uid: 0, netns: 1, softLimit: 1024, hardLimit: 1024 },
  };
}

function listing(
  pid: number,
  first: boolean,
  opened: readonly number[],
  closed: readonly number[] = [],
): Fact {
  return { fact: "listing", pid, first, opened: opened.map((n) => [n, `/var/tmp/${n}`] as const), closed };
}

/** A run of one command; `look` gives it a look's facts. */
function runOf() {
  const family = new Family([], 3, () => ({ session: null, group: null, marked: false }));
  const watcher = new Watcher(family);
  family.commandIs(COMMAND);
  const look = (uptime: number, ...facts: Fact[]) => {
    for (const ended of family.take(facts, uptime)) watcher.end(ended);
    watcher.take({ at: 0, uptime, facts });
  };
  const kept = () =>
    watcher.records
      .flatMap((record) => keptBy(record, { from: 0, to: 8, settled: 8 }))
      .map(({ kept: count }) => count);
  return { look, kept, watcher };
}
const END: Fact = { fact: "exit", pid: COMMAND, startTicks: 100 };

function fill({ look }: ReturnType<typeof runOf>): void {
  look(0.05, processOf(1, 0), listing(1, true, [0, 1, 2]));
  look(0.1, processOf(COMMAND, 1), listing(COMMAND, true, [0, 1, 2]));
  for (let i = 1; i <= 20; i++) look(i * 0.4 - 0.1, listing(COMMAND, false, [i + 2]));
}

test("what a process has when it ends was kept, also when its end closes it one by one", () => {
  const run = runOf();
  fill(run);
  const numbers = Array.from({ length: 20 }, (_, i) => i + 3);
  run.look(7.96, listing(COMMAND, false, [], numbers.slice(0, 12)));
  run.look(8, END);
  assert.deepEqual(run.kept(), [20]);
});

test("what it closed a while before its end was given back", () => {
  const run = runOf();
  fill(run);
  const numbers = Array.from({ length: 20 }, (_, i) => i + 3);
  run.look(7.91, listing(COMMAND, false, [], numbers));
  run.look(8.05);
  run.look(8.2, END);
  assert.deepEqual(
    run.kept().filter((count) => count > 0),
    [],
  );
});

test("births survive the program that the process becomes; what it inherited is not its own", () => {
  const run = runOf();
  run.look(
    0.1,
    processOf(40, 1),
    listing(40, true, [0, 1, 9]),
    processOf(COMMAND, 40),
    listing(COMMAND, true, [0, 1, 9, 10]),
  );
  run.look(0.5, { ...processOf(COMMAND, 40), name: "y", command: ["y"] });
  const held = run.watcher.records.flatMap((record) => [...record.held.values()]);
  assert.deepEqual(
    held.map(({ births }) => births.map(({ at }) => at)),
    [[0.1]],
  );
});

test("a child that is first seen when its parent has ended has inherited as well", () => {
  const run = runOf();
  fill(run);
  const numbers = Array.from({ length: 23 }, (_, i) => i);
  run.look(8, END, { ...processOf(51, 1) }, listing(51, true, [...numbers, 30]));
  assert.equal(run.watcher.records.length, 1, "nobody says that it belongs to the run");
  const known = runOf();
  fill(known);
  known.look(7.95, processOf(51, COMMAND));
  known.look(8, END, listing(51, true, [...numbers, 30]));
  const child = known.watcher.records.find(({ member }) => member.pid === 51);
  assert.deepEqual(
    [...(child?.held.values() ?? [])].map(({ births }) => births.length),
    [1],
  );
});
