import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { NumberIndex } from "./number-index.ts";

describe("NumberIndex", () => {
  it("holds what a Map holds, through any order of setting and deleting", () => {
    const key = fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    );
    const step = fc.tuple(fc.boolean(), key, fc.integer({ min: 0, max: 2 ** 31 - 1 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const [index, map] = [new NumberIndex(4), new Map<number, number>()];
        for (const [sets, number, slot] of steps) {
          if (sets) {
            index.set(number, slot);
            map.set(number, slot);
          } else {
            index.delete(number);
            map.delete(number);
          }
          assert.equal(index.size, map.size);
          assert.equal(index.get(number), map.get(number) ?? -1);
        }
        for (const [number, slot] of map) assert.equal(index.get(number), slot);
      }),
    );
  });
});
