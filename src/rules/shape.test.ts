import assert from "node:assert/strict";
import { test } from "node:test";
import { levelWithin, type WithinShape } from "./shape.ts";

const CYCLIC: WithinShape = {
  stateIsProof: false,
  shape: "cyclic",
  deviates: false,
  risingSeconds: 80,
  longestCycleSeconds: 150,
  load: null,
};

test("a cyclic service is accused of nothing within its cycles", () => {
  assert.equal(levelWithin("confirmed", CYCLIC), "suspect");
  assert.equal(levelWithin("suspect", CYCLIC), "suspect");
  assert.equal(levelWithin("insufficient", CYCLIC), "insufficient");
});

test("it is where the state is proof, the rise is older than a cycle, or higher than any", () => {
  for (const more of [{ stateIsProof: true }, { risingSeconds: 160 }, { deviates: true }])
    assert.equal(levelWithin("confirmed", { ...CYCLIC, ...more }), "confirmed", JSON.stringify(more));
  assert.equal(levelWithin("confirmed", { ...CYCLIC, longestCycleSeconds: null }), "confirmed", "not known");
});

test("what follows load may rise with it as far as load explains it", () => {
  const within: WithinShape = { ...CYCLIC, shape: "follows-load", longestCycleSeconds: null, load: "rose" };
  assert.equal(levelWithin("confirmed", within), "suspect");
  for (const more of [
    { load: "steady" },
    { load: null },
    { deviates: true },
    { stateIsProof: true },
  ] as const)
    assert.equal(levelWithin("confirmed", { ...within, ...more }), "confirmed", JSON.stringify(more));
});

test("a steady service, and one that is not known, excuses nothing", () => {
  for (const shape of ["steady", "unknown"] as const)
    assert.equal(levelWithin("confirmed", { ...CYCLIC, shape, load: "rose" }), "confirmed");
});
