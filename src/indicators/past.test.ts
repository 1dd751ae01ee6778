import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { LastUse } from "../census/row-columns.ts";
import { pastGrowth } from "./past.ts";

const NOW = 100_000;

/** `perMinute` connections left each minute from `from` to `to` seconds ago, each used once or twice. */
function left(from: number, to: number, perMinute: number, segments = 6): LastUse[] {
  const count = Math.round(((from - to) * perMinute) / 60);
  return Array.from({ length: count }, (_, at) => ({
    usedAt: NOW - from + ((at + 0.5) / count) * (from - to),
    segments: segments + (at % 3),
  }));
}

/** A pool of which each connection was used at some time within `idle` seconds, hundreds of times before. */
function pool(size: number, idle: number): LastUse[] {
  return Array.from({ length: size }, (_, at) => ({ usedAt: NOW - (at * idle) / size, segments: 900 + at }));
}

describe("the past of one dump", () => {
  it("gives the rate and the time of a leak that has ended", () => {
    const past = pastGrowth(left(3600, 600, 120), NOW);
    assert.ok(past !== null && Math.abs(past.perMinute - 120) < 2, `${past?.perMinute} a minute`);
    assert.ok(Math.abs(NOW - past.from - 3600) < 5 && Math.abs(NOW - past.to - 600) < 5);
    assert.equal(past.left, 6000);
    assert.equal(
      past.bins.reduce((sum, count) => sum + count),
      6000,
    );
  });

  it("is not misled by a pool, by stragglers of yesterday or by what is in use", () => {
    const stragglers = [80_000, 60_000, 40_000].map((ago) => ({ usedAt: NOW - ago, segments: 5 }));
    const busy = Array.from({ length: 300 }, (_, at) => ({ usedAt: NOW - at / 30, segments: 8 }));
    const past = pastGrowth([...pool(20, 3000), ...stragglers, ...left(1800, 300, 60), ...busy], NOW);
    assert.ok(past !== null && Math.abs(past.perMinute - 60) < 6, `${past?.perMinute} a minute`);
    assert.ok(Math.abs(NOW - past.from - 1800) < 60);
  });

  it("says nothing of few, of a burst, or of what is in use", () => {
    assert.equal(pastGrowth(left(600, 60, 2), NOW), null);
    assert.equal(pastGrowth(left(610, 600, 6000), NOW), null);
    assert.equal(pastGrowth(left(50, 0, 600), NOW), null);
    assert.equal(pastGrowth([], NOW), null);
  });

  it("finds any steady past within a fifth", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 120, max: 80_000, noNaN: true }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.double({ min: 0.5, max: 500, noNaN: true }),
        (ago, share, perMinute) => {
          const ended = Math.max(60, ago * (1 - share));
          const leak = left(ago, ended, perMinute);
          fc.pre(leak.length >= 25 && leak.length < 20_000 && ago - ended >= 70);
          const past = pastGrowth(leak, NOW);
          assert.ok(past !== null && Math.abs(past.perMinute / perMinute - 1) < 0.2, `${past?.perMinute}`);
        },
      ),
      { numRuns: 60 },
    );
  });
});
