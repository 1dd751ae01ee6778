import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf } from "./window.ts";

test("few rows are all there, also before their height is known", () => {
  assert.deepEqual(windowOf(60, 0, 0, 800), { from: 0, to: 60 });
  assert.deepEqual(windowOf(0, 50, 0, 800), { from: 0, to: 0 });
  assert.deepEqual(windowOf(2000, 0, 0, 800), { from: 0, to: 60 });
});

test("of many, those that are seen are there, wherever it was scrolled to", () => {
  const [height, seen] = [50, 800];
  for (let top = 400; top > -100_000; top -= 777) {
    const { from, to } = windowOf(2000, height, top, seen);
    assert.ok(from <= Math.max(0, -top / height) && to >= Math.min(2000, (seen - top) / height), `${top}`);
    assert.ok(to - from <= seen / height + 26, `${top}: ${to - from} rows`);
  }
});

test("beyond the last row the window is empty or at the end, never upside down", () => {
  for (const top of [-1e6, -100_000, 1e6]) {
    const { from, to } = windowOf(2000, 50, top, 800);
    assert.ok(from >= 0 && from <= to && to <= 2000, `${top}: ${from} to ${to}`);
  }
});
