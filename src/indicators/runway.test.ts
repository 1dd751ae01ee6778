import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BIN_SECONDS, History } from "../ledger/history.ts";
import { growthOf, probabilityWithin, timeLeft, type Growth } from "./runway.ts";

/** What ten minutes of history say of something of which there are `agedAt(second)`. */
function grown(agedAt: (second: number) => number, seconds = 600): Growth | null {
  const history = new History();
  for (let at = 0; at < seconds; at += BIN_SECONDS)
    history.note({ at, born: 0, died: 0, moved: 0, open: 0, aged: Math.round(agedAt(at)) });
  return growthOf({ history, aged: Math.round(agedAt(seconds)) }, seconds);
}

function perMinute(growth: Growth | null): number {
  assert.ok(growth !== null, "no growth");
  return (growth.count / growth.seconds) * 60;
}

function near(figure: number, truth: number, share = 0.1): void {
  assert.ok(Math.abs(figure - truth) <= share * truth, `${figure} instead of ${truth}`);
}

/** What comes and goes: a fluctuation without a trend, the same at every call. */
function swinging(second: number): number {
  return 30 + 6 * Math.sin(second / 11) + 4 * Math.sin(second / 3.7 + 1);
}

describe("growth", () => {
  it("is counted from its own beginning", () =>
    near(perMinute(grown((second) => Math.max(0, second - 500))), 60));

  it("beside what comes and goes is that of what began last", () =>
    near(perMinute(grown((second) => swinging(second) + 2 * Math.max(0, second - 480))), 120, 0.25));

  it("is that of the last minutes when the rate has changed", () =>
    near(perMinute(grown((second) => (second < 300 ? second / 6 : 50 + (second - 300)))), 60));

  it("has the burst of a start taken out", () =>
    near(perMinute(grown((second) => 25 * Math.min(20, second) + second / 10)), 6, 0.25));

  it("is none when a burst was all, when it has ended, and when it is a fall", () => {
    assert.equal(
      grown((second) => 25 * Math.min(20, second)),
      null,
    );
    assert.equal(
      grown((second) => Math.min(200, second)),
      null,
    );
    assert.equal(
      grown((second) => 600 - second),
      null,
    );
    assert.equal(grown(swinging)?.count ?? 0, 0);
  });

  it("scatters more where it comes in bursts", () => {
    const bursts = grown((second) => 10 * Math.floor(second / 20));
    near(perMinute(bursts), 30);
    assert.ok((bursts?.dispersion ?? 0) > 3, `${bursts?.dispersion}`);
    assert.ok((grown((second) => second / 2)?.dispersion ?? 9) <= 1.2);
  });
});

describe("time left", () => {
  const seen: Growth = { count: 100, seconds: 100, dispersion: 1 };

  it("has the rate in its middle, and is wider the further and the less was seen", () => {
    near(timeLeft(3600, seen).p50, 3600, 0.02);
    const width = (headroom: number, growth: Growth): number => {
      const { p05, p50, p95 } = timeLeft(headroom, growth);
      assert.ok(p05 < p50 && p50 < p95);
      return (p95 - p05) / p50;
    };
    assert.ok(width(100, seen) < width(36_000, seen));
    assert.ok(width(3600, seen) < width(3600, { count: 10, seconds: 10, dispersion: 1 }));
    assert.ok(width(3600, seen) < width(3600, { ...seen, dispersion: 6 }));
  });

  it("agrees with the probability of an end", () => {
    for (const headroom of [60, 600, 1800]) {
      const { p05, p50, p95 } = timeLeft(headroom, seen);
      near(probabilityWithin(p05, headroom, seen), 0.05, 0.5);
      near(probabilityWithin(p50, headroom, seen), 0.5, 0.1);
      near(probabilityWithin(p95, headroom, seen), 0.95, 0.05);
    }
  });
});
