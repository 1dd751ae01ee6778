import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { METRICS } from "./definitions.ts";
import { Exposition } from "./exposition.ts";
import { labelText } from "./label-value.ts";
import { familyOf, parsed } from "./parsed.ts";

test("exposition: quotes, backslashes and line feeds in a label value are escaped", () => {
  const page = new Exposition();
  page.add(METRICS.serviceProcesses, ['a "b" c:\\d'], 3);
  assert.equal(page.text().split("\n")[2], String.raw`descry_service_processes{service="a \"b\" c:\\d"} 3`);
});

test("exposition: a value of any characters is one sample of one line, and two that differ stay two", () => {
  const any = fc.string({ unit: "binary", maxLength: 400 });
  const hostile = fc.oneof(
    any,
    fc.string({ unit: fc.constantFrom('"', "\\", "\n", "\0", "\u202e", "\ud800", "{", "}", "=", ",", " ") }),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(
        hostile.filter((text) => text !== ""),
        { minLength: 1, maxLength: 5 },
      ),
      (services) => {
        const page = new Exposition();
        for (const service of services) page.add(METRICS.serviceProcesses, [service], 1);
        const samples = familyOf(page.text(), "descry_service_processes");
        assert.equal(samples.size, services.length);
        for (const series of samples.keys()) assert.doesNotMatch(series, /[\p{Cc}\p{Cf}\p{Cs}]/u);
      },
    ),
    { numRuns: 2000 },
  );
});

test("exposition: a long name is cut and ends in a hash of the whole", () => {
  const [first, second] = [labelText("x".repeat(5000) + "1"), labelText("x".repeat(5000) + "2")];
  assert.ok(first.length <= 200 && second.length <= 200);
  assert.notEqual(first, second);
  assert.match(first, /^x{191}…[0-9a-f]{8}$/);
});

test("exposition: what is not known has no line, and neither has its family", () => {
  const page = new Exposition();
  page.add(METRICS.openFiles, [], null);
  page.add(METRICS.coverage, [], Number.NaN);
  page.add(METRICS.services, [], 0);
  const { samples, types } = parsed(page.text());
  assert.deepEqual([...samples], [["descry_services", 0]]);
  assert.deepEqual([...types], [["descry_services", "gauge"]]);
});

test("exposition: samples of the same labels are added up, and labels that do not apply are left out", () => {
  const page = new Exposition();
  page.add(METRICS.connections, ["a", "other", "", "outbound"], 2);
  page.add(METRICS.connections, ["a", "other", "", "outbound"], 3);
  assert.deepEqual(
    [...familyOf(page.text(), "descry_service_connections")],
    [['service="a",peer="other",direction="outbound"', 5]],
  );
});

test("exposition: what makes no sense as a sum is told once", () => {
  const page = new Exposition();
  page.set(METRICS.verdict, ["a", "at-limit", "confirmed", "f1", "file", ""], 1);
  page.set(METRICS.verdict, ["a", "at-limit", "confirmed", "f1", "file", ""], 1);
  page.set(METRICS.usedRatio, ["a"], null);
  assert.deepEqual([...parsed(page.text()).samples.values()], [1]);
});

test("exposition: buckets of a histogram are cumulative and end in +Inf", () => {
  const page = new Exposition();
  page.histogram(METRICS.stageDuration, ["judge"], { bounds: [0.1, 1], counts: [3, 2, 1], sum: 7.5 });
  const { samples } = parsed(page.text());
  assert.deepEqual(
    [...samples],
    [
      ['descry_stage_duration_seconds_bucket{stage="judge",le="0.1"}', 3],
      ['descry_stage_duration_seconds_bucket{stage="judge",le="1"}', 5],
      ['descry_stage_duration_seconds_bucket{stage="judge",le="+Inf"}', 6],
      ['descry_stage_duration_seconds_sum{stage="judge"}', 7.5],
      ['descry_stage_duration_seconds_count{stage="judge"}', 6],
    ],
  );
});
