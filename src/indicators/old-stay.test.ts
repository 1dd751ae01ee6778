import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as oldStay from "./old-stay.ts";

/** Beside the evidence: how many pass the age in a second, and how much that scatters. */
const [RATE, PHI] = [0, 1] as const;
const AT = 2;

describe("that the old ones do not leave", () => {
  it("is known to lie between two bounds before it is computed", () => {
    const row = new Float64Array(AT + oldStay.WIDTH);
    row.set([0.5, 1.3]);
    oldStay.begin(row, AT, oldStay.OF_A_BURST);
    let least = -Infinity;
    for (let second = 0; second < 90; second++) {
      oldStay.take(row, AT, second % 3 === 0 ? 0 : 1, second % 7 === 0 ? 1 : 0, 1, RATE, PHI);
      least = oldStay.leastOf(row, AT);
      const evidence = oldStay.evidenceOf(row, AT);
      assert.ok(least <= evidence && evidence <= oldStay.mostOf(row, AT), `${evidence} at ${second} s`);
    }
    assert.ok(least > 5, "the bound says something");
  });
});
