import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact, ProcessFact } from "../../model/facts.ts";
import type { Descent } from "../../kernel/probe/descent.ts";
import { Family } from "./family.ts";

function processOf(pid: number, parent: number, startTicks = 100): ProcessFact {
  return {
    ...{ fact: "process", pid, parent, startTicks, name: "x", command: ["x"], cgroup: null },
    ...{ uid: 0, netns: 1, softLimit: 1024, hardLimit: 1024 },
  };
}
const exitOf = (pid: number, startTicks = 100): Fact => ({ fact: "exit", pid, startTicks });

function familyOf(
  named: readonly number[],
  descents: Readonly<Record<number, Partial<Descent>>> = {},
): Family {
  return new Family(named, 3, (pid) => ({ session: null, group: null, marked: false, ...descents[pid] }));
}
const pidsOf = (family: Family, origin: string) =>
  [...family.living()]
    .filter((member) => member.origin === origin)
    .map(({ pid }) => pid)
    .toSorted((a, b) => a - b);

test("children belong to the command, whoever is met first", () => {
  const family = familyOf([]);
  family.take([processOf(7, 1), processOf(8, 1)], 1);
  family.commandIs(50);
  family.take([processOf(52, 51), processOf(51, 50), processOf(50, 9), processOf(60, 7)], 2);
  assert.deepEqual(pidsOf(family, "command"), [50, 51, 52]);
});

test("who left parents, session and group is known by the mark, else by session or group", () => {
  const family = familyOf([], {
    70: { marked: true },
    71: { session: 50 },
    72: { group: 50 },
    73: { session: 7 },
  });
  family.take([], 1);
  family.commandIs(50);
  family.take([processOf(50, 9)], 2);
  family.take([processOf(70, 1), processOf(71, 1), processOf(72, 1), processOf(73, 1)], 3);
  assert.deepEqual(pidsOf(family, "command"), [50, 70, 71, 72]);
});

test("those that were named are there before; a pid given out again is another process", () => {
  const family = familyOf([20]);
  family.take([processOf(21, 20), processOf(20, 1), processOf(3, 20)], 1);
  family.commandIs(50);
  assert.deepEqual(pidsOf(family, "named"), [20, 21]);
  const ended = family.take([exitOf(20), processOf(20, 1, 900)], 2);
  assert.deepEqual(
    ended.map(({ pid, endedAt }) => [pid, endedAt]),
    [[20, 2]],
  );
  assert.deepEqual(pidsOf(family, "named"), [21]);
  family.take([processOf(22, 21)], 3);
  assert.deepEqual([family.byPid(22)?.origin, family.byPid(22)?.elder], ["named", false]);
});
