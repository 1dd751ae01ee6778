import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OWN, outbound, readingOf, serviceOf, snapshotOf } from "./example.ts";
import { Metrics } from "./metrics.ts";
import { DEFAULT_METRICS_OPTIONS } from "./options.ts";
import { familyOf } from "./parsed.ts";
import type { HistoryTurnover } from "../model/history.ts";
import { Totals } from "./totals.ts";

const BORN = "descry_service_descriptors_born_total";
const CLOSED = "descry_service_descriptors_closed_total";

function opened(service: string, born: number, closed = 0): HistoryTurnover {
  return { service, kind: "tcp", born, closed };
}

test("totals: a service that is watched and opened nothing counts 0, and goes on from there", () => {
  const metrics = new Metrics("1");
  metrics.take(readingOf(snapshotOf([serviceOf("a")]), []));
  assert.deepEqual([...familyOf(metrics.text(OWN), BORN)], [['service="a",kind="tcp"', 0]]);
  metrics.take(readingOf(snapshotOf([serviceOf("a")]), [opened("a", 5, 3)]));
  metrics.take(readingOf(snapshotOf([serviceOf("a")]), [opened("a", 2)]));
  assert.deepEqual([...familyOf(metrics.text(OWN), BORN)], [['service="a",kind="tcp"', 7]]);
  assert.deepEqual([...familyOf(metrics.text(OWN), CLOSED)], [['service="a",kind="tcp"', 3]]);
});

test("totals: where nobody counts there is no total", () => {
  const metrics = new Metrics("1");
  metrics.take(readingOf(snapshotOf([serviceOf("a")])));
  assert.equal(familyOf(metrics.text(OWN), BORN).size, 0);
});

test("totals: a service that goes and comes back counts on", () => {
  const metrics = new Metrics("1");
  metrics.take(readingOf(snapshotOf([serviceOf("a"), serviceOf("b")]), [opened("a", 5)]));
  metrics.take(readingOf(snapshotOf([serviceOf("b")]), [opened("b", 1)]));
  assert.deepEqual([...familyOf(metrics.text(OWN), BORN).keys()], ['service="b",kind="tcp"']);
  metrics.take(readingOf(snapshotOf([serviceOf("a")]), [opened("a", 1)]));
  assert.equal(familyOf(metrics.text(OWN), BORN).get('service="a",kind="tcp"'), 6);
});

test("totals: no series ever falls, and all that was counted is told, whatever comes and goes", () => {
  const options = { ...DEFAULT_METRICS_OPTIONS, services: 3, placeHeldSeconds: 5 };
  const tick = fc.record({
    there: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 8 }),
    born: fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.nat(20)), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(fc.array(tick, { minLength: 1, maxLength: 40 }), (ticks) => {
      const metrics = new Metrics("1", options);
      const known = new Map<string, number>();
      let counted = 0;
      for (const [second, { there, born: opening }] of ticks.entries()) {
        const born = opening.filter(([at]) => there.includes(at));
        const services = there.map((at) => serviceOf(`s${at}`, { holdings: [outbound("10.0.0.1:1", 1)] }));
        const turnover = born.map(([at, count]) => opened(`s${at}`, count, count));
        counted += born.reduce((sum, [, count]) => sum + count, 0);
        metrics.take(readingOf(snapshotOf(services, { watchedSeconds: second }), turnover));
        const told = familyOf(metrics.text(OWN), BORN);
        for (const [series, value] of told) {
          assert.ok(value >= (known.get(series) ?? 0), `${series} fell to ${value}`);
          known.set(series, value);
        }
      }
      assert.equal(
        [...known.values()].reduce((sum, value) => sum + value, 0),
        counted,
      );
    }),
    { numRuns: 300 },
  );
});

test("totals: those that are told by name are remembered, of the others not more than so many", () => {
  const totals = new Totals(2);
  const quiet = "quiet";
  const toldAs = (service: string): string => (service === quiet ? quiet : service);
  totals.count([opened(quiet, 9)], toldAs);
  const only = (service: string): string => (service === quiet || service === "now" ? service : "other");
  for (let at = 0; at < 100; at++) {
    const name = `passing-${at}`;
    totals.count([opened(name, 1)], (service) => (service === name ? name : only(service)));
  }
  assert.equal(totals.of(quiet).get("tcp")?.born, 9);
  const remembered = Array.from({ length: 100 }, (_, at) => totals.of(`passing-${at}`).size);
  assert.equal(
    remembered.reduce((sum, size) => sum + size, 0),
    8,
  );
  assert.equal(totals.of("passing-99").get("tcp")?.born, 1);
});

test("totals: a count that falls is a mistake of the caller", () => {
  const metrics = new Metrics("1");
  assert.throws(() => metrics.take(readingOf(snapshotOf([]), [opened("a", -1)])), RangeError);
  assert.throws(() => metrics.take(readingOf(snapshotOf([]), [opened("a", Number.NaN)])), RangeError);
});
