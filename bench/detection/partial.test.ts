import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { VerdictEvent } from "../../src/model/events.ts";
import { run, verdictsOf, type Told } from "./simulation.ts";
import { SimulatedHost } from "./simulated-host.ts";
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

/** A host whose one process may not be listed. */
function unlisted(limit?: number): SimulatedHost {
  return new SimulatedHost(limit, 4711, false);
}

function firstSuspect(told: readonly Told[]): { readonly second: number; readonly event: VerdictEvent } {
  return verdictsOf(told, "suspect")[0] ?? assert.fail("never suspected");
}

/** Beside the program, another one of the same user keeps connections at another rate. */
function besides(program: Program, peer: string, everySeconds: number): Program {
  return (host, random) => {
    program(host, random);
    if (host.second % everySeconds === 0) host.connectElsewhere(peer);
  };
}

describe("a process that may not be listed", () => {
  it("is suspected within 60 s of an even 60 a minute, with peer, rate and time left, and never more than that", () => {
    const told = run(besides(evenLeak(60), "10.0.0.9:443", 4), 300, 1, unlisted());
    const { second, event } = firstSuspect(told);
    assert.ok(second <= 60, `at ${second} s`);
    assert.equal(event.partial, true);
    assert.equal(event.rule, "unclosed-connection");
    assert.equal(event.subject.peer, "10.0.0.2:3306");
    assert.equal(event.subject.state, "ESTABLISHED");
    assert.ok(Math.abs((event.netPerMinute ?? 0) - 60) <= 4, `${event.netPerMinute} a minute`);
    const { event: later } = verdictsOf(told, "suspect")[1] ?? assert.fail("not told again");
    const left = (Date.parse(later.runway?.exhaustedAt?.p50 ?? "") - Date.parse(later.at)) / 60_000;
    assert.ok(Math.abs(left - 65_536 / 60) <= 0.15 * (65_536 / 60), `${left} min left`);
    assert.match(event.summary, /Partial: its descriptors may not be listed.*run descry as root/);
    assert.deepEqual(verdictsOf(told, "confirmed"), []);
  });

  it("is named with the right peer in at least 18 of 20 runs at random times", () => {
    const right = Array.from({ length: 20 }, (_, seed) =>
      run(besides(poissonLeak(60), "10.0.0.9:443", 2), 150, seed + 1, unlisted()),
    ).filter((told) => firstSuspect(told).event.subject.peer === "10.0.0.2:3306");
    assert.ok(right.length >= 18, `${right.length} of 20`);
  });

  it("is suspected under a load that swings", () => {
    const { event } = firstSuspect(run(leakUnderLoad(60), 400, 7, unlisted()));
    assert.equal(event.partial, true);
  });

  it("is said to hold what is not known when no group of sockets rises with it", () => {
    const { event } = firstSuspect(
      run((host) => void host.openLink("anon_inode:[eventfd]"), 120, 1, unlisted()),
    );
    assert.equal(event.rule, "descriptor-leak");
    assert.equal(event.subject.kind, "anon-other");
    assert.match(event.summary, /what they are is not known/);
  });

  it("is told at once when it is at its limit, with the likely peer", () => {
    const host = unlisted(256);
    for (let count = 0; count < 256; count++) host.connect("10.0.0.2:3306");
    for (let count = 0; count < 30; count++) host.connectElsewhere("10.0.0.9:443");
    // More than it has descriptors: whoever holds these, it is another one.
    for (let count = 0; count < 500; count++) host.connectElsewhere("10.0.0.10:443");
    const first = run(() => {}, 3, 1, host).find(({ event }) => event.type === "verdict");
    assert.equal(first?.second, 1);
    const event = first.event as VerdictEvent;
    assert.deepEqual(
      [event.rule, event.standing, event.partial, event.subject.peer],
      ["at-limit", "suspect", true, "10.0.0.2:3306"],
    );
    assert.match(event.summary, /256 of 786 sockets of its user/);
  });

  const healthy: readonly (readonly [string, () => Program])[] = [
    ["a pool that warms up", () => pool(20, 20)],
    ["a sawtooth of 20 s", () => sawtooth(60, 20)],
    ["a step in load", () => served((second) => (second < 120 ? 1 : 5), 6)],
    ["1000 clients opened within 20 s", () => burst(1000, 20)],
  ];
  for (const [name, make] of healthy) {
    it(`is not accused of ${name}`, () => {
      for (const seed of [1, 2, 3]) {
        const told = run(make(), 400, seed, unlisted());
        assert.deepEqual(
          told.map(({ event }) => event.type),
          ["gap"],
        );
      }
    });
  }
});
