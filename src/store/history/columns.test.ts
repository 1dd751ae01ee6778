import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteFault } from "./bytes.ts";
import { decodeColumn, encodeColumn } from "./columns.ts";

const unknown = fc.constant(Number.NaN);
const figure = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -40, max: 40 }) },
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, 2 ** 50, -(2 ** 50), 2 ** 50 - 1, 2 ** 63, 0.1, Infinity),
  unknown,
);
/** Runs of the same, of steady steps, and figures without any order. */
const piece = fc.oneof(
  fc.array(figure, { maxLength: 20 }),
  fc
    .tuple(figure, fc.integer({ min: 1, max: 300 }))
    .map(([value, times]) => Array.from({ length: times }, () => value)),
  fc
    .tuple(fc.integer(), fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 100 }))
    .map(([from, step, times]) => Array.from({ length: times }, (_, at) => from + at * step)),
);
const column = fc
  .array(piece, { maxLength: 8 })
  .map((pieces) => Float64Array.from(pieces.flat(), (value) => value + 0));

test("column: what is decoded is what was encoded, unknown figures included", () => {
  fc.assert(
    fc.property(column, (values) => {
      assert.deepEqual(decodeColumn(encodeColumn(values), values.length), values);
    }),
    { numRuns: 2000 },
  );
});

test("column: any bytes decode to that many figures, or are refused as damaged", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 0, max: 700 }), (bytes, count) => {
      try {
        assert.equal(decodeColumn(bytes, count).length, count);
      } catch (error) {
        assert.ok(error instanceof ByteFault, String(error));
      }
    }),
    { numRuns: 5000 },
  );
});

test("column: what does not change, rises steadily or is unknown takes a few bytes", () => {
  const bytes = (value: (at: number) => number) =>
    encodeColumn(Float64Array.from({ length: 600 }, (_, at) => value(at))).length;
  assert.ok(bytes(() => 65536) <= 6);
  assert.ok(bytes((at) => 1000 + 2 * at) <= 6);
  assert.equal(
    bytes(() => Number.NaN),
    0,
  );
  assert.ok(bytes((at) => (at < 300 ? Number.NaN : 7)) <= 6);
  assert.ok(bytes((at) => 100 + ((at * 7) % 13)) <= 602, "a byte a figure where it moves a little");
});
