import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exampleHolding } from "./example-service.ts";
import { BY_WEIGHT, keysOf, pressed, sorted, unusedWords } from "./holdings.ts";

const FILES = exampleHolding(
  { kind: "file", direction: null, peer: null, state: null, path: "/srv" },
  { open: 900 },
);
const SUSPECT = exampleHolding({}, { open: 5, standing: "suspect" });
const LEAK = exampleHolding({ state: "CLOSE_WAIT" }, { open: 2, standing: "confirmed" });

describe("the order of what is held", () => {
  it("begins with what was judged", () => {
    assert.deepEqual(sorted([FILES, SUSPECT, LEAK], BY_WEIGHT), [LEAK, SUSPECT, FILES]);
  });

  it("has what is not known last either way", () => {
    const idle = exampleHolding({}, { unusedSeconds: { least: 0, most: 9 } });
    const idler = exampleHolding({}, { unusedSeconds: { least: 0, most: 90 } });
    for (const [descending, order] of [
      [true, [idler, idle, FILES]],
      [false, [idle, idler, FILES]],
    ] as const) {
      assert.deepEqual(sorted([FILES, idle, idler], { column: "unused", descending }), order);
    }
  });

  it("begins with the largest figure and the first word, and turns round", () => {
    assert.deepEqual(pressed(BY_WEIGHT, "open"), { column: "open", descending: true });
    assert.deepEqual(pressed(BY_WEIGHT, "what"), { column: "what", descending: false });
    assert.deepEqual(pressed({ column: "open", descending: true }, "open"), {
      column: "open",
      descending: false,
    });
  });
});

it("says for how long connections are unused, where they can be", () => {
  assert.equal(unusedWords(exampleHolding({}, { unusedSeconds: { least: 0, most: 1320 } })), "0 s to 22 min");
  assert.equal(unusedWords(exampleHolding({}, { unusedSeconds: { least: 3, most: 3.2 } })), "3 s");
  assert.equal(unusedWords(exampleHolding()), null);
  assert.equal(unusedWords(exampleHolding({ state: "LISTEN" })), "");
  assert.equal(unusedWords(FILES), "");
});

it("tells holdings apart that have one subject", () => {
  const pool = exampleHolding({}, { open: 20 });
  const beside = exampleHolding({}, { open: 214 });
  const keys = keysOf([beside, pool, FILES]);
  assert.equal(new Set(keys.values()).size, 3);
  assert.equal(
    keys.get(beside),
    keysOf([exampleHolding({}, { open: 215 })])
      .values()
      .next().value,
  );
});
