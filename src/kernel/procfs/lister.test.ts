import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import type { ProcessFact } from "../../model/facts.ts";
import { loadListingAddon } from "./addon.ts";
import { AddonLister } from "./addon-lister.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import type { MissedSockets } from "./descriptors.ts";
import { FileLister } from "./file-lister.ts";
import type { Listed, Lister } from "./lister.ts";
import { watch, type WatchedProcess } from "./process.ts";
import { MountedProc } from "./reading.ts";
import { Slices } from "./slices.ts";

/** The two ways to list give the same facts, and leave the same tables behind, whatever the folders hold. */
const addon = loadListingAddon();
const skip = addon === null && "the addon is not built here";

const OWN_PID = 3;

class Folders {
  readonly root: string;

  constructor(context: TestContext) {
    this.root = fs.mkdtempSync(path.join(os.tmpdir(), "descry-listers-"));
    context.after(() => fs.rmSync(this.root, { recursive: true, force: true }));
  }

  path(pid: number): string {
    return path.join(this.root, String(pid), "fd");
  }

  /** Null: a plain file, whose link cannot be read. */
  set(pid: number, links: ReadonlyMap<string, Buffer | null>): void {
    fs.rmSync(this.path(pid), { recursive: true, force: true });
    fs.mkdirSync(this.path(pid), { recursive: true });
    for (const [name, link] of links) {
      const at = path.join(this.path(pid), name);
      if (link === null) fs.writeFileSync(at, "");
      else fs.symlinkSync(link, at);
    }
  }

  remove(pid: number): void {
    fs.rmSync(this.path(pid), { recursive: true, force: true });
  }

  process(pid: number): WatchedProcess {
    return watch({ fact: "process", pid, startTicks: 1 } as ProcessFact, "", this.path(pid), 1);
  }

  listers(): Lister[] {
    assert.ok(addon !== null);
    const own = { pid: OWN_PID, hidden: `${this.root}/` };
    return [new FileLister(new MountedProc(), true, own, SYSTEM_CLOCK), new AddonLister(addon, own)];
  }
}

async function outcomes(
  lister: Lister,
  processes: readonly WatchedProcess[],
  now: number,
  missed: MissedSockets,
): Promise<unknown[]> {
  const all: Listed[] = [];
  for await (const listed of lister.list(processes, now, missed, new Slices())) all.push(listed);
  return all.map(({ process, outcome, seconds }) => {
    assert.ok(seconds >= 0);
    if ("reason" in outcome) return [process.pid, outcome];
    process.listedAt = now;
    return [process.pid, { ...outcome, opened: [...outcome.opened] }];
  });
}

function tableOf({ descriptors }: WatchedProcess): unknown {
  const { length, numbers, identities, seenAt, lookedAt } = descriptors;
  assert.ok(numbers.length >= length && lookedAt.length === numbers.length);
  return [numbers, identities, seenAt, lookedAt].map((column) => [...column.subarray(0, length)]);
}

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

const link = fc.oneof(
  fc
    .constantFrom(
      "socket:[1]",
      "socket:[2]",
      "socket:[4294967295]",
      "socket:[9999999999]",
      "socket:[007]",
      "socket:[]",
      "pipe:[1]",
      "pipe:[4294967295]",
      "pipe:[x]",
      "/a",
      "/a (deleted)",
      " (deleted)",
      "/a (deleted) (deleted)",
      "anon_inode:[eventfd]",
      "anon_inode:inotify",
      "/l\u00c3\u00a9",
    )
    .map(bytes),
  // Any bytes but the one that ends a path.
  fc
    .uint8Array({ minLength: 1, maxLength: 60 })
    .map((array) => Buffer.from(array.map((byte) => (byte === 0 ? 1 : byte)))),
  fc.constant(Buffer.alloc(4000, "/long")),
);

const name = fc.oneof(
  { weight: 20, arbitrary: fc.nat(40).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("100", "999999999", "1234567890", "x", "-1", "1x") },
);

const state = fc
  .uniqueArray(fc.tuple(name, link), { selector: ([one]) => one, maxLength: 30 })
  .map((entries) => new Map<string, Buffer | null>(entries));

