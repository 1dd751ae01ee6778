import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessFact } from "../../model/facts.ts";
import type { ListingAddon } from "./addon.ts";
import { watch, type WatchedProcess } from "./process.ts";
import type { ProcFiles } from "./reading.ts";
import { ThreadTables } from "./threads.ts";

/** A process with the pid 10 whose threads have so many descriptors each. */
function processOf(counts: ReadonlyMap<number, number>): { files: ProcFiles; process: WatchedProcess } {
  const files: ProcFiles = {
    read: () => "exited",
    link: () => null,
    names: (path) => (path === "/proc/10/task" ? [...counts.keys()].map(String) : { reason: "exited" }),
    stat: (path) => {
      const count = counts.get(Number(/^\/proc\/10\/task\/(\d+)\/fd$/.exec(path)?.[1]));
      return count === undefined ? null : { ino: 1, size: count };
    },
  };
  const process = watch({ fact: "process", pid: 10, startTicks: 1 } as ProcessFact, "", "/proc/10/fd", 1);
  return { files, process };
}

/** kcmp(2) over the table that each thread has. */
function addonOf(tables: ReadonlyMap<number, string>): ListingAddon {
  const refuse = (): never => assert.fail("not asked for here");
  return {
    listFolders: refuse,
    countFolders: refuse,
    countHeld: refuse,
    sharesTable: (one, other) => tables.get(one) === tables.get(other),
  };
}

test("by counts: a thread that differs at two looks, and not one that differs once", () => {
  const counts = new Map([
    [10, 5],
    [11, 5],
    [12, 3],
    [13, 4],
  ]);
  const { files, process } = processOf(counts);
  const threads = new ThreadTables("/proc", files, null);
  assert.deepEqual(threads.find(process, []), []);
  assert.equal(threads.isUnsure(10), true);
  counts.set(13, 5);
  threads.begin();
  assert.deepEqual(threads.find(process, []), [12]);
  assert.equal(threads.isUnsure(10), false);
  threads.begin();
  assert.deepEqual(threads.find(process, [12]), []);
});

test("by counts: threads with one table among themselves are told once, one that is ending never", () => {
  const counts = new Map([
    [10, 5],
    [11, 3],
    [12, 3],
    [13, 0],
  ]);
  const { files, process } = processOf(counts);
  const threads = new ThreadTables("/proc", files, null);
  threads.find(process, []);
  assert.deepEqual(threads.find(process, [11]), []);
  assert.deepEqual(threads.find(process, []), [11]);
});

test("by kcmp: one thread for each table that is not the process's, whatever their counts", () => {
  const counts = new Map(Array.from({ length: 6 }, (_, at) => [10 + at, at === 5 ? 0 : 7]));
  const tables = new Map([
    [10, "process"],
    [11, "process"],
    [12, "one"],
    [13, "one"],
    [14, "other"],
    [15, "none"],
  ]);
  const { files, process } = processOf(counts);
  const threads = new ThreadTables("/proc", files, addonOf(tables));
  assert.deepEqual(threads.find(process, []), [12, 14]);
  assert.deepEqual(threads.find(process, [12, 14]), []);
  // The leading thread has exited, and another stands for the process.
  process.thread = 11;
  assert.deepEqual(new ThreadTables("/proc", files, addonOf(tables)).find(process, [12, 14]), []);
});

test("thousands of threads are gone through in turn, some in each tick", () => {
  const pids = Array.from({ length: 1000 }, (_, at) => 10 + at);
  const counts = new Map(pids.map((pid) => [pid, 7]));
  const asked = new Map<number, number>();
  const tables = addonOf(new Map());
  const { files, process } = processOf(counts);
  const threads = new ThreadTables("/proc", files, {
    ...tables,
    sharesTable: (_, thread) => {
      asked.set(thread, (asked.get(thread) ?? 0) + 1);
      return true;
    },
  });
  let ticks = 0;
  for (; asked.size < 999; ticks++) {
    assert.ok(ticks < 100, "some are never asked");
    threads.begin();
    threads.find(process, []);
  }
  assert.ok(ticks > 10);
  // Only the last tick begins anew.
  assert.ok([...asked.values()].filter((times) => times > 1).length < 64);
});
