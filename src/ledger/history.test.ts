import assert from "node:assert/strict";
import { test } from "node:test";
import { BIN_SECONDS, History, type Point } from "./history.ts";

const KEPT = 121;

test("the last ten minutes are kept, and found by time, while the ring grows and after it is full", () => {
  const history = new History();
  const noted: Point[] = [];
  assert.equal(history.before(0), null);
  for (let at = 0; at < 300 * BIN_SECONDS; at++) {
    // One of a second is open for good, and every third one is closed.
    const died = Math.floor(at / 3);
    const point = { at, born: at, died, moved: 1, turned: 2, turnedOld: 3, open: at - died, aged: at / 2 };
    history.note(point);
    if (at % BIN_SECONDS !== 0) continue;
    noted.push(point);
    const kept = noted.slice(-KEPT);
    assert.equal(history.count, kept.length);
    assert.equal(history.timeOf(0), kept[0]?.at);
    assert.equal(history.agedOf(kept.length - 1), point.aged);
    for (const asked of [-1, 0, at / 2, at - 1, at, at + 99]) {
      const expected = kept.findLast((one) => one.at <= asked) ?? kept[0];
      assert.deepEqual(history.before(asked), expected, `before ${asked} at ${at}`);
    }
  }
});
