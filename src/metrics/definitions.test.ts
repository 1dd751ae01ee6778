import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Metric, METRICS } from "./definitions.ts";
import { metricsReference } from "./reference.ts";

const all = Object.values<Metric>(METRICS);

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

test("metrics: the reference is the table's: else run scripts/generate-reference.ts", () => {
  assert.equal(read("docs/reference/metrics.md"), metricsReference());
});

test("metrics: names follow the rules of Prometheus, each stands once, and the contract's are there", () => {
  for (const { name, type, help } of all) {
    assert.match(name, /^(descry|process)_[a-z_]+[a-z]$/);
    assert.equal(name.endsWith("_total"), type === "counter", name);
    assert.doesNotMatch(help, /\.$|\n/);
  }
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  const labelsOf = (name: string) => all.find((one) => one.name === name)?.labels;
  assert.deepEqual(labelsOf("descry_service_open_descriptors"), ["service", "kind"]);
  assert.deepEqual(labelsOf("descry_service_descriptor_limit"), ["service"]);
  assert.deepEqual(labelsOf("descry_service_descriptors_born_total"), ["service", "kind"]);
  assert.deepEqual(labelsOf("descry_service_descriptors_closed_total"), ["service", "kind"]);
  assert.deepEqual(labelsOf("descry_service_connections"), ["service", "peer", "state", "direction"]);
  assert.deepEqual(labelsOf("descry_service_runway_seconds"), ["service", "resource", "quantile"]);
  assert.deepEqual(labelsOf("descry_verdict")?.slice(0, 4), ["service", "rule", "standing", "fingerprint"]);
  assert.deepEqual(labelsOf("descry_time_wait")?.[0], "peer");
  assert.deepEqual(labelsOf("descry_ephemeral_ports_used_ratio"), ["peer"]);
  assert.deepEqual(labelsOf("descry_coverage_ratio"), []);
  assert.ok(labelsOf("descry_stage_duration_seconds"));
});
