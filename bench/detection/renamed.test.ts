import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ForecastEvent, VerdictEvent } from "../../src/model/events.ts";
import { runProcesses, type Programs } from "./many-processes.ts";
import { run, type Told } from "./simulation.ts";
import { SimulatedHost } from "./simulated-host.ts";
import { evenLeak } from "./workloads.ts";

const RENAMED = "/system.slice/renamed.service";

function ofRule(told: readonly Told[], rule: VerdictEvent["rule"]): string[] {
  return told.flatMap(({ event }) =>
    event.type === "verdict" && event.rule === rule
      ? [`${event.service} ${event.standing} ${event.reason ?? ""}`]
      : [],
  );
}

/** One process that opens two a second until it is full, and goes by another name from `at` on. */
function filling(at: number, limit: number): Programs {
  return (host) => {
    const [worker] = host.workers.length === 0 ? [host.start({ limit })] : host.workers;
    if (worker === undefined) return;
    for (let count = 0; count < 2 && worker.open < limit; count++)
      worker.openFile(`/srv/${host.second}-${count}`);
    if (host.second === at) worker.move(RENAMED);
  };
}

describe("a process that goes by another name", () => {
  it("is at its limit under that, and did not end", () => {
    const { told, analysis } = runProcesses(filling(120, 200), 140);
    assert.deepEqual(ofRule(told, "at-limit"), [
      "web.service confirmed ",
      "web.service cleared it goes by the name renamed.service now, and is told under that",
      "renamed.service confirmed ",
    ]);
    assert.deepEqual(
      analysis.limits.verdicts().map(({ service }) => service),
      ["renamed.service"],
    );
  });

  it("runs towards its limit under that", () => {
    const { told, analysis } = runProcesses(filling(300, 3000), 320);
    const forecasts = told.flatMap(({ event }): ForecastEvent[] =>
      event.type === "forecast" ? [event] : [],
    );
    assert.deepEqual(
      forecasts.map(({ service, standing, reason }) => [service, standing, reason]),
      [
        ["web.service", "confirmed", null],
        ["web.service", "cleared", "it goes by the name renamed.service now, and is told under that"],
        ["renamed.service", "confirmed", null],
      ],
    );
    assert.ok(forecasts[2]?.runway?.exhaustedAt?.p50 != null, "with its time left, as its growth is known");
    assert.deepEqual(
      analysis.standingForecasts().map(({ service }) => service),
      ["renamed.service"],
    );
  });

  it("is suspected under that where it may not be listed", () => {
    const host = new SimulatedHost(65_536, 4711, false);
    const leak = evenLeak(60);
    const told = run(
      (on, random) => {
        leak(on, random);
        if (on.second === 100) on.move(RENAMED);
      },
      110,
      1,
      host,
    );
    const partial = told.flatMap(({ event }) => (event.type === "verdict" ? [event] : []));
    const [cleared, again] = partial.slice(1, 3);
    assert.equal(cleared?.reason, "it goes by the name renamed.service now, and is told under that");
    assert.deepEqual([again?.service, again?.standing, again?.partial], ["renamed.service", "suspect", true]);
    assert.notEqual(again?.id, cleared?.id);
  });
});

describe("where several processes run towards their limits", () => {
  it("the one that is there first is named", () => {
    const { told } = runProcesses((host) => {
      while (host.workers.length < 5) host.start({ limit: host.workers.length === 3 ? 900 : 4000 });
      host.workers.forEach((worker, place) => {
        for (let count = place === 3 ? 1 : 2; count > 0; count--)
          worker.openFile(`/srv/${worker.pid}/${host.second}-${count}`);
      });
    }, 400);
    const [forecast] = told.flatMap(({ event }) => (event.type === "forecast" ? [event] : []));
    assert.equal(forecast?.process.pid, 4003);
  });
});
