import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketAt, bucketsIn, bucketWords, middles, newestKnown, unknownRuns } from "./buckets.ts";

const SPAN = { from: "2026-11-24T03:00:00.000Z", to: "2026-11-24T03:03:00.000Z", stepSeconds: 30 };
const START = Date.parse(SPAN.from) / 1000;

test("a moment belongs to the bucket that it falls into, and to none outside", () => {
  assert.equal(bucketsIn(SPAN), 6);
  assert.equal(bucketAt(SPAN, START), 0);
  assert.equal(bucketAt(SPAN, START + 29.9), 0);
  assert.equal(bucketAt(SPAN, START + 30), 1);
  assert.equal(bucketAt(SPAN, START + 180), null);
  assert.equal(bucketAt(SPAN, START - 1), null);
  assert.deepEqual(middles(SPAN).slice(0, 2), [START + 15, START + 45]);
});

test("only what is over and unknown in all columns is a gap", () => {
  const one = [1, null, null, 4, null, null];
  const other = [1, null, 3, 4, null, null];
  const inLast = (START + 170) * 1000;
  assert.deepEqual(unknownRuns(SPAN, [one, other], inLast), [
    [1, 2],
    [4, 5],
  ]);
  assert.deepEqual(unknownRuns(SPAN, [one, other], Date.parse(SPAN.to)), [
    [1, 2],
    [4, 6],
  ]);
  assert.deepEqual(unknownRuns(SPAN, [], Date.parse(SPAN.to)), [[0, 6]]);
});

test("the newest figure is the last that is known of any column; 0 is known", () => {
  assert.equal(
    newestKnown([
      [1, 2, null],
      [null, null, null],
    ]),
    1,
  );
  assert.equal(newestKnown([[1, 0, null], [null]]), 1);
  assert.equal(newestKnown([[null, null]]), null);
  assert.equal(newestKnown([]), null);
});

test("a bucket is called by the time at which it begins, to the second where minutes do not tell it apart", () => {
  const now = Date.parse(SPAN.to);
  assert.match(bucketWords(SPAN, 1, now), /^\d\d:\d\d:30$/);
  assert.match(bucketWords({ ...SPAN, stepSeconds: 60 }, 1, now), /^\d\d:\d1$/);
  const monthLater = now + 30 * 86_400_000;
  assert.match(bucketWords(SPAN, 1, monthLater), /24.* \d\d:\d\d:30$/);
});
