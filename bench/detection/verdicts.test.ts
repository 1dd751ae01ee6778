import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Analysis } from "../../src/agent/analysis.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import type { DescryEvent, VerdictEvent } from "../../src/model/events.ts";
import { randomFrom, SimulatedHost } from "./simulated-host.ts";
import {
  burst,
  evenLeak,
  leakUnderLoad,
  poissonLeak,
  pool,
  sawtooth,
  served,
  type Program,
} from "./workloads.ts";

interface Told {
  readonly second: number;
  readonly event: DescryEvent;
}

/** Runs a program for so many simulated seconds; what was told of it, and when. */
function run(program: Program, seconds: number, seed = 1, limit = 65_536): Told[] {
  const [host, random] = [new SimulatedHost(limit), randomFrom(seed)];
  const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true });
  const told: Told[] = [];
  while (host.second < seconds) {
    program(host, random);
    for (const event of analysis.take(host.tick())) told.push({ second: host.second, event });
  }
  return told;
}

function verdictsOf(
  told: readonly Told[],
  standing: VerdictEvent["standing"],
): (Told & { event: VerdictEvent })[] {
  return told.filter(
    (one): one is Told & { event: VerdictEvent } =>
      one.event.type === "verdict" && one.event.standing === standing,
  );
}

function confirmedAt(told: readonly Told[]): number {
  return verdictsOf(told, "confirmed")[0]?.second ?? Infinity;
}

describe("a leak", () => {
  it("of an even 60 a minute is suspected within 60 s and confirmed within 110 s", () => {
    const told = run(evenLeak(60), 120);
    assert.ok((verdictsOf(told, "suspect")[0]?.second ?? Infinity) <= 60);
    assert.ok(confirmedAt(told) <= 110, `confirmed at ${confirmedAt(told)}`);
    const event = verdictsOf(told, "confirmed")[0]?.event;
    assert.ok(event !== undefined);
    assert.equal(event.rule, "unclosed-connection");
    assert.equal(event.subject.peer, "10.0.0.2:3306");
    assert.equal(event.subject.product, "MySQL");
    assert.ok(Math.abs((event.netPerMinute ?? 0) - 60) <= 3, `net ${event.netPerMinute}`);
  });

  it("of 250 a minute is confirmed within 120 s", () =>
    assert.ok(confirmedAt(run(evenLeak(250), 130)) <= 120));
  it("of 10 a minute is confirmed within 10 min", () =>
    assert.ok(confirmedAt(run(evenLeak(10), 600)) <= 300));

  it("of 60 a minute at random times is confirmed within 138 s in at least 18 of 20 runs", () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed + 100);
    const inTime = seeds.filter((seed) => confirmedAt(run(poissonLeak(60), 145, seed)) <= 138);
    assert.ok(inTime.length >= 18, `${inTime.length} of 20`);
  });

  it("is found under a load that swings", () =>
    assert.ok(confirmedAt(run(leakUnderLoad(60), 300, 7)) <= 240));

  it("is dated and its end forecast", () => {
    const told = run(evenLeak(250), 200, 1, 4096);
    const [found] = verdictsOf(told, "confirmed");
    assert.ok(found !== undefined);
    const { event, second } = found;
    const left = (Date.parse(event.runway?.exhaustedAt?.p50 ?? "") - Date.parse(event.at)) / 1000;
    const truth = (4096 / 250) * 60 - second;
    assert.ok(Math.abs(left - truth) / truth < 0.1, `${left} s against ${truth} s`);
    assert.ok(
      Date.parse(event.runway?.exhaustedAt?.p05 ?? "") < Date.parse(event.runway?.exhaustedAt?.p95 ?? ""),
    );
  });

  it("that is mended is withdrawn in the open, with the reason", () => {
    const leak = evenLeak(60);
    const opened: ReturnType<SimulatedHost["connect"]>[] = [];
    const told = run((host, random) => {
      if (host.second < 200) {
        const connect = host.connect.bind(host);
        host.connect = (...args) => {
          const one = connect(...args);
          opened.push(one);
          return one;
        };
        leak(host, random);
        host.connect = connect;
      } else for (const one of opened.splice(0)) host.close(one);
    }, 210);
    const [cleared] = verdictsOf(told, "cleared");
    assert.match(cleared?.event.reason ?? "", /they were closed: 200 of/);
  });

  it("fills the table: at the limit at once, a forecast before", () => {
    const told = run(evenLeak(600), 200, 1, 1024);
    const atLimit = told.find(({ event }) => event.type === "verdict" && event.rule === "at-limit");
    assert.equal(atLimit?.second, 102 + 1);
  });
});

describe("a healthy program is not accused:", () => {
  const healthy: readonly (readonly [string, () => Program, number])[] = [
    ["a pool of 20 warming up within 20 s", () => pool(20, 20), 300],
    ["a pool of 20 warming up over a minute", () => pool(20, 60), 300],
    ["a ramp of short connections", () => served((second) => 1 + Math.min(9, second / 13), 4), 400],
    ["a step in load", () => served((second) => (second < 120 ? 1 : 5), 6), 400],
    ["keep-alive connections of a minute under a ramp", () => served((second) => 1 + second / 60, 60), 600],
    ["a sawtooth of 20 s", () => sawtooth(60, 20), 400],
    ["a sawtooth of 40 s", () => sawtooth(60, 40), 400],
    ["a sawtooth of 80 s", () => sawtooth(60, 80), 800],
    ["a busy sawtooth of 80 s", () => sawtooth(600, 80), 800],
    ["1000 clients opened within 20 s", () => burst(1000, 20), 400],
    ["1000 clients opened at once", () => burst(1000, 1), 400],
  ];
  for (const [name, make, seconds] of healthy) {
    it(name, () => {
      for (const seed of [1, 2, 3]) {
        const told = run(make(), seconds, seed);
        assert.deepEqual(
          verdictsOf(told, "confirmed").map(({ second }) => second),
          [],
        );
        assert.deepEqual(
          told.filter(({ event }) => event.type === "forecast"),
          [],
        );
      }
    });
  }
});
