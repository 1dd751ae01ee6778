import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ageWords,
  cellWords,
  ladderSummary,
  mostIn,
  rungsOf,
  rungWords,
  selectionOf,
  shade,
} from "./ages.ts";

const SPAN = { from: "2026-11-24T03:00:00.000Z", to: "2026-11-24T03:04:00.000Z", stepSeconds: 60 };
const NOW = Date.parse(SPAN.to);
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const at = (bucket: number): string => CLOCK.format(Date.parse(SPAN.from) + bucket * 60_000);

const LEAK = [
  { label: "80", values: [null, null, 3, 166] },
  { label: "0", values: [42, 42, null, 42] },
  { label: "20", values: [5, 42, null, 42] },
  { label: "unknown", values: [12, 12, null, 0] },
];

test("rows are the rungs from the youngest up without a hole, and those of unknown age on top", () => {
  const rungs = rungsOf(SPAN, LEAK);
  assert.deepEqual(
    rungs.map(({ fromSeconds, toSeconds }) => [fromSeconds, toSeconds]),
    [
      [0, 20],
      [20, 40],
      [40, 80],
      [80, 160],
      [null, null],
    ],
  );
  assert.deepEqual(
    rungs[3]?.values,
    [0, 0, 3, 166],
    "where others are known, a rung without a figure is empty",
  );
  assert.deepEqual(rungs[0]?.values, [42, 42, 0, 42]);
});

test("a bucket of which nothing is known is unknown on every rung", () => {
  const rungs = rungsOf(SPAN, [
    { label: "0", values: [1, null, 1, 1] },
    { label: "20", values: [null, null, 2, 2] },
  ]);
  assert.deepEqual(
    rungs.map(({ values }) => values[1]),
    [null, null],
  );
  assert.deepEqual(
    rungsOf(SPAN, []).map(({ values }) => values),
    [[null, null, null, null]],
  );
});

test("the row of those before the watch is there only while there are any; the oldest rung has no end", () => {
  const quiet = rungsOf(SPAN, [{ label: "unknown", values: [0, 0, 0, 0] }]);
  assert.deepEqual(
    quiet.map(({ fromSeconds }) => fromSeconds),
    [0],
  );
  const old = rungsOf(SPAN, [{ label: "163840", values: [1, 1, 1, 1] }]).at(-1);
  assert.deepEqual([old?.fromSeconds, old?.toSeconds], [163_840, null]);
});

test("a cell says how many of which age at what time; one that is not known says so", () => {
  const rungs = rungsOf(SPAN, LEAK);
  const words = (rung: number, bucket: number): string => cellWords(SPAN, rungs, { rung, bucket }, NOW);
  assert.equal(words(3, 3), `open between 80 and 160 s: 166 at ${at(3)}`);
  assert.equal(words(0, 0), `open under 20 s: 42 at ${at(0)}`);
  assert.equal(words(4, 1), `open before the watch began: 12 at ${at(1)}`);
  const gap = rungsOf(SPAN, [{ label: "0", values: [1, null, 1, 1] }]);
  assert.equal(cellWords(SPAN, gap, { rung: 0, bucket: 1 }, NOW), `open under 20 s: not known at ${at(1)}`);
});

test("ages are told exactly, short at the row", () => {
  assert.deepEqual([20, 160, 320, 640, 5120, 163_840].map(ageWords), [
    ...["20 s", "160 s", "5 min 20 s", "10 min 40 s", "1 h 25 min", "1 d 21 h"],
  ]);
  const row = (fromSeconds: number | null): string => rungWords({ fromSeconds });
  assert.deepEqual(
    [row(0), row(80), row(640), row(5120), row(null)],
    [...["< 20 s", "80 s", "10m 40s", "1h 25m", "before"]],
  );
});

test("what is selected is whole cells, from whichever corner it is drawn", () => {
  const rungs = rungsOf(SPAN, LEAK);
  const expected = {
    from: "2026-11-24T03:01:00.000Z",
    to: "2026-11-24T03:03:00.000Z",
    fromSeconds: 20,
    toSeconds: 80,
  };
  assert.deepEqual(selectionOf(SPAN, rungs, { rung: 1, bucket: 1 }, { rung: 2, bucket: 2 }), expected);
  assert.deepEqual(selectionOf(SPAN, rungs, { rung: 1, bucket: 2 }, { rung: 2, bucket: 1 }), expected);
  assert.deepEqual(selectionOf(SPAN, rungs, { rung: 2, bucket: 1 }, { rung: 1, bucket: 2 }), expected);
  assert.equal(selectionOf(SPAN, rungs, { rung: 3, bucket: 0 }, { rung: 4, bucket: 0 })?.toSeconds, null);
  assert.equal(selectionOf(SPAN, rungs, { rung: 9, bucket: 0 }, { rung: 9, bucket: 0 }), null);
});

test("empty cells are not drawn, one alone is seen, and more is darker", () => {
  assert.equal(shade(0, 1000), 0);
  assert.ok(shade(1, 1000) > 0.1);
  assert.ok(shade(166, 1000) - shade(42, 1000) > 0.15);
  assert.equal(shade(1000, 1000), 1);
  assert.equal(mostIn(rungsOf(SPAN, LEAK)), 166);
});

test("in words a leak is one that has become old", () => {
  assert.equal(
    ladderSummary(SPAN, rungsOf(SPAN, LEAK), NOW),
    `How old open files are. Oldest at the beginning: open between 20 and 40 s: 5 at ${at(0)}. ` +
      `Oldest now: open between 80 and 160 s: 166 at ${at(3)}.`,
  );
  assert.equal(
    ladderSummary(SPAN, rungsOf(SPAN, []), NOW),
    "How old open files are: not known in this time.",
  );
});
