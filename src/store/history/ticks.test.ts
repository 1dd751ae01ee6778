import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BlockState, columnsOf, decodeAxis, encodeAxis, seriesIn, type StoredTick } from "./ticks.ts";

const figure = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 5 }) },
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.constant(Number.NaN),
);
/** Which series a tick has, and their figures. */
const points = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: 12 }).map((number) => number ** 5),
      figure,
    ),
    { maxLength: 8 },
  )
  .map((pairs) => new Map(pairs));
const block = fc.array(points, { maxLength: 30 });

function stored(ticks: readonly ReadonlyMap<number, number>[]): StoredTick[] {
  const state = new BlockState();
  return ticks.map((tick, at) => ({ at: 1000 * at, body: state.encode(tick) }));
}

test("ticks: each series is at each tick what it was, and unknown where it was not there", () => {
  fc.assert(
    fc.property(block, (ticks) => {
      const wanted = [...new Set(ticks.flatMap((tick) => [...tick.keys()]))];
      const columns = columnsOf(stored(ticks), wanted);
      for (const series of wanted)
        assert.deepEqual(
          columns.get(series),
          Float64Array.from(ticks, (tick) => tick.get(series) ?? Number.NaN),
        );
      const known = wanted.filter((series) =>
        ticks.some((tick) => !Number.isNaN(tick.get(series) ?? Number.NaN)),
      );
      assert.deepEqual(
        seriesIn(stored(ticks)),
        known.toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 1000 },
  );
});

test("ticks: from a damaged tick on nothing is known, and nothing before it is lost", () => {
  const ticks = stored([1, 2, 3, 4].map((value) => new Map([[7, value]])));
  const damaged = ticks.with(2, { at: 2000, body: new Uint8Array([0xff]) });
  assert.deepEqual(columnsOf(damaged, [7]).get(7), Float64Array.of(1, 2, Number.NaN, Number.NaN));
});

test("ticks: any bytes as ticks are read or refused, never more", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (bodies) => {
      const ticks = bodies.map((body, at) => ({ at, body }));
      for (const column of columnsOf(ticks, seriesIn(ticks)).values())
        assert.equal(column.length, ticks.length);
    }),
    { numRuns: 2000 },
  );
});

test("ticks: when they were comes back", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100_000 })), fc.nat(2 ** 42), (intervals, start) => {
      let at = start;
      const ticks = intervals.map((interval) => ({ at: (at += interval), body: new Uint8Array() }));
      assert.deepEqual(
        decodeAxis(encodeAxis(ticks), ticks[0]?.at ?? start),
        ticks.map((tick) => tick.at),
      );
    }),
  );
});
