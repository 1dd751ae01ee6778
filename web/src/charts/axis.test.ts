import assert from "node:assert/strict";
import { test } from "node:test";
import { axisEnd, stepFor, tickWords } from "./axis.ts";

const RANGE = { from: "2026-11-24T03:00:00.000Z", to: "2026-11-24T04:00:00.000Z" };
const END = Date.parse(RANGE.to);
const HOUR = 3_600_000;

function runway(p05: number, p95: number | null) {
  const at = (milliseconds: number | null) =>
    milliseconds === null ? null : new Date(END + milliseconds).toISOString();
  return {
    resource: "nofile" as const,
    headroom: 9,
    exhaustedAt: { p05: at(p05), p50: at(p05), p95: at(p95) },
  };
}

test("what is to come has room, up to a third of what is past", () => {
  assert.equal(axisEnd(RANGE, runway(5 * 60_000, 10 * 60_000), END), END + 10 * 60_000 + HOUR * 0.02);
  assert.equal(axisEnd(RANGE, runway(5 * 60_000, 30 * HOUR), END), END + HOUR * 0.35);
  assert.ok(axisEnd(RANGE, runway(5 * 60_000, null), END) > END + 5 * 60_000);
});

test("without a forecast, or of a time that is past, the axis ends with the answer", () => {
  assert.equal(axisEnd(RANGE, null, END), END);
  assert.equal(axisEnd(RANGE, { ...runway(60_000, 90_000), exhaustedAt: null }, END), END);
  assert.equal(axisEnd(RANGE, { ...runway(60_000, 90_000), resource: "ports" }, END), END);
  assert.equal(axisEnd(RANGE, runway(60_000, 90_000), END + HOUR), END);
});

test("a step is never finer than the host is read, and of whole minutes for longer times", () => {
  assert.equal(stepFor(900), 30);
  assert.equal(stepFor(3600), 60);
  assert.equal(stepFor(86_400), 360);
  for (const seconds of [3600, 86_400, 604_800, 365 * 86_400]) {
    assert.equal(stepFor(seconds) % 60, 0);
    assert.ok(seconds / stepFor(seconds) <= 240);
  }
});

test("ticks say what tells them apart: seconds, minutes, the day that begins, months", () => {
  const midnight = new Date(2026, 10, 24).getTime() / 1000;
  assert.deepEqual(tickWords([midnight - 3600, midnight, midnight + 3600], 3600), [
    "23:00",
    "24 Nov",
    "01:00",
  ]);
  assert.deepEqual(tickWords([midnight + 7230], 30), ["02:00:30"]);
  assert.deepEqual(tickWords([midnight + 43_200], 86_400), ["24 Nov"]);
  assert.deepEqual(tickWords([midnight], 30 * 86_400), ["Nov 2026"]);
});
