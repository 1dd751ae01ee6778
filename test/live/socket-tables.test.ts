import assert from "node:assert/strict";
import fs from "node:fs";
import { test, type TestContext } from "node:test";
import { SYSTEM_CLOCK } from "../../src/kernel/procfs/clock.ts";
import type { Loaded } from "../../src/kernel/native/addon.ts";
import { loadSockets, type SocketsAddon } from "../../src/kernel/sockdiag/native.ts";
import type { Fact } from "../../src/model/facts.ts";
import type { SocketFact } from "../../src/model/socket-facts.ts";
import { hasPython, namespaceOfItsOwn, SocketActor, SocketEyes } from "./socket-stage.ts";

/** One contract for both ways to read socket tables: the same live sockets, the same facts. */
const loaded = loadSockets("/proc");
assert.ok(loaded !== null);
const addonAbsent = "absent" in loaded ? `the C addon is absent: ${loaded.absent}` : null;
const noPython = hasPython ? null : "needs python3";

interface Place {
  readonly title: string;
  /** What goes before a command that is to run there, or why none can. */
  readonly before: (context: TestContext) => readonly string[] | { readonly skip: string };
}

const PLACES: readonly Place[] = [
  { title: "this network namespace", before: () => [] },
  { title: "another network namespace", before: namespaceOfItsOwn },
];

const WAYS: readonly { title: string; sockets: Loaded<SocketsAddon>; skip: string | null }[] = [
  { title: "sock_diag", sockets: loaded, skip: addonAbsent },
  { title: "/proc/PID/net", sockets: { absent: "the test goes without it" }, skip: null },
];

/** The sockets of the actor by their names, as one reading says them. */
async function said(
  context: TestContext,
  actor: SocketActor,
  sockets: Loaded<SocketsAddon>,
): Promise<{ facts: readonly Fact[]; named: Map<string, SocketFact> }> {
  const eyes = new SocketEyes(context, sockets, actor.pid);
  const facts = await eyes.look();
  const byInode = new Map(facts.filter((fact) => fact.fact === "socket").map((fact) => [fact.inode, fact]));
  const named = [...actor.sockets].map(([name, { inode }]) => [name, byInode.get(inode)] as const);
  return { facts, named: new Map(named.filter((one): one is [string, SocketFact] => one[1] !== undefined)) };
}

/** The fields that /proc/PID/net has as well. */
function common({
  fact,
  netns,
  inode,
  protocol,
  state,
  local,
  remote,
  receiveQueue,
  uid,
}: SocketFact): object {
  assert.ok(uid === undefined || uid === process.getuid?.());
  const head = { fact, netns, inode, protocol, state, local };
  if (protocol === "unix") return head;
  return protocol === "netlink" ? { ...head, receiveQueue, remote } : { ...head, receiveQueue, remote, uid };
}

function addressed(fact: SocketFact | undefined): unknown[] {
  return fact === undefined ? [] : [fact.protocol, fact.state, fact.receiveQueue];
}

