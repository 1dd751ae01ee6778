import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Numbers } from "./numbers.ts";

describe("Numbers", () => {
  it("holds what a Map holds, with numbers near and far, through any order of setting and deleting", () => {
    const number = fc.oneof(
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 60, max: 1000 }),
      fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    );
    const step = fc.tuple(fc.boolean(), number, fc.integer({ min: 0, max: 2 ** 31 - 1 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const [numbers, map] = [new Numbers(), new Map<number, number>()];
        for (const [sets, at, slot] of steps) {
          if (sets) {
            numbers.set(at, slot);
            map.set(at, slot);
          } else {
            numbers.delete(at);
            map.delete(at);
          }
          assert.equal(numbers.size, map.size);
          assert.equal(numbers.get(at), map.get(at) ?? -1);
        }
        for (const [at, slot] of map) assert.equal(numbers.get(at), slot);
        const ascending = (slots: Iterable<number>) => [...slots].toSorted((one, other) => one - other);
        assert.deepEqual(ascending(numbers.slots()), ascending(map.values()));
      }),
    );
  });

  it("keeps what is open through a burst and its end", () => {
    const numbers = new Numbers();
    for (let number = 0; number < 20_000; number++) numbers.set(number, number);
    for (let number = 0; number < 20_000; number++) if (number % 1000 !== 7) numbers.delete(number);
    assert.equal(numbers.size, 20);
    assert.deepEqual(
      [...numbers.slots()].toSorted((one, other) => one - other),
      Array.from({ length: 20 }, (_, at) => at * 1000 + 7),
    );
    assert.equal(numbers.get(19_007), 19_007);
    assert.equal(numbers.get(19_008), -1);
  });
});
