import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AXIS,
  barOf,
  intervalWords,
  shareOf,
  type TimeLeft,
  timeLeftOf,
  timeLeftWords,
  toneOf,
} from "./time-left.ts";

const NOW = Date.parse("2026-11-12T02:04:51.000Z");
const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();
const rates = { windowSeconds: 600, bornPerMinute: 1, diedPerMinute: 1, netPerMinute: 0 };
const CALM = { fullest: null, runway: null, rates, otherEndOf: [] as string[], notClosed: null };
const ends = (p05: number | null, p50: number | null, p95: number | null): TimeLeft => ({
  kind: "ends",
  p05,
  p50,
  p95,
});
const runway = (p05: number | null, p50: number | null, p95: number | null, headroom = 100) => ({
  ...{ resource: "nofile" as const, headroom },
  exhaustedAt: {
    p05: p05 === null ? null : at(p05),
    p50: p50 === null ? null : at(p50),
    p95: p95 === null ? null : at(p95),
  },
});

test("the axis is logarithmic from a minute to thirty days", () => {
  assert.deepEqual([shareOf(-5), shareOf(60), shareOf(30 * 86_400), shareOf(1e9)], [0, 0, 1, 1]);
  const step = shareOf(600) - shareOf(300);
  assert.ok(Math.abs(shareOf(172_800) - shareOf(86_400) - step) < 1e-9, "twice as long is as far everywhere");
  const shares = AXIS.map(({ share }) => share);
  assert.deepEqual(
    shares,
    shares.toSorted((a, b) => a - b),
  );
});

test("time left comes from the runway, by the clock of the agent", () => {
  assert.deepEqual(timeLeftOf({ ...CALM, runway: runway(480, 540, 660) }, NOW), ends(480, 540, 660));
  assert.deepEqual(timeLeftOf({ ...CALM, runway: runway(-9, 5, null) }, NOW), ends(0, 5, null));
  assert.deepEqual(timeLeftOf({ ...CALM, runway: runway(null, 400 * 86_400, null) }, NOW), { kind: "none" });
  assert.deepEqual(
    timeLeftOf({ ...CALM, runway: { resource: "nofile", headroom: 5, exhaustedAt: null } }, NOW),
    {
      kind: "none",
    },
  );
});

test("full, unknown and the other end of a leak are told apart from what never ends", () => {
  const fullest = { pid: 1, command: "x", open: 1024, softLimit: 1024, headroom: 0 };
  assert.equal(timeLeftOf({ ...CALM, fullest }, NOW).kind, "full");
  assert.equal(timeLeftOf({ ...CALM, runway: runway(1, 2, 3, 0) }, NOW).kind, "full");
  assert.equal(timeLeftOf({ ...CALM, rates: { ...rates, netPerMinute: null } }, NOW).kind, "unknown");
  assert.equal(timeLeftOf({ ...CALM, otherEndOf: ["a"], runway: runway(1, 2, 3) }, NOW).kind, "other-end");
});

test("words carry no more precision than a forecast has", () => {
  assert.equal(timeLeftWords(ends(480, 540, 660)), "9 min");
  assert.equal(intervalWords(ends(480, 540, 660)), "8 min to 11 min");
  assert.equal(intervalWords(ends(480, 540, null)), "8 min or more");
  assert.equal(intervalWords(ends(541, 542, 543)), null);
  assert.equal(timeLeftWords(ends(5 * 3600, null, null)), "over 5 h");
  assert.equal(timeLeftWords(ends(1, 3.4 * 86_400, 2)), "3 d");
  assert.equal(timeLeftWords(ends(1, 20.6 * 3600, 2)), "21 h");
  assert.deepEqual(
    (["full", "unknown", "none", "other-end"] as const).map((kind) => timeLeftWords({ kind })),
    [...["now", "?", "-", "-"]],
  );
});

test("a bar ends at the median with its whisker over the interval; an unknown end is open", () => {
  const bar = barOf(ends(480, 540, 660));
  assert.ok(bar !== null && bar.whisker !== null);
  assert.ok(bar.whisker.low < bar.end && bar.end < bar.whisker.high && !bar.whisker.open);
  assert.deepEqual(barOf(ends(480, 540, null)), {
    end: shareOf(540),
    whisker: { low: shareOf(480), high: 1, open: true },
  });
  assert.deepEqual(barOf({ kind: "full" }), { end: 0, whisker: null });
  for (const kind of ["unknown", "none", "other-end"] as const) assert.equal(barOf({ kind }), null);
});

test("red is a proof or under thirty minutes, amber a suspicion, the unknown is hatched", () => {
  assert.equal(toneOf(ends(null, 1799, null), null), "leak");
  assert.equal(toneOf(ends(null, 1800, null), null), "calm");
  assert.equal(toneOf(ends(null, 1800, null), "suspect"), "suspect");
  assert.equal(toneOf({ kind: "none" }, "confirmed"), "leak");
  assert.equal(toneOf({ kind: "full" }, null), "leak");
  assert.equal(toneOf({ kind: "unknown" }, null), "unknown");
});