for (const place of PLACES) {
  for (const way of WAYS) {
    test(`each kind of socket through ${way.title}, in ${place.title}`, async (context) => {
      const before = place.before(context);
      const skip = noPython ?? way.skip ?? ("skip" in before ? before.skip : null);
      if (skip !== null || "skip" in before) return context.skip(skip ?? "");
      const actor = await SocketActor.start(context, before, "all");
      const { named } = await said(context, actor, way.sockets);
      const of = (name: string): unknown[] => addressed(named.get(name));
      const six = actor.sockets.has("six listener");
      if (!six) context.diagnostic("this host has no IPv6");
      for (const kind of ["four", ...(six ? ["six", "mapped"] : []), "close-wait", "unread"])
        assert.deepEqual(of(`${kind} listener`), ["tcp", "LISTEN", 0], kind);
      assert.deepEqual(of("four client"), ["tcp", "ESTABLISHED", 0]);
      assert.deepEqual(of("close-wait client"), ["tcp", "CLOSE_WAIT", 1]);
      assert.deepEqual(of("unread accepted"), ["tcp", "ESTABLISHED", 5]);
      assert.deepEqual(of("syn-sent"), ["tcp", "SYN_SENT", 0]);
      assert.deepEqual(of("udp bound").slice(0, 2), ["udp", "UNCONNECTED"]);
      assert.ok(Number(named.get("udp bound")?.receiveQueue) >= 5);
      assert.deepEqual(of("udp connected"), ["udp", "CONNECTED", 0]);
      assert.deepEqual(of("unix listener").slice(0, 2), ["unix", "LISTEN"]);
      assert.deepEqual(of("unix client").slice(0, 2), ["unix", "CONNECTED"]);
      assert.deepEqual(of("unix pair").slice(0, 2), ["unix", "CONNECTED"]);
      assert.deepEqual(of("netlink"), ["netlink", "UNCONNECTED", 0]);
      assert.equal(named.get("unix listener")?.local, `${actor.folder}/a bé`);
      assert.equal(named.get("unix accepted")?.local, `${actor.folder}/a bé`);
      assert.equal(named.get("unix abstract")?.local, `@descry ${actor.pid}@x`);
      assert.match(named.get("netlink")?.local ?? "", /^0:\d+$/);
      if (six) {
        assert.deepEqual(of("six accepted"), ["tcp", "ESTABLISHED", 0]);
        assert.deepEqual(of("mapped accepted"), ["tcp", "ESTABLISHED", 0]);
        assert.deepEqual(of("udp six"), ["udp", "UNCONNECTED", 0]);
        assert.match(named.get("six client")?.remote ?? "", /^\[::1\]:\d+$/);
        assert.match(named.get("mapped accepted")?.remote ?? "", /^127\.0\.0\.1:\d+$/);
      }
      for (const name of ["tcp unconnected", "udp unbound"]) assert.deepEqual(of(name), [], name);
      for (const [name, protocol] of Object.entries({ packet: "packet", raw: "raw", ping: "raw" })) {
        if (actor.sockets.has(name)) assert.equal(named.get(name)?.protocol, protocol, name);
        else context.diagnostic(`${name}: this user may not open one`);
      }
    });
  }

  test(`both ways say the same of the same sockets, in ${place.title}`, async (context) => {
    const before = place.before(context);
    const skip = noPython ?? addonAbsent ?? ("skip" in before ? before.skip : null);
    if (skip !== null || "skip" in before) return context.skip(skip ?? "");
    const actor = await SocketActor.start(context, before, "all");
    const [diag, proc] = await Promise.all(WAYS.map((way) => said(context, actor, way.sockets)));
    assert.ok(diag !== undefined && proc !== undefined);
    assert.ok(diag.named.size >= (actor.sockets.has("six listener") ? 25 : 18));
    assert.deepEqual([...diag.named.keys()].toSorted(), [...proc.named.keys()].toSorted());
    for (const [name, fact] of diag.named) {
      const other = proc.named.get(name);
      assert.ok(other !== undefined);
      assert.deepEqual(common(fact), common(other), name);
    }
    if (place.before !== namespaceOfItsOwn) return;
    // Nobody else has sockets there.
    const counts = (facts: readonly Fact[]): Fact[] =>
      facts.filter(({ fact }) => fact === "tables" || fact === "time-wait" || fact === "counters");
    assert.deepEqual(counts(diag.facts), counts(proc.facts));
    const timeWait = diag.facts.find((fact) => fact.fact === "time-wait");
    assert.deepEqual([timeWait?.direction, timeWait?.count], ["outbound", 1]);
    assert.ok(
      diag.facts.some((fact) => fact.fact === "tables" && fact.unaccepted === 1 && fact.timeWait === 1),
    );
  });
}

