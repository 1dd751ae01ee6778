import assert from "node:assert/strict";
import { test } from "node:test";
import { Analysis } from "../../src/agent/analysis.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { randomFrom, SimulatedHost } from "./simulated-host.ts";
import { changing, evenLeak } from "./workloads.ts";

test("a forecast that stands has the figures of now: a fill that has slowed down does not end in the past", () => {
  const host = new SimulatedHost(1024);
  const [program, random] = [changing(evenLeak(300), 196, evenLeak(6)), randomFrom(1)];
  const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true });
  let stood = 0;
  while (host.second < 500) {
    program(host, random);
    analysis.take(host.tick());
    for (const forecast of analysis.standingForecasts()) {
      stood++;
      assert.equal(forecast.open, host.open);
      const end = forecast.runway?.exhaustedAt?.p50 ?? null;
      assert.ok(end === null || Date.parse(end) > analysis.at, `at ${host.second} s the end was ${end}`);
    }
  }
  assert.ok(stood > 200, `${stood} seconds`);
});
