import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { test } from "node:test";
import { loadAddon } from "../../src/kernel/native/addon.ts";
import type { SocketsAddon } from "../../src/kernel/sockdiag/native.ts";
import type { Fact } from "../../src/model/facts.ts";
import { type NetworkFact, PORT_AGE_SECONDS, type PortsFact } from "../../src/model/port-facts.ts";
import { hasPython, namespaceOfItsOwn, SocketActor, SocketEyes } from "./socket-stage.ts";

const loaded = loadAddon<SocketsAddon>({ ...process.env, DESCRY_ADDON: "on" });
const noPython = hasPython ? null : "python3 is not installed";
const noAddon = "absent" in loaded ? `no addon: ${loaded.absent}` : null;

test("a network namespace's own settings, and the ports taken there by age, live and in TIME_WAIT", async (context) => {
  const before = namespaceOfItsOwn(context);
  const skip = noPython ?? noAddon ?? ("skip" in before ? before.skip : null);
  if (skip !== null || "skip" in before) return context.skip(skip ?? "");
  const [ip = "ip", ...rest] = before;
  const set = (setting: string): void =>
    assert.equal(spawnSync(ip, [...rest, "sysctl", "-qw", `net.ipv4.${setting}`]).status, 0, setting);
  set("ip_local_port_range=40000 40199");
  set("ip_local_reserved_ports=40010-40019,50000");
  set("tcp_tw_reuse=0");
  set("tcp_max_tw_buckets=12345");
  const actor = await SocketActor.start(context, before);
  const eyes = new SocketEyes(context, loaded, actor.pid);
  const peer = await actor.do<string>("keep", 50);
  const first = await eyes.look();
  const network = first.find((fact) => fact.fact === "network");
  assert.deepEqual(network?.localPorts, { first: 40_000, last: 40_199, count: 190 });
  assert.deepEqual([network?.timeWaitReuse, network?.timeWaitMost], [0, 12_345]);
  const live = first.find((fact) => fact.fact === "ports");
  assert.deepEqual([live?.source, live?.peer, live?.live, live?.timeWait], ["127.0.0.1", peer, 50, 0]);
  const opened = first.filter((fact) => fact.fact === "socket" && fact.remote === peer);
  assert.equal(opened.length, 50);

  const from = performance.now();
  await actor.do("drop");
  // The kernel may take a moment for the last words of both ends.
  const second: Fact[] = [];
  for (let closed: PortsFact | undefined; closed?.timeWait !== 50;) {
    assert.ok(performance.now() - from < 30_000, `not seen: 50 in TIME_WAIT; ${JSON.stringify(closed)}`);
    const facts = await eyes.look();
    closed = facts.find((fact) => fact.fact === "ports") ?? closed;
    second.push(...facts);
  }
  const closed = second.findLast((fact) => fact.fact === "ports");
  assert.equal(closed?.live, 0);
  const seconds = (performance.now() - from) / 1000;
  const since = closed.ages.slice(0, Math.floor(seconds / PORT_AGE_SECONDS) + 1);
  assert.equal(
    since.reduce((sum, count) => sum + count, 0),
    50,
    `all were closed within the last ${seconds} s: ${closed.ages.join(" ")}`,
  );
  const inodes = second.flatMap((fact) => (fact.fact === "closed-first" ? fact.inodes : []));
  assert.deepEqual(
    inodes.toSorted((one, other) => one - other),
    opened
      .flatMap((fact) => (fact.fact === "socket" ? fact.inode : []))
      .toSorted((one, other) => one - other),
  );

  set("ip_local_port_range=41000 41999");
  const third = await eyes.look();
  const changed = third.find((fact): fact is NetworkFact => fact.fact === "network");
  assert.deepEqual(changed?.localPorts, { first: 41_000, last: 41_999, count: 1000 });
});

for (const [title, sockets, skip] of [
  ["with the addon", loaded, noAddon],
  ["without the addon", null, null],
] as const)
  test(`the settings of this program's own namespace, ${title}`, async (context) => {
    if (skip !== null) return context.skip(skip);
    const eyes = new SocketEyes(context, sockets, process.pid);
    const network = (await eyes.look()).find((fact) => fact.fact === "network");
    const setting = (name: string): string => fs.readFileSync(`/proc/sys/net/ipv4/${name}`, "latin1").trim();
    const [first, last] = setting("ip_local_port_range").split(/\s+/).map(Number);
    assert.deepEqual([network?.localPorts?.first, network?.localPorts?.last], [first, last]);
    assert.equal(network?.timeWaitReuse, Number(setting("tcp_tw_reuse")));
  });
