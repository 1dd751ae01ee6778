import assert from "node:assert/strict";
import fs from "node:fs";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { loadSockets } from "../../src/kernel/sockdiag/native.ts";
import { ROW_BYTES } from "../../src/kernel/sockdiag/packed.ts";
import type { ClosingsFact } from "../../src/model/closings.ts";
import type { Fact } from "../../src/model/facts.ts";
import { hasPython, namespaceOfItsOwn, SocketActor, SocketEyes } from "./socket-stage.ts";

/** The feed of closings, in a network namespace where nobody else closes anything. */
const PATIENCE_MS = 30_000;
const loaded = loadSockets("/proc");

async function stage(
  context: TestContext,
): Promise<{ actor: SocketActor; eyes: SocketEyes } | { readonly skip: string }> {
  if (!hasPython) return { skip: "needs python3" };
  if (loaded === null || "absent" in loaded) return { skip: `the C addon is absent: ${loaded?.absent}` };
  const before = namespaceOfItsOwn(context);
  if ("skip" in before) return before;
  const actor = await SocketActor.start(context, before);
  return { actor, eyes: new SocketEyes(context, loaded, actor.pid) };
}

/** Looks, a second each, until the facts so far satisfy; the kernel announces an end a little after it. */
async function until(
  eyes: SocketEyes,
  what: string,
  seen: (facts: readonly Fact[]) => boolean,
): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!seen(eyes.facts)) {
    assert.ok(Date.now() < end, `not seen: ${what}; ${JSON.stringify(eyes.facts.slice(-20))}`);
    await sleep(20);
    await eyes.look(1);
  }
}

/**
 * Has the actor act so many times, and waits each time until so many ends more have been announced: on a busy machine
 * that may take a while, and what is announced all at once may be more than is kept for who listens here.
 */
async function closeAll(actor: SocketActor, times: number, count: number, ...act: unknown[]): Promise<void> {
  assert.ok(loaded !== null && "addon" in loaded);
  const { addon } = loaded;
  const path = `/proc/${actor.pid}/ns/net`;
  const handle = await addon.openSockDiag(path, fs.statSync(path).ino);
  assert.ok(typeof handle !== "number" && addon.hearClosings(handle, true) === 0);
  const buffer = new ArrayBuffer(ROW_BYTES * 1000);
  for (let time = 0; time < times; time++) {
    await actor.do(...act);
    let end = Date.now() + PATIENCE_MS;
    for (let heard = 0; heard < count;) {
      const drained = addon.drainClosings(handle, buffer);
      assert.ok(drained >= 0 && Date.now() < end, `${drained}, ${heard} of ${count}`);
      heard += drained;
      if (drained === 0) await sleep(1);
      else end = Date.now() + PATIENCE_MS;
    }
  }
  addon.closeSockDiag(handle);
}

const closings = (facts: readonly Fact[], protocol: string): ClosingsFact[] =>
  facts.filter((fact) => fact.fact === "closings" && fact.protocol === protocol) as ClosingsFact[];

/** Closings and unseen ones so far: those of connections that came in by the address, and those that went there. */
function totals(facts: readonly Fact[], address: string): Record<string, [count: number, unseen: number]> {
  const sums: Record<string, [number, number]> = { inbound: [0, 0], outbound: [0, 0] };
  for (const fact of closings(facts, "tcp")) {
    if (fact.address !== address) continue;
    const sum = sums[fact.direction];
    assert.ok(sum !== undefined);
    sum[0] += fact.count;
    sum[1] += fact.unseen;
  }
  return sums;
}

test("every short connection is counted at both of its ends, however short it was", async (context) => {
  const set = await stage(context);
  if ("skip" in set) return context.skip(set.skip);
  const { actor, eyes } = set;
  // The listener has to be known, or its connections count as outbound.
  const address = await actor.do<string>("connections", 0);
  await eyes.look();
  await actor.do("connections", 150);
  const outbound = (facts: readonly Fact[]): number => totals(facts, address)["outbound"]?.[0] ?? 0;
  const inbound = (facts: readonly Fact[]): number => totals(facts, address)["inbound"]?.[0] ?? 0;
  await until(eyes, "150 closings", (facts) => outbound(facts) >= 150 && inbound(facts) >= 150);
  assert.deepEqual(totals(eyes.facts, address), { inbound: [150, 150], outbound: [150, 150] });
  await eyes.look();
  const counters = eyes.facts.filter((fact) => fact.fact === "counters");
  const [first, last] = [counters[0], counters.at(-1)];
  assert.ok(first !== undefined && last !== undefined);
  assert.deepEqual(
    [last.activeOpens - first.activeOpens, last.passiveOpens - first.passiveOpens],
    [150, 150],
  );
  assert.deepEqual(
    eyes.facts.filter((fact) => fact.fact === "gap"),
    [],
  );
});

