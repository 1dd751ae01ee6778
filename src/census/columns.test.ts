import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { longer, Moments, resized, WholeNumbers } from "./columns.ts";

describe("columns", () => {
  it("keeps what stands in a column that becomes longer, and empties the old one", () => {
    const column = Float64Array.from([1, 2.5, -Infinity]);
    const grown = resized(column, 5);
    assert.deepEqual([...grown], [1, 2.5, -Infinity, 0, 0]);
    assert.equal(column.length, 0);
  });

  it("grows by ever more, and by a sixteenth at most when it is large", () => {
    assert.equal(longer(256), 512);
    assert.equal(longer(800_000), 850_000);
  });
});

describe("WholeNumbers", () => {
  it("keeps what fits into four bytes, what does not, and what is not known", () => {
    const numbers = new WholeNumbers(null);
    const all = [0, 1, null, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER, -1, 0.5];
    all.forEach((number, slot) => numbers.set(slot, number));
    numbers.resize(1000);
    assert.deepEqual(
      all.map((_, slot) => numbers.get(slot)),
      all,
    );
    all.forEach((_, slot) => numbers.set(slot, slot));
    assert.deepEqual(
      all.map((_, slot) => numbers.get(slot)),
      all.map((_, slot) => slot),
    );
  });
});

describe("Moments", () => {
  it("keeps seconds to a sixteenth, never later than they were, however long the host is up", () => {
    const moments = new Moments();
    const all = [0, 0.25, 100_000.74, 3e8, 1e12, Number.NEGATIVE_INFINITY];
    all.forEach((seconds, slot) => moments.set(slot, seconds));
    moments.resize(1000);
    assert.deepEqual(
      all.map((_, slot) => moments.get(slot)),
      [0, 0.25, 100_000.6875, 3e8, 1e12, Number.NEGATIVE_INFINITY],
    );
  });
});
