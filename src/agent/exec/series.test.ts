import assert from "node:assert/strict";
import { test } from "node:test";
import { Series } from "./series.ts";

test("growth by quarter, and the peak, survive any number of changes", () => {
  const series = new Series();
  for (let i = 1; i <= 40_000; i++) series.note(i / 1000, i % 2 === 0 ? i / 2 : i / 2 + 500);
  series.note(40.1, 3);
  assert.deepEqual([series.peak, series.last], [20_499.5, 3]);
  const quarters = series.quarters(0, 40);
  for (const grown of quarters) assert.ok(Math.abs(grown - 5000) < 700, quarters.join(" "));
});

test("what does not change costs nothing, and before the first change there is nothing", () => {
  const series = new Series();
  series.note(5, 2);
  series.note(6, 2);
  assert.deepEqual([series.at(4.9), series.at(5), series.at(9)], [0, 2, 2]);
});