test("the kernel tells how often was asked and answered over each of them", async (context) => {
  const set = await stage(context);
  if ("skip" in set) return context.skip(set.skip);
  const { actor, eyes } = set;
  const address = await actor.do<string>("connections", 0);
  await eyes.look();
  await actor.do("ask", 20, 7);
  await actor.do("connections", 5);
  await until(eyes, "25 closings", (facts) => (totals(facts, address)["outbound"]?.[0] ?? 0) >= 25);
  let [connections, exchanges] = [0, 0];
  for (const { direction, address: towards, lives } of closings(eyes.facts, "tcp")) {
    if (direction !== "outbound" || towards !== address || lives === undefined) continue;
    connections += lives[0][0];
    exchanges += lives[0][1];
  }
  assert.deepEqual([connections, exchanges], [20, 140], "those that carried nothing are not among them");
});

test("a connection that stood in a table is no news when it ends", async (context) => {
  const set = await stage(context);
  if ("skip" in set) return context.skip(set.skip);
  const { actor, eyes } = set;
  const address = await actor.do<string>("keep", 3);
  await eyes.look();
  await actor.do("drop");
  await until(eyes, "the closings", (facts) => {
    const { inbound, outbound } = totals(facts, address);
    return inbound?.[0] === 3 && outbound?.[0] === 3;
  });
  assert.deepEqual(totals(eyes.facts, address), { inbound: [3, 0], outbound: [3, 0] });
});

test("too many closings: a gap, a rest, and right again afterwards, as often as it happens", async (context) => {
  const set = await stage(context);
  if ("skip" in set) return context.skip(set.skip);
  const { actor, eyes } = set;
  const address = await actor.do<string>("connections", 0);
  const gaps = (facts: readonly Fact[]): number => facts.filter((fact) => fact.fact === "gap").length;
  const count = (facts: readonly Fact[]): number => totals(facts, address)["outbound"]?.[0] ?? 0;
  await eyes.look();
  for (const [round, rest] of [31, 61].entries()) {
    await closeAll(actor, 12, 1000, "flood", 1000);
    await until(eyes, "the gap", (facts) => gaps(facts) === round + 1);
    const before = count(eyes.facts);
    await closeAll(actor, 1, 40, "connections", 20);
    await eyes.look(1);
    assert.equal(count(eyes.facts), before, "nothing is counted while it rests");
    await eyes.look(rest);
    await actor.do("connections", 30);
    await until(eyes, "closings after the rest", (facts) => count(facts) >= before + 30);
    assert.equal(count(eyes.facts), before + 30);
  }
  assert.deepEqual(
    eyes.facts.filter((fact) => fact.fact === "gap"),
    Array.from({ length: 2 }, () => ({
      fact: "gap",
      what: "closings of connections",
      why: "overflow",
      pid: null,
    })),
  );
});

test("more addresses than are told one by one: the others are one sum", async (context) => {
  const set = await stage(context);
  if ("skip" in set) return context.skip(set.skip);
  const { actor, eyes } = set;
  await eyes.look();
  await actor.do("spread", 130);
  const sum = (facts: readonly Fact[]): number =>
    closings(facts, "udp").reduce((total, fact) => total + fact.count, 0);
  await until(eyes, "all closings", (facts) => sum(facts) >= 130);
  assert.equal(sum(eyes.facts), 130);
  const ticks = closings(eyes.facts, "udp").filter((fact) => fact.address === "");
  const told = closings(eyes.facts, "udp").length - ticks.length;
  assert.ok(told >= 100 && told < 130 === ticks.length > 0);
});
