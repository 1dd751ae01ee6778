import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ForecastEvent, VerdictEvent } from "../../src/model/events.ts";
import { run, verdictsOf, type Told, type ToldVerdict } from "./simulation.ts";
import type { Opened } from "./simulated-host.ts";
import { evenLeak, idle, type Program } from "./workloads.ts";

function ofRule(told: readonly Told[], rule: VerdictEvent["rule"]): ToldVerdict[] {
  return told.filter((one): one is ToldVerdict => one.event.type === "verdict" && one.event.rule === rule);
}

function standings(told: readonly ToldVerdict[]): string[] {
  return told.map(({ event }) => event.standing);
}

describe("inotify instances", () => {
  /** Opens one a second while the user's limit of 128 allows, beside 20 that are there. */
  const leak: Program = (host) => {
    if (host.second === 0) host.instancesElsewhere(20);
    if (host.second < 108) host.openLink("anon_inode:inotify");
  };

  it("that leak are a leak of their own, and run out in the same story", () => {
    const told = run(leak, 130);
    const confirmed = verdictsOf(told, "confirmed").find(({ event }) => event.rule === "descriptor-leak");
    assert.ok(confirmed !== undefined);
    assert.equal(confirmed.event.subject.kind, "inotify");
    assert.ok(Math.abs((confirmed.event.netPerMinute ?? 0) - 60) <= 6, `${confirmed.event.netPerMinute}`);
    const exhaustion = ofRule(told, "inotify-exhaustion");
    assert.deepEqual(standings(exhaustion), ["suspect", "confirmed"]);
    const last = exhaustion.at(-1)?.event;
    assert.equal(last?.story, confirmed.event.story);
    assert.equal(last.service, "simulated.service");
    assert.equal(last.runway?.resource, "inotify");
    assert.ok((last.runway?.headroom ?? 99) <= 13, `${last.runway?.headroom} left`);
    assert.match(last.summary, /of user 1000.*EMFILE\) although descriptors are left/);
  });

  it("that are used up are told at once", () => {
    const told = run((host) => {
      if (host.second === 0) host.instancesElsewhere(128);
    }, 8);
    assert.deepEqual(standings(ofRule(told, "inotify-exhaustion")), ["confirmed"]);
  });

  it("that are many and stay are no matter", () => {
    const told = run((host) => {
      if (host.second === 0) host.instancesElsewhere(125);
    }, 400);
    assert.deepEqual(ofRule(told, "inotify-exhaustion"), []);
  });
});

describe("inotify watches", () => {
  /** One instance for all watches, as in Node, and `at(second)` of them. */
  function watcher(at: (second: number) => number): Program {
    let instance: Opened | null = null;
    return (host) => {
      instance ??= host.openLink("anon_inode:inotify");
      host.hold(instance, "inotify-watches", at(host.second));
    };
  }

  it("that only accumulate are suspected, confirmed near their limit of 1000, and withdrawn when given back", () => {
    const told = ofRule(
      run(
        watcher((second) => (second < 900 ? 60 + second : 10)),
        1000,
      ),
      "inotify-exhaustion",
    );
    assert.deepEqual(standings(told), ["suspect", "confirmed", "cleared"]);
    const [suspect, confirmed] = told;
    assert.ok((suspect?.second ?? Infinity) <= 140, `suspected at ${suspect?.second} s`);
    assert.ok(Math.abs((confirmed?.second ?? 0) - 840) <= 10, `confirmed at ${confirmed?.second} s`);
    assert.ok(Math.abs((confirmed?.event.netPerMinute ?? 0) - 60) <= 3);
    const end = Date.parse(confirmed?.event.runway?.exhaustedAt?.p50 ?? "");
    const left = (end - Date.parse(confirmed?.event.at ?? "")) / 1000;
    assert.ok(Math.abs(left - 100) <= 20, `${left} s left`);
    assert.match(confirmed?.event.summary ?? "", /ENOSPC\) although disk and descriptors are left/);
  });

  it("of a large tree that is taken up within a minute are no matter", () => {
    const told = run(
      watcher((second) => Math.min(700, second * 12)),
      400,
    );
    assert.deepEqual(ofRule(told, "inotify-exhaustion"), []);
  });
});

describe("the open files of the host", () => {
  /** The host has `open(second)` of 10,000, said every ten seconds as the kernel source does. */
  const host =
    (program: Program, open: (second: number) => number): Program =>
    (simulated, random) => {
      program(simulated, random);
      if (simulated.second % 10 === 0) simulated.files(Math.round(open(simulated.second)), 10_000);
    };

  it("are forecast to run out, and told when they have, with the service that grows", () => {
    const told = run(
      host(evenLeak(250), (second) => 8000 + (second * 250) / 60),
      500,
    );
    const forecast = told.find(
      (one): one is Told & { event: ForecastEvent } =>
        one.event.type === "forecast" && one.event.runway?.resource === "file-max",
    );
    assert.ok(forecast !== undefined && forecast.second <= 150, `forecast at ${forecast?.second} s`);
    assert.equal(forecast.event.service, "simulated.service");
    const left = Date.parse(forecast.event.runway?.exhaustedAt?.p50 ?? "") - Date.parse(forecast.event.at);
    const truth = (2000 / 250) * 60 - forecast.second;
    assert.ok(Math.abs(left / 1000 - truth) <= 0.2 * truth, `${left / 1000} s left instead of ${truth}`);
    const [full] = ofRule(told, "host-file-limit");
    assert.ok(Math.abs((full?.second ?? 0) - 360) <= 11, `full at ${full?.second} s`);
    assert.equal(full?.event.standing, "confirmed");
    assert.deepEqual(
      full.event.actions.map(({ when }) => when),
      ["now", "before-restart", "fix", "confirm"],
    );
  });

  it("are no matter while they come and go far below the limit", () => {
    const told = run(
      host(idle, (second) => 4000 + 1500 * Math.sin(second / 30)),
      900,
    );
    assert.deepEqual(told, []);
  });
});
