import assert from "node:assert/strict";
import { test } from "node:test";
import { turnover } from "./turnover.ts";

const SPAN = { from: "2026-11-24T03:00:00.000Z", to: "2026-11-24T03:03:00.000Z", stepSeconds: 30 };
const LATER = Date.parse("2026-11-24T04:00:00.000Z");

function total(measure: string, label: string, values: readonly (number | null)[]) {
  return { measure, label, values: [...values], least: [...values], most: [...values] };
}

const CLOSED_NONE = total("closed-total", "tcp", [0, 0, 0, 0, 0, 0]);

test("what is drawn is the increase of the total, a minute", () => {
  const { openedPerMinute, closedPerMinute } = turnover(
    SPAN,
    [
      total("born-total", "tcp", [100, 165, 231, 231, 300, 366]),
      total("born-total", "file", [7, 7, 8, 8, 8, 8]),
      total("closed-total", "tcp", [3, 3, 6, 6, 6, 9]),
    ],
    LATER,
  );
  assert.deepEqual(openedPerMinute, [null, 130, 134, 0, 138, 132]);
  assert.deepEqual(closedPerMinute, [null, 0, 6, 0, 0, 6]);
});

test("a total that begins again is a gap, and what is opened after it counts", () => {
  const { openedPerMinute, closedPerMinute } = turnover(
    SPAN,
    [
      total("born-total", "tcp", [500, 560, 20, 50, 50, 51]),
      total("closed-total", "tcp", [0, 0, 0, 0, 0, 1]),
    ],
    LATER,
  );
  assert.deepEqual(openedPerMinute, [null, 120, null, 60, 0, 2]);
  assert.deepEqual(closedPerMinute, [null, 0, null, 0, 0, 2], "what was closed began again with it");
});

test("a kind that began again is a gap, though the others rose more", () => {
  const { openedPerMinute } = turnover(
    SPAN,
    [
      total("born-total", "tcp", [10, 20, 1000, 1010, 1010, 1010]),
      total("born-total", "pipe", [40, 40, null, null, 2, 2]),
      CLOSED_NONE,
    ],
    LATER,
  );
  assert.deepEqual(openedPerMinute, [null, 20, null, 20, 4, 0]);
});

test("nothing is spread over a time of which nothing is known", () => {
  const { openedPerMinute } = turnover(
    SPAN,
    [total("born-total", "tcp", [10, 20, null, null, 80, 90]), CLOSED_NONE],
    LATER,
  );
  assert.deepEqual(openedPerMinute, [null, 20, null, null, null, 20]);
});

test("the bucket that is not over yet would be too low, and is not told", () => {
  const series = [total("born-total", "tcp", [10, 20, 30, 40, 50, 52]), CLOSED_NONE];
  const within = Date.parse("2026-11-24T03:02:40.000Z");
  assert.deepEqual(turnover(SPAN, series, within).openedPerMinute, [null, 20, 20, 20, 20, null]);
});

test("without a total nothing is known", () => {
  const unknown = [null, null, null, null, null, null];
  assert.deepEqual(turnover(SPAN, [], LATER), { openedPerMinute: unknown, closedPerMinute: unknown });
});
