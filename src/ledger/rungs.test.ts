import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dueRungs, RUNGS, strideOf } from "./rungs.ts";

describe("ages", () => {
  it("double from 20 seconds to nearly two days", () => {
    assert.equal(RUNGS[0], 20);
    assert.equal((RUNGS.at(-1) ?? 0) / 3600, 45.51111111111111);
  });

  it("are looked at every eightieth of them, the young ones at every tick", () => {
    assert.deepEqual(
      [20, 40, 80, 160, 1280].map((age) => strideOf(RUNGS.indexOf(age))),
      [0, 0, 1, 2, 16],
    );
    assert.equal(dueRungs(100.2, 100.9), 2);
    assert.equal(dueRungs(100.9, 101.1), 3);
    assert.equal(dueRungs(127.5, 128.5), 10, "80 s to 10,240 s, whose strides are 1 to 128 s");
    assert.equal(dueRungs(0, 1e9), RUNGS.length);
  });
});
