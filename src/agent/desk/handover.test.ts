import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescryEvent } from "../../model/events.ts";
import type { HistoryTurnover } from "../../model/history.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Tick } from "../observe.ts";
import { Handover, joined, type Means } from "./handover.ts";

const GAP: DescryEvent = {
  ...{ type: "gap", at: "2026-11-12T02:04:51.000Z", host: "web-12", what: "the kernel" },
  ...{ why: "denied", mend: "run it as root", processes: null },
};

const opened = (service: string, born: number): HistoryTurnover => ({
  service,
  kind: "tcp",
  born,
  closed: 1,
});

function tickAt(
  uptime: number,
  { events = [], turnover = [] }: { events?: DescryEvent[]; turnover?: HistoryTurnover[] } = {},
): Tick {
  return {
    facts: { at: uptime * 1000, uptime, facts: [] },
    ...{ events, missingPids: [], host: "web-12" },
    snapshot: () => {
      // A drawing that takes 4 ms of work.
      for (const until = performance.now() + 4; performance.now() < until;);
      return { at: new Date(uptime * 1000).toISOString() } as Snapshot;
    },
    learned: () => assert.fail("nobody asks"),
    standing: () => [],
    turnover: () => turnover,
    listing: function* () {},
    stages: [{ stage: "read", milliseconds: 2 }],
  };
}

function means(share: number, isLookedAt = () => false, stretch = 1): Means {
  return { share: () => share, stretch: () => stretch, isLookedAt };
}

/** What comes of a tick that is noted and then asked for. */
function take(handover: Handover, tick: Tick): ReturnType<Handover["take"]> {
  handover.note(tick);
  return handover.take(tick);
}

test("while somebody looks a snapshot is at most two seconds old", () => {
  let isLookedAt = false;
  const handover = new Handover(means(0.000_1, () => isLookedAt));
  assert.notEqual(take(handover, tickAt(100)), null);
  assert.equal(take(handover, tickAt(102)), null);
  isLookedAt = true;
  assert.notEqual(take(handover, tickAt(103)), null);
  assert.equal(take(handover, tickAt(104)), null);
  assert.notEqual(take(handover, tickAt(105)), null);
  isLookedAt = false;
  assert.equal(take(handover, tickAt(124)), null, "nobody looks, and it is dear");
  assert.notEqual(take(handover, tickAt(125)), null, "it waits longer than twenty seconds");
});

test("a snapshot is drawn as often as its share of the budget allows, and at once when something happened", () => {
  const handover = new Handover(means(0.01));
  assert.notEqual(take(handover, tickAt(100)), null);
  // 4 ms three times over, of 0.4 % of a core: three seconds and more.
  assert.equal(take(handover, tickAt(101)), null);
  assert.equal(take(handover, tickAt(102)), null);
  const handed = take(handover, tickAt(102.5, { events: [GAP] }));
  assert.deepEqual(handed?.events, [GAP]);
  assert.equal(take(handover, tickAt(104)), null, "what was handed over is told again");
  assert.notEqual(take(handover, tickAt(122.6)), null, "it waits longer than twenty seconds");
});

test("where the budget does not hold it is drawn once a minute", () => {
  const handover = new Handover(means(0.000_1, () => false, 4));
  assert.notEqual(take(handover, tickAt(100)), null);
  assert.equal(take(handover, tickAt(159)), null);
  assert.notEqual(take(handover, tickAt(160)), null);
});

test("what was opened and closed in between is handed over once, and so is what it cost", () => {
  const handover = new Handover(means(0.01));
  take(handover, tickAt(100));
  take(handover, tickAt(101, { turnover: [opened("a", 2)] }));
  const handed = take(handover, tickAt(102, { events: [GAP], turnover: [opened("a", 3), opened("b", 1)] }));
  assert.deepEqual(handed?.turnover, [
    { service: "a", kind: "tcp", born: 5, closed: 2 },
    { service: "b", kind: "tcp", born: 1, closed: 1 },
  ]);
  const read = handed?.stages.filter(({ stage }) => stage === "read");
  assert.deepEqual(
    read?.map(({ milliseconds }) => milliseconds),
    [2, 2],
    "one of each tick",
  );
  assert.deepEqual(take(handover, tickAt(103, { events: [GAP] }))?.turnover, []);
});

test("two that were not taken become one: newer figures, all events, added counts", () => {
  const handover = new Handover(means(0.01));
  const before = take(handover, tickAt(100, { events: [GAP], turnover: [opened("a", 2)] }));
  const after = take(handover, tickAt(101, { events: [GAP], turnover: [opened("a", 3)] }));
  assert.ok(before !== null && after !== null);
  const both = joined(before, after);
  assert.equal(both.snapshot, after.snapshot);
  assert.equal(both.events.length, 2);
  assert.deepEqual(both.turnover, [{ service: "a", kind: "tcp", born: 5, closed: 2 }]);
});

test("what happens while nobody can take it waits for who can", () => {
  const handover = new Handover(means(0.01));
  handover.note(tickAt(100, { events: [GAP], turnover: [opened("a", 2)] }));
  const handed = take(handover, tickAt(101, { turnover: [opened("a", 3)] }));
  assert.deepEqual(handed?.events, [GAP]);
  assert.deepEqual(handed?.turnover, [{ service: "a", kind: "tcp", born: 5, closed: 2 }]);
});
