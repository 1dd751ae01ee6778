import assert from "node:assert/strict";
import { test } from "node:test";
import { sparkOf, sparkWords } from "./sparkline.ts";

test("the smallest figure lies at the bottom and the largest at the top", () => {
  assert.deepEqual(sparkOf([0, 50, 100], 100, 20), { lines: ["M0 20L50 10L100 0"], end: { x: 100, y: 0 } });
});

test("what is not known is a gap, never a zero", () => {
  const { lines, end } = sparkOf([10, 20, null, null, 30, null], 100, 20);
  assert.deepEqual(lines, ["M0 20L20 10", "M80 0h1"]);
  assert.equal(end, null);
  assert.deepEqual(sparkOf([null, null], 100, 20), { lines: [], end: null });
  assert.deepEqual(sparkOf([], 100, 20), { lines: [], end: null });
});

test("what hardly moves is all but level, in the middle", () => {
  assert.deepEqual(sparkOf([1000, 1000], 100, 20).lines, ["M0 10L100 10"]);
  assert.deepEqual(sparkOf([0, 0], 100, 20).lines, ["M0 10L100 10"]);
  const { lines } = sparkOf([1000, 1004], 100, 20);
  assert.deepEqual(lines, ["M0 11L100 9"]);
});

test("one figure alone stands at the right", () => {
  assert.deepEqual(sparkOf([7], 100, 20), { lines: ["M100 10h1"], end: { x: 100, y: 10 } });
});

test("words tell from where to where, and whether all of it was watched", () => {
  assert.equal(sparkWords([1208, 1400, 1611]), "from 1,208 to 1,611 open in the last ten minutes");
  assert.equal(sparkWords([null, 3]), "from 3 to 3 open as far as it was watched");
  assert.equal(sparkWords([null]), "not watched yet");
});
