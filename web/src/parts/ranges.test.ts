import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  betweenParameters,
  inputText,
  momentsOf,
  rangeKey,
  rangeOf,
  refreshSeconds,
  shifted,
  SPANS,
  spanParameters,
} from "./ranges.ts";

const NOW = Date.parse("2026-11-12T03:00:00.500Z");

describe("the time that an address names", () => {
  it("is the last hour where it names none, or one that there is not", () => {
    assert.equal(rangeOf(null, null, null, NOW).span?.key, "1h");
    assert.equal(rangeOf(null, null, "3 weeks", NOW).span?.key, "1h");
  });

  it("is the last so-much, up to now", () => {
    assert.deepEqual(momentsOf(rangeOf(null, null, "15m", NOW), NOW), {
      from: "2026-11-12T02:45:00Z",
      to: "2026-11-12T03:00:00Z",
    });
    assert.deepEqual(momentsOf(rangeOf(null, null, "1y", NOW), NOW).from, "2025-11-12T03:00:00Z");
  });

  it("is what lies between two moments, in any zone, and beats a span", () => {
    const range = rangeOf("2026-11-12T02:00:00Z", "2026-11-12T03:30:00+01:00", "7d", NOW);
    assert.deepEqual(momentsOf(range, NOW), { from: "2026-11-12T02:00:00Z", to: "2026-11-12T02:30:00Z" });
  });

  it("ends now where only its begin is named", () => {
    const range = rangeOf("2026-11-12T02:00:00Z", null, null, NOW);
    assert.equal(momentsOf(range, NOW).to, "2026-11-12T03:00:00Z");
  });

  it("is the usual hour where moments are cut off, without a zone, or the wrong way round", () => {
    for (const [from, to] of [
      ["2026-11-12T02:00", "2026-11-12T03:00"],
      ["2026-11-", "2026-11-12T03:00:00Z"],
      ["2026-11-12T03:00:00Z", "2026-11-12T02:00:00Z"],
      ["2026-99-12T02:00:00Z", "2026-11-12T03:00:00Z"],
    ] as const) {
      assert.equal(rangeOf(from, to, null, NOW).span?.key, "1h", from);
    }
  });
});

describe("a way to another time", () => {
  it("takes the moments away for a span, and the span for moments", () => {
    const day = SPANS.find(({ key }) => key === "24h");
    assert.ok(day !== undefined);
    assert.deepEqual(spanParameters(day), { range: "24h", from: null, to: null });
    assert.deepEqual(betweenParameters(NOW - 60_000, NOW), {
      ...{ range: null, from: "2026-11-12T02:59:00Z", to: "2026-11-12T03:00:00Z" },
    });
  });

  it("goes back and forth by the length of what is shown", () => {
    const hour = rangeOf(null, null, null, NOW);
    const { from, to } = shifted(hour, -1, NOW);
    assert.equal(betweenParameters(from, to).from, "2026-11-12T01:00:00Z");
    assert.equal(betweenParameters(from, to).to, "2026-11-12T02:00:00Z");
    const again = shifted({ span: null, from, to }, 1, NOW);
    assert.equal(betweenParameters(again.from, again.to).to, "2026-11-12T03:00:00Z");
  });

  it("tells ranges apart", () => {
    assert.notEqual(rangeKey({ span: null, from: 1, to: 2 }), rangeKey({ span: null, from: 1, to: 3 }));
    assert.equal(rangeKey(rangeOf(null, null, "7d", NOW)), "7d");
  });
});

describe("how often it is asked for", () => {
  it("is seldom for what is over or long", () => {
    assert.equal(refreshSeconds(rangeOf(null, null, "1h", NOW), NOW), 10);
    assert.equal(refreshSeconds(rangeOf(null, null, "1y", NOW), NOW), 60);
    assert.equal(refreshSeconds({ span: null, from: NOW - 7_200_000, to: NOW - 3_600_000 }, NOW), 600);
    assert.equal(refreshSeconds({ span: null, from: NOW - 7_200_000, to: NOW + 60_000 }, NOW), 10);
  });
});

it("fills an input with local time that reads back as the same minute", () => {
  const minute = Date.parse("2026-03-07T08:09:00Z");
  assert.equal(Date.parse(inputText(minute)), minute);
});
