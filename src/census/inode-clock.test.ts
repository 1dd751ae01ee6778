import assert from "node:assert/strict";
import { test } from "node:test";
import { InodeClock } from "./inode-clock.ts";

/** Two CPUs with blocks of their own, read once a second from 100 s on. */
function twoCpus(): InodeClock {
  const clock = new InodeClock();
  for (let second = 0; second < 10; second++)
    clock.note(100 + second, [1025 + 20 * second, 5000 * 1024 + 3 + 50 * second]);
  return clock;
}

test("an inode is dated between the readings of its CPU around it", () => {
  const clock = twoCpus();
  assert.deepEqual(clock.bounds(1025 + 45, 90, 120), [102, 103]);
  assert.deepEqual(clock.bounds(5000 * 1024 + 3 + 1, 90, 120), [100, 101]);
});

test("what lies before the first or after the last reading is bounded on one side", () => {
  const clock = twoCpus();
  assert.deepEqual(clock.bounds(1025 + 500, 90, 120), [109, 120]);
  assert.deepEqual(clock.bounds(5000 * 1024 + 2, 90, 120), [90, 100]);
});

test("an inode of a block that no reading stands in is not dated", () => {
  assert.deepEqual(twoCpus().bounds(9_000_000, 104.5, 105), [104.5, 105]);
});

test("readings of an earlier round of inodes say nothing against what is known otherwise", () => {
  assert.deepEqual(twoCpus().bounds(1025 + 45, 105, 120), [105, 120]);
});

test("a reading that a CPU made in its next block dates what comes after it there", () => {
  const clock = new InodeClock();
  clock.note(10, [1024 * 7 + 1000]);
  clock.note(11, [1024 * 9 + 5]);
  clock.note(12, [1024 * 9 + 40]);
  assert.deepEqual(clock.bounds(1024 * 9 + 20, 0, 20), [11, 12]);
  assert.deepEqual(clock.bounds(1024 * 7 + 1020, 0, 20), [10, 20]);
  assert.deepEqual(clock.bounds(1024 * 9 + 2, 0, 20), [0, 11]);
});
