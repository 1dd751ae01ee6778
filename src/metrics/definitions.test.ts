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

/** Families that a query names, without what Prometheus adds to the name of a histogram. */
function namedIn(text: string): Set<string> {
  const named = text.match(/\b(descry|process)_[a-z_]+/g) ?? [];
  return new Set(named.map((name) => name.replace(/_(bucket|sum|count)$/, "")));
}

/** What is written between the quotes of `key: "..."`, or after `key: `. */
function queriesOf(file: string, key: string): string[] {
  return [...read(file).matchAll(new RegExp(`"?\\b${key}"?: (.*)`, "g"))].map(([, query]) => query as string);
}

test("metrics: the rules and the dashboard ask for nothing that is not told, and the dashboard shows everything", () => {
  const told = new Set(all.map(({ name }) => name));
  const rules = queriesOf("deploy/prometheus/descry.rules.yml", "expr");
  const panels = queriesOf("deploy/grafana/descry.json", "expr");
  assert.ok(rules.length > 5 && panels.length > 20);
  for (const name of namedIn([...rules, ...panels].join("\n"))) assert.ok(told.has(name), name);
  const shown = namedIn(panels.join("\n"));
  // The host's name and version choose what is shown; the rest belongs to another panel, or to none.
  const unshown = [
    "descry_agent_info",
    "descry_watched_seconds",
    "process_virtual_memory_bytes",
    "process_start_time_seconds",
  ];
  assert.deepEqual([...told].filter((name) => !shown.has(name)).toSorted(), unshown.toSorted());
});

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

test("metrics: panels of the dashboard are told apart, say what they show, and none covers another", () => {
  const { panels } = JSON.parse(read("deploy/grafana/descry.json")) as { readonly panels: readonly Panel[] };
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const taken = new Set<string>();
  for (const { type, title, description, targets, gridPos } of panels) {
    assert.ok(title !== "" && (type === "row" || (description && targets && targets.length > 0)), title);
    assert.ok(gridPos.x + gridPos.w <= 24, title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        assert.ok(!taken.has(`${x} ${y}`), `${title} covers another`);
        taken.add(`${x} ${y}`);
      }
    }
  }
});
