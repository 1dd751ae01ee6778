import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessFact } from "../../../model/facts.ts";
import { type WatchedProcess, watch } from "../process.ts";
import { newHolder } from "./holders.ts";
import { Holdings } from "./holdings.ts";

/** A process that has a ring, after so many inotify instances. */
function processWith(instances: number): WatchedProcess {
  const process = watch({ pid: 9, netns: 7 } as ProcessFact, "", "/proc/9/fd", 0);
  for (let number = 0; number < instances; number++)
    (process.holders = new Map(process.holders)).set(number, newHolder("inotify-watches"));
  process.holders.set(instances, newHolder("fixed-files"));
  return process;
}

test("where there is more to read than there is time for, each has its turn", async () => {
  const reads = new Map<string, number>();
  const holdings = new Holdings((questions) => {
    for (const { path } of questions) reads.set(path, (reads.get(path) ?? 0) + 1);
    return Promise.resolve(questions.map(() => ({ count: 1, seconds: 0.001 })));
  });
  const process = processWith(300);
  for (let second = 1; second <= 120; second++)
    await holdings.read([], [process], { pids: new Set([9]) }, second);
  assert.equal(reads.size, 301, "all were read");
  const counts = [...reads.values()];
  assert.ok(
    Math.max(...counts) - Math.min(...counts) <= 2,
    `${Math.min(...counts)} to ${Math.max(...counts)}`,
  );
});
