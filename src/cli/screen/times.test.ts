import assert from "node:assert/strict";
import { test } from "node:test";
import type { Runway } from "../../model/events.ts";
import { AT, later } from "../example/host.ts";
import { clock, day, elapsed, failsAbout, moment, span, timeLeft, zoneName } from "./times.ts";

const BERLIN = "Europe/Berlin";

function runway(p05: number | null, p50: number | null, p95: number | null, headroom = 100): Runway {
  const date = (seconds: number | null) => (seconds === null ? null : later(seconds));
  return { resource: "nofile", headroom, exhaustedAt: { p05: date(p05), p50: date(p50), p95: date(p95) } };
}

test("how long something lasted", () => {
  assert.deepEqual([34, 1462, 10_920, 300_000].map(elapsed), ["34 s", "24m 22s", "3h 02m", "3 days"]);
  assert.deepEqual([20, 120, 640, 10_000, 400_000].map(span), ["20 s", "120 s", "11 min", "3 h", "5 days"]);
});

test("time left is one figure and its interval in the same unit", () => {
  assert.equal(timeLeft(runway(480, 560, 650), AT), "9 min (8-11)");
  assert.equal(timeLeft(runway(30, 40, 55), AT), "40 s (30-55)");
  assert.equal(timeLeft(runway(4800, 6240, 9000), AT), "1h 44m");
  assert.equal(timeLeft(runway(2 * 86_400, 3 * 86_400, 5 * 86_400), AT), "3 days (2-5)");
  assert.equal(timeLeft(runway(540, 560, 570), AT), "9 min (9-10)");
  assert.equal(timeLeft(runway(535, 540, 545), AT), "9 min");
  assert.equal(
    timeLeft(runway(30, 40, 1500), AT),
    "40 s (30 s to 25 min)",
    "but for an end in a larger unit",
  );
  assert.equal(timeLeft(runway(480, 560, 9000), AT), "9 min (8 min to 2h 30m)");
});

test("what lies beyond the horizon is said so, and what is not known is not said", () => {
  assert.equal(timeLeft(runway(480, 560, null), AT), "9 min (8 or more)");
  assert.equal(timeLeft(runway(23, 27, 365 * 86_400), AT), "27 s (23 or more)");
  assert.equal(failsAbout(runway(480, 560, 365 * 86_400), AT, BERLIN), "03:14 (03:12 or later)");
  assert.equal(timeLeft(runway(7200, null, null), AT), "over 2 h");
  assert.equal(timeLeft(runway(null, null, null), AT), null);
  assert.equal(timeLeft({ resource: "nofile", headroom: 5, exhaustedAt: null }, AT), null);
  assert.equal(timeLeft(null, AT), null);
  assert.equal(timeLeft({ resource: "nofile", headroom: 0, exhaustedAt: null }, AT), "now");
});

test("dates are in the host's zone", () => {
  assert.equal(clock(AT, BERLIN), "03:04:51");
  assert.equal(clock(AT, "UTC"), "02:04:51");
  assert.equal(zoneName(AT, BERLIN), "CET");
  assert.equal(zoneName(AT, "UTC"), "UTC");
  assert.equal(day(AT, BERLIN), "12 Nov 2026");
  assert.equal(moment(later(86_400), AT, BERLIN), "13 Nov 03:04");
  assert.equal(failsAbout(runway(480, 560, 650), AT, BERLIN), "03:14 (03:12-03:15)");
  assert.equal(failsAbout(runway(480, 560, null), AT, BERLIN), "03:14 (03:12 or later)");
  assert.equal(failsAbout(runway(480, null, null), AT, BERLIN), null);
});