test("both listers give the same changes and the same tables, step by step", { skip }, async (context) => {
  const folders = new Folders(context);
  const pids = [OWN_PID, 4, 5];
  const step = fc.record({
    seconds: fc.integer({ min: 1, max: 40 }),
    states: fc.array(fc.option(state), { minLength: pids.length, maxLength: pids.length }),
    missed: fc.uniqueArray(fc.tuple(fc.constantFrom(1, 2, 7), fc.integer({ min: 90, max: 400 })), {
      selector: ([inode]) => inode,
    }),
    refused: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
      const sides = folders
        .listers()
        .map((lister) => ({ lister, processes: pids.map((pid) => folders.process(pid)) }));
      let now = 100;
      for (const { seconds, states, missed, refused } of steps) {
        now += seconds;
        for (const [at, pid] of pids.entries()) {
          const held = states[at] ?? null;
          if (held === null) folders.remove(pid);
          else folders.set(pid, refused && at === 1 ? new Map(held).set("20", null) : held);
        }
        const given = [];
        for (const side of sides)
          given.push([
            await outcomes(side.lister, side.processes, now, new Map(missed)),
            side.processes.map(tableOf),
          ]);
        assert.deepEqual(given[1], given[0]);
      }
    }),
    { numRuns: 100 },
  );
});

test("many processes, tables that grow and shrink: the same by both", { skip }, async (context) => {
  const folders = new Folders(context);
  const pids = Array.from({ length: 70 }, (_, at) => 100 + at);
  const sides = folders
    .listers()
    .map((lister) => ({ lister, processes: pids.map((pid) => folders.process(pid)) }));
  let now = 100;
  for (const count of [3, 90, 0, 300, 5, 6]) {
    now += 1;
    for (const pid of pids.slice(0, count < 100 ? pids.length : 4))
      folders.set(
        pid,
        new Map(Array.from({ length: count }, (_, number) => [String(number), bytes(`/${pid}/${number}`)])),
      );
    const given = [];
    for (const { lister, processes } of sides)
      given.push([await outcomes(lister, processes, now, new Map()), processes.map(tableOf)]);
    assert.deepEqual(given[1], given[0]);
  }
});

test("a refused link leaves the table as it was, by both", { skip }, async (context) => {
  const folders = new Folders(context);
  for (const lister of folders.listers()) {
    const process = folders.process(4);
    folders.set(4, new Map([["3", bytes("/a")]]));
    await outcomes(lister, [process], 100, new Map());
    const before = tableOf(process);
    folders.set(
      4,
      new Map([
        ["2", bytes("/b")],
        ["3", bytes("/c")],
        ["4", null],
      ]),
    );
    assert.deepEqual(await outcomes(lister, [process], 101, new Map()), [[4, { reason: "unsupported" }]]);
    assert.deepEqual(tableOf(process), before);
    folders.remove(4);
    assert.deepEqual(await outcomes(lister, [process], 102, new Map()), [[4, { reason: "exited" }]]);
    assert.deepEqual(tableOf(process), before);
  }
});

test("what the program opens to look is not told of it, by both", { skip }, async (context) => {
  const folders = new Folders(context);
  folders.set(
    OWN_PID,
    new Map([
      ["3", bytes(`${folders.root}/7/fd`)],
      ["4", bytes("/other")],
    ]),
  );
  folders.set(4, new Map([["3", bytes(`${folders.root}/7/fd`)]]));
  for (const lister of folders.listers()) {
    assert.deepEqual(
      await outcomes(
        lister,
        [OWN_PID, 4].map((pid) => folders.process(pid)),
        100,
        new Map(),
      ),
      [
        [OWN_PID, { opened: [[4, "/other"]], closed: [], renamed: [], holding: [] }],
        [4, { opened: [[3, `${folders.root}/7/fd`]], closed: [], renamed: [], holding: [] }],
      ],
    );
  }
});

test("a long listing lets others work in between, by both", { skip }, async (context) => {
  const folders = new Folders(context);
  const count = 6000;
  folders.set(
    4,
    new Map(Array.from({ length: count }, (_, number) => [String(number), bytes(`/${number}`)])),
  );
  for (const lister of folders.listers()) {
    const process = folders.process(4);
    process.open = count;
    let turns = 0;
    let listing = true;
    const turn = (): void => {
      turns++;
      if (listing) setImmediate(turn);
    };
    setImmediate(turn);
    const given = await outcomes(lister, [process], 100, new Map());
    listing = false;
    assert.equal(process.descriptors.length, count);
    assert.equal(given.length, 1);
    assert.ok(turns > 1, `${lister.constructor.name} took ${turns} turns`);
  }
});
