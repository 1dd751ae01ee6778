import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Scatter } from "./scatter.ts";

function scatterOf(counts: readonly number[]): Scatter {
  const scatter = new Scatter(1);
  for (const count of counts) scatter.take(count, 1);
  return scatter;
}

describe("scatter", () => {
  it("is none for what comes evenly, one for one at a time, large for bursts", () => {
    const even = scatterOf(Array.from({ length: 200 }, () => 2));
    assert.ok(Math.abs(even.aroundMean) < 1e-9 && Math.abs(even.aroundNeighbours) < 1e-9);
    const apart = scatterOf(Array.from({ length: 200 }, (_, at) => (at % 6 === 0 ? 1 : 0)));
    assert.ok(apart.aroundMean > 0.7 && apart.aroundMean < 1, `${apart.aroundMean}`);
    assert.ok(Math.abs(apart.aroundNeighbours - 1) < 0.2, `${apart.aroundNeighbours}`);
    const bursts = scatterOf(Array.from({ length: 200 }, (_, at) => (at % 20 === 0 ? 20 : 0)));
    assert.ok(bursts.aroundMean > 10 && bursts.aroundNeighbours > 10);
  });

  it("of a new level that is kept up is seen around the mean alone", () => {
    const step = scatterOf(Array.from({ length: 80 }, (_, at) => (at < 60 ? 0 : 4)));
    assert.ok(step.aroundMean > 2, `${step.aroundMean}`);
    assert.ok(step.aroundNeighbours < 0.3, `${step.aroundNeighbours}`);
    assert.ok(Math.abs(step.rate - 4 * (1 - (1 - 1 / 60) ** 20)) < 0.1, `${step.rate}`);
  });

  it("is none where a look took three times as long and brought three times as many", () => {
    const scatter = new Scatter(1);
    for (let at = 0; at < 100; at++) scatter.take(at % 2 === 0 ? 1 : 3, at % 2 === 0 ? 1 : 3);
    assert.ok(Math.abs(scatter.aroundMean) < 1e-9 && Math.abs(scatter.aroundNeighbours) < 1e-9);
  });
});
