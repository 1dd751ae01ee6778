import assert from "node:assert/strict";
import { test } from "node:test";
import { subjectOf } from "../../census/classes.ts";
import { accumulationOf } from "./accumulated.ts";

const CONNECTION = subjectOf("tcp", { direction: "outbound", peer: "127.0.0.1:5432" });
const FILE = subjectOf("file", { path: "/var/tmp" });

/** So many opened in each quarter of a life of `seconds`. */
function births(seconds: number, quarters: readonly number[], usedAgain: boolean | null = null) {
  return quarters.flatMap((count, quarter) =>
    Array.from({ length: count }, (_, i) => ({
      at: ((quarter + (i + 0.5) / count) * seconds) / 4,
      notBefore: 0,
      usedAgain,
    })),
  );
}
const judged = (
  quarters: readonly number[],
  used: boolean | null = null,
  seconds = 8,
  subject = CONNECTION,
) => accumulationOf(subject, births(seconds, quarters, used), 0, seconds);

test("what keeps growing was kept, in a life of any length", () => {
  assert.deepEqual(judged([5, 5, 5, 5]), { why: "kept growing", count: 20 });
  assert.deepEqual(judged([71, 70, 72, 71], false), { why: "kept growing", count: 284 });
  assert.deepEqual(judged([5, 5, 5, 5], null, 0.2), { why: "kept growing", count: 20 });
  assert.deepEqual(judged([5, 5, 5, 5], null, 8, FILE)?.why, "kept growing");
});

test("what is set up in one go, or fills up more and more slowly, is not", () => {
  assert.equal(judged([5, 0, 0, 0]), null);
  assert.equal(judged([0, 0, 5, 0]), null, "late set-up is set-up too");
  assert.equal(judged([30, 9, 2, 1], null, 8, FILE), null, "a class path");
  assert.equal(judged([1, 1, 1, 0]), null, "too few to tell");
});

test("more connections than an idle pool has, opened in one go and not used again, were left", () => {
  assert.deepEqual(judged([20, 0, 0, 0], false), { why: "left unused", count: 20 });
  assert.deepEqual(judged([20, 0, 0, 0]), { why: "held to its end", count: 20 });
  assert.equal(judged([20, 0, 0, 0], null, 8, FILE), null, "of files nobody can say it");
  assert.equal(judged([10, 0, 0, 0], false), null);
});

test("connections that are used again are a pool's, however many", () => {
  assert.equal(judged([20, 0, 0, 0], true), null);
  assert.equal(judged([5, 5, 5, 5], true), null);
  const both = [...births(8, [5, 5, 5, 5], false), ...births(8, [20, 0, 0, 0], true)];
  assert.equal(accumulationOf(CONNECTION, both, 0, 8)?.count, 20);
});

test("the start of a program opens files and pipes of its own, not connections", () => {
  assert.equal(judged([5, 5, 5, 5], null, 0.9, FILE), null);
});
