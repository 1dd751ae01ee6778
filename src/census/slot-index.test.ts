import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SlotIndex } from "./slot-index.ts";

describe("SlotIndex", () => {
  it("holds what a Map holds, through any order of setting and deleting", () => {
    const key = fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    );
    const step = fc.tuple(fc.boolean(), key);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const keys: number[] = [];
        const [index, map] = [new SlotIndex((slot) => keys[slot] as number, 4), new Map<number, number>()];
        for (const [sets, number] of steps) {
          if (sets) {
            const slot = keys.push(number) - 1;
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
