import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Beats } from "./beats.ts";

/** Which of these were use: each so many seconds after the one before, of two segments where nothing else is said. */
function uses(beats: Beats, gaps: readonly number[], segments = 2, from = 1000): boolean[] {
  let at = from;
  return gaps.map((gap) => beats.take(segments, (at += gap)));
}

describe("what goes over a connection now and then", () => {
  it("is no use as long as two pauses are not known, and none while they are alike", () => {
    assert.deepEqual(uses(new Beats(), [7, 30, 30.4, 29.7, 30]), [false, false, false, false, false]);
  });

  it("is use once the pauses differ", () => {
    assert.deepEqual(uses(new Beats(), [7, 30, 44, 90]), [false, false, true, true]);
  });

  it("may hold several beats", () => {
    const beats = new Beats();
    assert.deepEqual(
      [2, 2, 4, 6, 20].map((segments, at) => beats.take(segments, [10, 20, 40, 70, 170][at] as number)),
      [false, false, false, false, false],
    );
  });

  it("may come from both ends, in single segments", () => {
    assert.ok(
      uses(new Beats(), [6, 10, 20, 10, 20, 10, 20], 1)
        .slice(-2)
        .every((use) => !use),
    );
  });

  it("is no use any more when five pauses in a row are alike", () => {
    const gaps = [7, 30, 44, 20, 20, 20, 20, 20, 20];
    assert.deepEqual(uses(new Beats(), gaps).slice(2), [true, true, true, true, true, false, false]);
  });

  it("goes on to be beats when one came late on a busy host", () => {
    assert.ok(uses(new Beats(), [7, ...Array(9).fill(10), 12, 8, 10, 10]).every((use) => !use));
  });

  it("is use where more comes than beats bring", () => {
    const beats = new Beats();
    uses(beats, [7, 10, 10, 10, 10, 10, 10, 10]);
    assert.equal(beats.take(6, 1087), true);
  });

  it("begins anew after work: the pause since then is none between beats", () => {
    const beats = new Beats();
    uses(beats, [7, 10, 10]);
    beats.work();
    assert.deepEqual(uses(beats, [3, 10, 10], 2, 1030), [false, false, false]);
  });
});
