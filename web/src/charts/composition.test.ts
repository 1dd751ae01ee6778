import assert from "node:assert/strict";
import { test } from "node:test";
import { composition, tallest } from "./composition.ts";

const SPAN = { from: "2026-11-24T03:00:00.000Z", to: "2026-11-24T03:03:00.000Z", stepSeconds: 60 };

function series(measure: string, label: string | null, values: readonly (number | null)[]) {
  return { measure, label, values: [...values], least: [...values], most: [...values] };
}

test("parts are the figures of the answer, largest first, with what is not known of the whole on top", () => {
  const whole = composition(
    SPAN,
    [
      series("open-descriptors", null, [100, null, 130]),
      series("open-descriptors", "file", [40, null, 41]),
      series("open-descriptors", "tcp", [60, null, 80]),
      series("open-descriptors", "pipe", [0, null, 0]),
      series("connections", "10.0.0.1:3306", [60, null, 80]),
    ],
    "kind",
  );
  assert.deepEqual(whole.parts, [
    { label: "tcp", values: [60, null, 80] },
    { label: "file", values: [40, null, 41] },
  ]);
  assert.deepEqual(whole.rest, [0, null, 9]);
  assert.equal(tallest(SPAN, whole), 130);
});

test("where nothing may be listed all that is open is not known what", () => {
  const whole = composition(SPAN, [series("open-descriptors", null, [5, 6, null])], "kind");
  assert.deepEqual(whole, { parts: [], rest: [5, 6, null] });
});

test("a part of which nothing is known stays a gap beside one that is known", () => {
  const whole = composition(
    SPAN,
    [series("connections", "10.0.0.1:3306", [9, 9, null]), series("connections", "other", [null, 2, 2])],
    "peer",
  );
  assert.deepEqual(whole.parts, [
    { label: "10.0.0.1:3306", values: [9, 9, null] },
    { label: "other", values: [null, 2, 2] },
  ]);
  assert.deepEqual(whole.rest, [null, null, null]);
});

test("those beyond the colours that there are share one, with their sum", () => {
  const many = Array.from({ length: 11 }, (_, at) =>
    series("connections", `10.0.0.${at}:80`, [100 - at, null, at === 10 ? null : 1]),
  );
  const { parts } = composition(SPAN, many, "peer");
  assert.equal(parts.length, 8);
  assert.deepEqual(parts.at(-1), { label: null, values: [93 + 92 + 91 + 90, null, 3] });
});

test("a part keeps its colour while one looks, though another becomes larger", () => {
  const kinds = [
    series("open-descriptors", "tcp", [60, 70, 80]),
    series("open-descriptors", "file", [40, 90, 95]),
    series("open-descriptors", "pipe", [99, 99, 99]),
  ];
  const labels = composition(SPAN, kinds, "kind", ["tcp", "file"]).parts.map(({ label }) => label);
  assert.deepEqual(labels, ["tcp", "file", "pipe"]);
});