test("idle times: of data, of the connection where none ever went, and none without a connection", async (context) => {
  if (noPython !== null || addonAbsent !== null) return context.skip(noPython ?? addonAbsent ?? "");
  const from = SYSTEM_CLOCK.uptime();
  const actor = await SocketActor.start(context, [], "all");
  const { named } = await said(context, actor, loaded);
  const to = SYSTEM_CLOCK.uptime();
  for (const name of [
    "four client",
    "four accepted",
    "unread client",
    "unread accepted",
    "close-wait client",
  ]) {
    const usedAt = named.get(name)?.usedAt ?? Number.NaN;
    // Jiffies are 10 ms at most.
    assert.ok(usedAt >= from - 0.02 && usedAt <= to + 0.02, `${name}: ${usedAt} in ${from}..${to}`);
  }
  assert.equal(named.get("four client")?.segments, 0);
  assert.equal(named.get("unread client")?.segments, 1);
  assert.equal(named.get("unread accepted")?.segments, 1);
  for (const name of ["four listener", "syn-sent", "udp connected", "unix client"])
    assert.equal(named.get(name)?.usedAt, undefined, name);
  assert.equal(named.get("unix client")?.remote, `${actor.folder}/a bé`);
  assert.equal(named.get("unix client")?.receiveQueue, 5);
});

test("a namespace that may not be entered is read out of /proc, and one gap says so", async (context) => {
  const before = namespaceOfItsOwn(context);
  if (noPython !== null || "absent" in loaded || "skip" in before)
    return context.skip(noPython ?? addonAbsent ?? ("skip" in before ? before.skip : ""));
  const EPERM = 1;
  const refusing = {
    addon: {
      ...loaded.addon,
      openSockDiag: async (path: string | null, inode: number) =>
        path === null ? loaded.addon.openSockDiag(path, inode) : -EPERM,
    },
  };
  const actor = await SocketActor.start(context, before, "all");
  const eyes = new SocketEyes(context, refusing, actor.pid);
  await eyes.look();
  await eyes.look();
  const inode = actor.sockets.get("close-wait client")?.inode;
  const fact = eyes.facts.find((one) => one.fact === "socket" && one.inode === inode);
  assert.ok(fact?.fact === "socket");
  assert.deepEqual([fact.state, fact.usedAt], ["CLOSE_WAIT", undefined]);
  assert.deepEqual(
    eyes.facts.filter((one) => one.fact === "gap"),
    [{ fact: "gap", what: "idle times and closings of connections", why: "denied", pid: null }],
  );
});

test("a namespace ends with its last process, and its sockets are given back", async (context) => {
  const before = namespaceOfItsOwn(context);
  if (noPython !== null || addonAbsent !== null || "skip" in before)
    return context.skip(noPython ?? addonAbsent ?? ("skip" in before ? before.skip : ""));
  const actor = await SocketActor.start(context, before, "all");
  const eyes = new SocketEyes(context, loaded, actor.pid);
  const own = ownSockets();
  await eyes.look();
  assert.equal(ownSockets().length, own.length + 2);
  const sockets = eyes.facts.filter((fact) => fact.fact === "socket").map((fact) => fact.inode);
  eyes.forget(actor.pid);
  const gone = (await eyes.look()).filter((fact) => fact.fact === "socket-gone").map((fact) => fact.inode);
  assert.deepEqual(new Set(gone), new Set(sockets));
  assert.deepEqual(ownSockets(), own);
});

/** The sockets that this process has open. */
function ownSockets(): string[] {
  const links = fs.readdirSync("/proc/self/fd").map((number) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${number}`);
    } catch {
      return ""; // The folder itself, which was open while it was listed.
    }
  });
  return links.filter((link) => link.startsWith("socket:")).toSorted();
}

test("what the kernel calls the protocol of a socket that stands in no table", async (context) => {
  if (noPython !== null || addonAbsent !== null) return context.skip(noPython ?? addonAbsent ?? "");
  const actor = await SocketActor.start(context, [], "all");
  const eyes = new SocketEyes(context, loaded, actor.pid);
  eyes.list(actor.pid, actor.sockets.values());
  const names = (facts: readonly Fact[]): Map<number, string> =>
    new Map(facts.filter((fact) => fact.fact === "socket-protocol").map(({ inode, name }) => [inode, name]));
  const seen = names(await eyes.look());
  const inodeOf = (name: string): number => actor.sockets.get(name)?.inode ?? 0;
  assert.deepEqual(
    seen,
    new Map([
      [inodeOf("udp unbound"), "UDP"],
      [inodeOf("tcp unconnected"), "TCP"],
    ]),
  );
  assert.deepEqual(names(await eyes.look()), new Map(), "it is said once");
});
