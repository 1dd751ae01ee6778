import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact, ProcessFact } from "../../model/facts.ts";
import { type WatchedProcess, watch } from "../procfs/process.ts";
import { Slices } from "../procfs/slices.ts";
import type { SocketsAddon } from "../sockdiag/native.ts";
import { Effort } from "./effort.ts";
import { SocketProtocols } from "./protocols.ts";

const EACCES = 13;

function processWith(inodes: readonly number[], seenAt: number): WatchedProcess {
  const process = watch({ pid: 9, netns: 7 } as ProcessFact, "", "/proc/9/fd", 0);
  return Object.assign(process, {
    descriptors: {
      length: inodes.length,
      numbers: Int32Array.from(inodes, (_, place) => place + 3),
      identities: Float64Array.from(inodes),
      seenAt: new Float64Array(inodes.length).fill(seenAt),
      lookedAt: new Float64Array(inodes.length),
    },
  });
}

async function read(
  protocols: SocketProtocols,
  inodes: readonly number[],
  uptime: number,
  seenAt = 0,
): Promise<Fact[]> {
  const facts: Fact[] = [];
  const effort = new Effort({ now: () => 0, uptime: () => 0, stopwatch: () => 0 }, new Slices());
  await protocols.read(facts, new Map([[9, processWith(inodes, seenAt)]]), uptime, effort);
  return facts;
}

function protocolsOf(asked: [path: string, inode: number][], rows: ReadonlySet<number>): SocketProtocols {
  const addon = {
    socketProtocolNames: async (paths: readonly string[], inodes: readonly number[]) => {
      for (const [place, inode] of inodes.entries()) asked.push([paths[place] ?? "", inode]);
      return inodes.map((inode) => (inode === 13 ? -EACCES : "TCP"));
    },
  };
  return new SocketProtocols(addon as unknown as SocketsAddon, {
    has: (inode) => rows.has(inode),
    completeAt: () => 100,
  });
}

test("only sockets without a row are asked about, and each once while it is open", async () => {
  const asked: [string, number][] = [];
  const protocols = protocolsOf(asked, new Set([11]));
  assert.deepEqual(await read(protocols, [11, 12, -5, 13], 100), [
    { fact: "socket-protocol", inode: 12, name: "TCP" },
  ]);
  assert.deepEqual(asked, [
    ["/proc/9/fd/4", 12],
    ["/proc/9/fd/6", 13],
  ]);
  assert.deepEqual(await read(protocols, [11, 12, 13], 110), []);
  assert.deepEqual(await read(protocols, [], 120), []);
  assert.equal((await read(protocols, [12], 130)).length, 1, "another socket with that inode");
});

test("what was listed after the tables were read may stand in them", async () => {
  const protocols = protocolsOf([], new Set());
  assert.deepEqual(await read(protocols, [12], 200, 101), []);
});

test("no more than 200 at once, the others at the next tick", async () => {
  const asked: [string, number][] = [];
  const protocols = protocolsOf(asked, new Set());
  const inodes = Array.from({ length: 450 }, (_, place) => 1000 + place);
  for (const [tick, sum] of [200, 400, 450, 450].entries()) {
    await read(protocols, inodes, 200 + tick);
    assert.equal(asked.length, sum);
  }
  assert.equal(new Set(asked.map(([, inode]) => inode)).size, 450);
});

test("a process is walked again once it or the tables of its namespace were read again", async () => {
  const tables = { completeAt: 100, rows: new Set([11]), asked: 0 };
  const protocols = new SocketProtocols(
    { socketProtocolNames: async () => ["TCP"] } as unknown as SocketsAddon,
    {
      has: (inode) => (tables.asked++, tables.rows.has(inode)),
      completeAt: () => tables.completeAt,
    },
  );
  const process = Object.assign(processWith([11, 12], 0), { listedAt: 90 });
  const facts: Fact[] = [];
  const effort = new Effort({ now: () => 0, uptime: () => 0, stopwatch: () => 0 }, new Slices());
  const walked = async (uptime: number): Promise<number> => {
    tables.asked = 0;
    await protocols.read(facts, new Map([[9, process]]), uptime, effort);
    return tables.asked;
  };
  assert.equal(await walked(110), 2);
  assert.equal(await walked(120), 0);
  tables.rows.clear();
  tables.completeAt = 125;
  assert.equal(await walked(130), 2);
  process.listedAt = 135;
  assert.equal(await walked(140), 2);
  assert.equal(await walked(150), 0);
  assert.deepEqual(
    facts.map((fact) => fact.fact === "socket-protocol" && fact.inode),
    [12, 11],
  );
});
