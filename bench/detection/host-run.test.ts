import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TEST } from "./flavour.ts";
import { HEALTHY } from "./healthy.ts";
import { runHost, type HostPlan } from "./host-run.ts";
import { outcomesOf } from "./outcomes.ts";
import { delaysTable, healthyTable, methodsTable, quantile, span } from "./tables.ts";

const HOUR = 3600;

/** Each workload twice: healthy, and with the same leak from an hour after the first look. */
function plan(names: readonly string[], seed: number): HostPlan {
  const workloads = HEALTHY.filter(({ name }) => names.includes(name));
  assert.equal(workloads.length, names.length);
  const leak = { perMinute: 60, timing: "poisson", from: 2 * HOUR } as const;
  const services = workloads.flatMap((workload) => [
    { workload, limit: 65_536, leak: null },
    { workload, limit: 65_536, leak },
  ]);
  const until = 2 * HOUR + 600;
  return {
    seed,
    flavour: TEST,
    services,
    lookFrom: HOUR,
    until,
    todayUntil: until,
    fine: [[2 * HOUR - 60, until]],
  };
}

describe("a simulated host", () => {
  const outcomes = outcomesOf(
    runHost(plan(["ramp of traffic", "log rotation", "database pool with overflow"], 900)),
  );

  it("has leaks found in the services that leak, and nothing said of those that do not", () => {
    for (const { workload, leak, falseAlarms } of outcomes) {
      assert.equal(falseAlarms.descry, 0, workload);
      if (leak === null) continue;
      const delay = leak.delay.descry ?? Infinity;
      assert.ok(delay > 20 && delay <= 400, `${workload}: ${delay} s`);
      assert.ok((leak.suspectDelay ?? Infinity) <= delay);
      assert.equal(leak.delay.threshold, null);
    }
  });

  it("counts its healthy hours", () => {
    const days = outcomes.map(({ healthyDays }) => healthyDays * 24);
    assert.deepEqual(
      days.map((hours) => Math.round(hours * 100) / 100),
      [1.17, 1, 1.17, 1, 1.17, 1],
    );
  });

  it("gives the same again for the same seed", () => {
    const again = (seed: number): unknown => outcomesOf(runHost(plan(["health checks"], seed)));
    assert.deepEqual(again(901), again(901));
    assert.notDeepEqual(again(901), again(902));
  });

  it("is counted in the tables", () => {
    const [head, descry] = methodsTable(outcomes);
    assert.match(head?.[1] ?? "", /^false alarms in 0 healthy service-days$/);
    assert.deepEqual(descry?.slice(0, 3), ["descry", "0", "0"]);
    assert.match(descry?.[3] ?? "", /^100 %, /);
    const sixty = delaysTable(outcomes).find(
      ([leak, present]) => leak === "60 a minute" && present === "both",
    );
    assert.deepEqual(sixty?.slice(2, 4), ["3", "100 %"]);
    assert.equal(healthyTable(outcomes).at(-1)?.[0], "all");
  });
});

describe("figures of the tables", () => {
  it("count a run without a find as never", () => {
    assert.equal(quantile([3, null, 1], 0.5), 3);
    assert.equal(span(quantile([null, null, 1], 0.5)), "never");
    assert.equal(span(90), "90 s");
    assert.equal(span(3600), "60 min");
  });
});
