import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomFrom, poisson } from "../../bench/detection/simulated-host.ts";
import { Load } from "./load.ts";

const START = 5000;

/** A load of so many requests a minute at each second, Poisson, watched for so long. */
function loadOf(perMinute: (second: number) => number, seconds: number, seed = 1): Load {
  const random = randomFrom(seed);
  const load = new Load();
  let requests = 0;
  for (let second = 0; second < seconds; second++)
    load.take((requests += poisson(perMinute(second) / 60, random)), 0, START + second);
  return load;
}

describe("load", () => {
  it("that is steady is steady, before and after, in at least 95 of 100 runs, and never rises", () => {
    for (const perMinute of [60, 840]) {
      const changes = Array.from({ length: 100 }, (_, seed) =>
        loadOf(() => perMinute, 420, seed + 1).changeSince(START + 300),
      );
      assert.ok(changes.every((change) => change?.trend !== "rose" && change?.trend !== "fell"));
      const steady = changes.filter((change) => change?.trend === "steady");
      assert.ok(steady.length >= (perMinute === 60 ? 60 : 95), `${steady.length} at ${perMinute}`);
      assert.ok(steady.every((change) => Math.abs((change?.perMinute ?? 0) / perMinute - 1) < 0.2));
      assert.equal(steady[0]?.since, START + 10, "since it has been watched");
    }
  });

  it("that rises with what is asked about rose then, and one that falls fell", () => {
    const rose = loadOf((second) => (second < 300 ? 300 : 840), 420).changeSince(START + 300);
    assert.equal(rose?.trend, "rose");
    assert.ok(Math.abs((rose?.fromPerMinute ?? 0) - 300) < 40 && Math.abs((rose?.perMinute ?? 0) - 840) < 80);
    assert.equal(rose?.since, START + 300);
    assert.equal(loadOf((second) => (second < 300 ? 840 : 300), 420).changeSince(START + 300)?.trend, "fell");
  });

  it("is told from then on where nothing is known of before", () => {
    assert.equal(loadOf(() => 600, 110).changeSince(START)?.trend, "steady");
    assert.equal(loadOf((second) => 100 + 10 * second, 120).changeSince(START)?.trend, "rose");
  });

  it("is not known before half a minute, without requests, and where it is told too late", () => {
    assert.equal(loadOf(() => 600, 25).perMinute(60), null);
    assert.equal(loadOf(() => 0, 400).perMinute(60), null);
    assert.equal(loadOf(() => 6, 120).changeSince(START), null, "too few to tell a change");
    const late = new Load();
    for (let second = 0; second < 300; second++) late.take(10 * second, 5 * second, START + second);
    assert.equal(late.perMinute(60), null);
    assert.equal(late.changeSince(START + 200), null);
  });

  it("is that of the last minute", () => {
    assert.ok(Math.abs((loadOf(() => 600, 400).perMinute(60) ?? 0) - 600) < 120);
  });

  it("is not known after a pause, and did not rise in it", () => {
    const load = loadOf(() => 840, 600);
    let requests = 1e6;
    load.skip(requests, START + 720);
    assert.equal(load.perMinute(60), null, "what came in the pause came at no known time");
    for (let second = 721; second < 1200; second++) load.take((requests += 14), 0, START + second);
    assert.ok(Math.abs((load.perMinute(60) ?? 0) - 840) < 1);
    const change = load.changeSince(START + 700);
    assert.deepEqual([change?.trend, change?.since], ["steady", START + 730]);
  });
});
