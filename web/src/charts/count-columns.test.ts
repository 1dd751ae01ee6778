import assert from "node:assert/strict";
import { test } from "node:test";
import {
  coneOf,
  countColumns,
  merged,
  resetMarks,
  startMarks,
  topOf,
  verdictMarks,
} from "./count-columns.ts";

const SPAN = { from: "2026-11-24T03:00:00.000Z", to: "2026-11-24T03:04:00.000Z", stepSeconds: 60 };
const START = Date.parse(SPAN.from) / 1000;

function series(measure: string, label: string | null, values: readonly (number | null)[]) {
  return { measure, label, values: [...values], least: [...values], most: [...values] };
}

test("columns are the figures of the answer as they are, gaps included", () => {
  const open = {
    ...series("open-descriptors", null, [2731, null, 2801, 2914]),
    least: [2700, null, 2790, 2802],
    most: [2731, null, 2811, 2914],
  };
  const columns = countColumns(SPAN, [
    series("open-descriptors", "tcp", [9, 9, 9, 9]),
    open,
    series("descriptor-limit", null, [4096, null, 4096, 4096]),
  ]);
  assert.equal(columns.open, open.values);
  assert.equal(columns.least, open.least);
  assert.equal(columns.most, open.most);
  assert.deepEqual(columns.limit, [4096, null, 4096, 4096]);
  assert.deepEqual(columns.full, [4096, null, 4096, 4096], "without a headroom the limit is what there is");
});

test("what is not in the answer is unknown in every bucket", () => {
  const nothing = [null, null, null, null];
  assert.deepEqual(countColumns(SPAN, []), {
    ...{ open: nothing, least: nothing, most: nothing, limit: nothing, full: nothing },
  });
});

test("one process is full at its limit, several where the fullest of them is", () => {
  const limit = series("descriptor-limit", null, [1024, 1024, 1024, 1024]);
  const one = countColumns(SPAN, [
    series("open-descriptors", null, [24, 124, null, 1024]),
    limit,
    series("headroom", null, [1000, 900, 800, 0]),
  ]);
  assert.deepEqual(one.full, [1024, 1024, 1024, 1024]);
  const several = countColumns(SPAN, [
    series("open-descriptors", null, [1132, 1200, 1300, 1400]),
    limit,
    series("headroom", null, [488, 450, 400, null]),
  ]);
  assert.deepEqual(several.full, [1620, 1650, 1700, 1024]);
});

const RUNWAY = {
  resource: "nofile" as const,
  headroom: 1182,
  exhaustedAt: {
    p05: "2026-11-24T03:12:00.000Z",
    p50: "2026-11-24T03:14:00.000Z",
    p95: "2026-11-24T03:15:00.000Z",
  },
};
const NOW = { at: "2026-11-24T03:04:51.000Z", open: 2914 };

test("the cone goes from what is open now to the limit, at the times of the forecast", () => {
  assert.deepEqual(coneOf({ ...NOW, runway: RUNWAY }), {
    at: START + 291,
    open: 2914,
    full: 4096,
    p05: START + 720,
    p50: START + 840,
    p95: START + 900,
  });
});

test("without a time there is no cone; one that may never be reached stays open; none begins before now", () => {
  const at = (exhaustedAt: { p05: string | null; p50: string | null; p95: string | null } | null) =>
    coneOf({ ...NOW, runway: { ...RUNWAY, exhaustedAt } });
  assert.equal(coneOf({ ...NOW, runway: null }), null);
  assert.equal(coneOf({ ...NOW, runway: { ...RUNWAY, resource: "ports" } }), null);
  assert.equal(at(null), null);
  assert.equal(at({ p05: null, p50: null, p95: null }), null);
  const open = at({ p05: RUNWAY.exhaustedAt.p05, p50: null, p95: null });
  assert.deepEqual([open?.p50, open?.p95], [null, null]);
  const past = at({ p05: "2026-11-24T03:04:00.000Z", p50: null, p95: null });
  assert.equal(past?.p05, START + 291);
});

test("a limit far above is not drawn, unless a forecast goes there", () => {
  const columns = countColumns(SPAN, [
    series("open-descriptors", null, [600, 611, 605, 611]),
    series("descriptor-limit", null, [65_536, 65_536, 65_536, 65_536]),
  ]);
  assert.ok(topOf(columns, null) < 1000);
  const cone = {
    ...(coneOf({ ...NOW, runway: RUNWAY }) as NonNullable<ReturnType<typeof coneOf>>),
    full: 65_536,
  };
  assert.ok(topOf(columns, cone) > 65_536);
  const near = countColumns(SPAN, [
    series("open-descriptors", null, [2914, 2914, 2914, 2914]),
    series("descriptor-limit", null, [4096, 4096, 4096, 4096]),
  ]);
  assert.ok(topOf(near, null) > 4096);
});

test("a verdict marks when it began and each change of its standing, whatever the order of the answer", () => {
  const tell = (
    id: string,
    at: string,
    standing: "suspect" | "confirmed" | "cleared",
    since: string | null,
  ) => ({
    ...{ id, standing, since: since === null ? null : `2026-11-24T${since}Z`, at: `2026-11-24T${at}Z` },
  });
  const marks = verdictMarks([
    tell("a", "03:03:30", "cleared", "03:00:10"),
    tell("a", "03:02:00", "confirmed", "03:00:10"),
    tell("a", "03:02:30", "confirmed", "03:00:10"),
    tell("a", "03:01:00", "suspect", "03:00:10"),
    tell("b", "03:02:10", "suspect", null),
  ]);
  assert.deepEqual(
    marks.map(({ kind, at }) => [kind, at - START]),
    [
      ["began", 10],
      ["suspect", 60],
      ["confirmed", 120],
      ["suspect", 130],
      ["cleared", 210],
    ],
  );
});

test("totals that begin again mark a restart, also across a gap; a rise does not", () => {
  const marks = resetMarks(SPAN, [
    series("born-total", "tcp", [100, 120, null, 4]),
    series("closed-total", "tcp", [90, 91, null, 0]),
    series("born-total", "file", [5, 5, null, 6]),
    series("open-descriptors", null, [9, 8, 7, 6]),
  ]);
  assert.deepEqual(
    marks.map(({ kind, at }) => [kind, at - START]),
    [["restart", 180]],
  );
});

test("processes that start together are one mark", () => {
  const startedAt = (text: string | null) => ({ startedAt: text });
  const marks = startMarks([
    startedAt("2026-11-24T03:01:00.500Z"),
    startedAt(null),
    startedAt("2026-11-24T03:01:00.000Z"),
    startedAt("2026-11-24T03:02:00.000Z"),
  ]);
  assert.deepEqual(
    marks.map(({ at }) => at - START),
    [60, 120],
  );
});

test("marks of one kind that are too close to be told apart are one that says how many", () => {
  const began = (at: number) => ({ at, kind: "began" as const, words: "leak began" });
  const cleared = { at: 12, kind: "cleared" as const, words: "cleared" };
  assert.deepEqual(merged([began(30), began(10), cleared, began(11)], 5), [
    { ...began(10), words: "2 × leak began" },
    cleared,
    began(30),
  ]);
});
