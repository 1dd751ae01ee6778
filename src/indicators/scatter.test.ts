import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as scatter from "./scatter.ts";

interface Scattered {
  readonly aroundMean: number;
  readonly aroundNeighbours: number;
  readonly rate: number;
}

/** Of counts each of which is of so many seconds. The row has something else before it and behind it. */
function scatterOf(counts: readonly number[], seconds: (at: number) => number = () => 1): Scattered {
  const at = 3;
  const row = new Float64Array(at + scatter.WIDTH + 1).fill(7);
  row.fill(0, at, at + scatter.WIDTH);
  for (const [place, count] of counts.entries()) scatter.take(row, at, count, seconds(place), 1);
  assert.deepEqual([...row.subarray(0, at), ...row.subarray(at + scatter.WIDTH)], [7, 7, 7, 7]);
  return {
    aroundMean: scatter.aroundMean(row, at),
    aroundNeighbours: scatter.aroundNeighbours(row, at),
    rate: scatter.rateOf(row, at),
  };
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
    const inTurn = (at: number): number => (at % 2 === 0 ? 1 : 3);
    const late = scatterOf(
      Array.from({ length: 100 }, (_, at) => inTurn(at)),
      inTurn,
    );
    assert.ok(Math.abs(late.aroundMean) < 1e-9 && Math.abs(late.aroundNeighbours) < 1e-9);
  });
});
