import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as survivalChanged from "./survival-changed.ts";

/** Evidence after so many samples of so many births each, of which so many live to the age. */
function after(samples: number, born: number, passed: number, normal: number): number {
  const row = new Float64Array(survivalChanged.WIDTH);
  for (let at = 0; at < samples; at++) survivalChanged.take(row, 0, born, passed, 1, 1.3, normal, 10);
  return survivalChanged.evidenceOf(row, 0) ?? assert.fail("nothing was compared");
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
    const row = new Float64Array(survivalChanged.WIDTH);
    const evidence = (): number => survivalChanged.evidenceOf(row, 0) ?? Number.NaN;
    for (let at = 0; at < 60; at++) survivalChanged.take(row, 0, 2, 1, 1, 1.3, 0.1, 10);
    const most = evidence();
    for (let at = 0; at < 600; at++) survivalChanged.take(row, 0, 2, 0, 1, 1.3, 0.1, 10);
    assert.ok(most > 10 && evidence() < 1, `${most} then ${evidence()}`);
  });
});
