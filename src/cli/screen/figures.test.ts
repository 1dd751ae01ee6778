import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, count, counted, exactRate, kept, limit, ofLimit, percent, rate } from "./figures.ts";

test("counts have thousands separators, and unknown is a question mark", () => {
  assert.equal(count(2914), "2,914");
  assert.equal(count(1_234_567), "1,234,567");
  assert.equal(count(0), "0");
  assert.equal(count(null), "?");
  assert.equal(counted(1, "process", "processes"), "1 process");
  assert.equal(counted(0, "leak"), "0 leaks");
});

test("rates are as exact as they can be read", () => {
  assert.deepEqual([971, 9, 3.24, 0, null].map(rate), ["971", "9", "3.2", "0", "?"]);
  assert.deepEqual([124.9, 6, 0, 0.01, -3.2, null].map(kept), ["+125", "+6.0", "0", "0", "-3.2", "?"]);
  assert.equal(exactRate(131, false), "131.0");
  assert.equal(exactRate(124.9, true), "+124.9");
  assert.equal(exactRate(-1234.56, true), "-1,234.6");
  assert.equal(exactRate(0, true), "0");
  assert.equal(exactRate(null, true), "?");
});

test("a limit that is not there is not a number", () => {
  assert.equal(limit(4096), "4,096");
  assert.equal(limit(Number.MAX_SAFE_INTEGER), "none");
  assert.equal(limit(null), "?");
  assert.equal(ofLimit(2914, 4096), "2,914 of 4,096");
  assert.equal(ofLimit(2914, Number.MAX_SAFE_INTEGER), "2,914 (no limit)");
  assert.equal(ofLimit(2914, null), "2,914");
  assert.equal(ofLimit(null, null), "?");
});

test("shares and sizes", () => {
  assert.deepEqual([0, 0.004, 0.713, 1].map(percent), ["0%", "<1%", "71%", "100%"]);
  assert.deepEqual([999, 1500, 1_234_567, 120_000_000].map(bytes), [
    "999 bytes",
    "1.5 KB",
    "1.2 MB",
    "120 MB",
  ]);
});
