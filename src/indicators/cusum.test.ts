import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as cusum from "./cusum.ts";

/** Two alternatives: what speaks for each, and what speaks against it. */
const STEPS = [0.5, -1, 2, -0.25];
const WIDTH = cusum.widthOf(2);

/** Where the numbers do not begin the row, and neither do the steps. */
function after(seen: readonly (readonly [hits: number, misses: number])[], phi = 1): Float64Array {
  const row = new Float64Array(WIDTH + 5);
  row[0] = phi;
  row.set(STEPS, 1);
  for (const [hits, misses] of seen) cusum.take(row, 5, 2, row, 1, hits, misses, 0);
  return row;
}

describe("a CUSUM", () => {
  it("sums up what speaks for each alternative, and tells the mean of what they say", () => {
    const row = after([
      [2, 0],
      [0, 1],
    ]);
    const sums = [0, 3.75];
    assert.equal(cusum.mostOf(row, 5), 3.75);
    const mean = sums.reduce((sum, one) => sum + Math.exp(one), 0) / sums.length;
    assert.ok(Math.abs(cusum.evidenceOf(row, 5, 2) - Math.log(mean)) < 1e-12);
    assert.ok(Math.abs(cusum.mostOf(after([[2, 1]], 5), 5) - 3.75 / 5) < 1e-12);
  });

  it("never falls below nothing", () => {
    const row = after([
      [1, 0],
      [0, 100],
    ]);
    assert.deepEqual([cusum.mostOf(row, 5), cusum.evidenceOf(row, 5, 2)], [0, 0]);
    cusum.take(row, 5, 2, row, 1, 1, 0, 0);
    assert.equal(cusum.mostOf(row, 5), 2);
  });

  it("fades, and ends", () => {
    const row = after([[4, 0]]);
    const before = cusum.evidenceOf(row, 5, 2);
    cusum.fade(row, 5, 2, 0.5);
    assert.equal(cusum.mostOf(row, 5), 4);
    assert.ok(cusum.evidenceOf(row, 5, 2) < before);
    cusum.fade(row, 5, 2, 1e-4);
    assert.deepEqual([cusum.mostOf(row, 5), cusum.evidenceOf(row, 5, 2)], [0, 0]);
  });
});
