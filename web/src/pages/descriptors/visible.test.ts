import assert from "node:assert/strict";
import { test } from "node:test";
import { pagesOf, visibleRows } from "./visible.ts";

test("the rows that can be seen are drawn, and some around them, never more than there are", () => {
  assert.deepEqual(visibleRows(0, 640, 32, 20_000), { from: 0, to: 35 });
  assert.deepEqual(visibleRows(32_000, 640, 32, 20_000), { from: 985, to: 1035 });
  assert.deepEqual(visibleRows(640_000, 640, 32, 20_000), { from: 19_985, to: 20_000 });
  assert.deepEqual(visibleRows(9000, 640, 32, 3), { from: 3, to: 3 }, "it became shorter");
  assert.deepEqual(visibleRows(0, 640, 32, 0), { from: 0, to: 0 });
});

test("the pages are those that the rows stand on", () => {
  assert.deepEqual(pagesOf({ from: 0, to: 0 }), [0]);
  assert.deepEqual(pagesOf({ from: 0, to: 500 }), [0]);
  assert.deepEqual(pagesOf({ from: 485, to: 535 }), [0, 1]);
  assert.deepEqual(pagesOf({ from: 985, to: 1035 }), [1, 2]);
});
