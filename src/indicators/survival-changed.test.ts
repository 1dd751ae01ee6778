import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as survivalChanged from "./survival-changed.ts";

/** Beside what is compared: how much counts scatter, the normal survival, and how many pass in ten minutes. */
const [PHI, NORMAL, PASSED] = [0, 1, 2] as const;
const AT = 3;

function rowAgainst(normal: number): Float64Array {
  const row = new Float64Array(AT + survivalChanged.WIDTH);
  row.set([1.3, normal, 10]);
  return row;
}

function take(row: Float64Array, born: number, passed: number): void {
  survivalChanged.take(row, AT, born, passed, 1, PHI, NORMAL, PASSED);
}

/** Evidence after so many samples of so many births each, of which so many live to the age. */
function after(samples: number, born: number, passed: number, normal: number): number {
  const row = rowAgainst(normal);
  for (let at = 0; at < samples; at++) take(row, born, passed);
  return survivalChanged.evidenceOf(row, AT) ?? assert.fail("nothing was compared");
}

describe("survival that changed", () => {
  it("is not moved by load", () => {
    assert.ok(after(600, 100, 10, 0.12) < 0.1);
    assert.ok(after(600, 1000, 100, 0.12) < 0.1);
  });

  it("shows when twice as many live to the age, or half of them where none did", () => {
    assert.ok(after(60, 100, 24, 0.12) > 20);
    assert.ok(after(60, 2, 1, 0.001) > 20);
  });

  it("shows a leak of a thousandth of all that is opened", () => {
    assert.ok(after(60, 10_000, 10, 0.0002) > 20);
  });

  it("counts how many come where nearly all stay: as many as in ten minutes may come at once", () => {
    assert.equal(after(9, 1, 1, 0.9), 0);
    assert.ok(after(120, 1, 1, 0.9) > 20);
  });

  it("fades when it is back to normal", () => {
    const row = rowAgainst(0.1);
    const evidence = (): number => survivalChanged.evidenceOf(row, AT) ?? Number.NaN;
    for (let at = 0; at < 60; at++) take(row, 2, 1);
    const most = evidence();
    for (let at = 0; at < 600; at++) take(row, 2, 0);
    assert.ok(most > 10 && evidence() < 1, `${most} then ${evidence()}`);
  });
});
