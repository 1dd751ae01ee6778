import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Load } from "../../src/indicators/load.ts";
import { Ledger } from "../../src/ledger/ledger.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { Conversations, GREETING, type Message } from "./conversations.ts";
import { randomFrom, SimulatedHost } from "./simulated-host.ts";
import { run, verdictsOf } from "./simulation.ts";
import type { Program } from "./workloads.ts";

const HOUR = 3600;
const CLIENTS = 400;

type Talk = (random: () => number) => () => Message;

const thinking =
  (mean: number): Talk =>
  (random) =>
  () => ({ after: -Math.log(1 - random()) * mean, segments: 2 });
const pausing =
  (least: number, most: number): Talk =>
  (random) =>
  () => ({ after: least + random() * (most - least), segments: 2 });

/** By the clock, give or take what a busy host takes; the first comes at any time of the period. */
const beating =
  (period: number): Talk =>
  (random) => {
    let [late, isFirst] = [0, true];
    return () => {
      const before = late;
      late = random() * 0.1;
      const after = (isFirst ? random() * period : period) + late - before;
      isFirst = false;
      return { after, segments: 2 };
    };
  };

/** As in AMQP: each end by its own clock. */
const beatingFromBothEnds =
  (period: number): Talk =>
  (random) => {
    const apart = period * (0.1 + 0.8 * random());
    let turn = 0;
    return () => ({ after: turn++ % 2 === 0 ? apart : period - apart, segments: 1 });
  };

/** Clients that connect within five seconds and stay, from `from` on. */
function clients(talk: Talk, from: number): Program {
  const conversations = new Conversations();
  return (host, random) => {
    if (host.second === 0) host.listen("10.0.0.1:80");
    if (host.second >= from && host.second < from + 5)
      for (let at = 0; at < CLIENTS / 5; at++)
        conversations.begin(host.accept("10.0.0.1:80", GREETING), talk(random));
    conversations.pass(host);
  };
}

/** Connections to a broker that are opened one by one and never closed. */
function kept(talk: Talk, rate: number): Program {
  const conversations = new Conversations();
  let owed = 0;
  return (host, random) => {
    for (owed += rate / 60; owed >= 1; owed--)
      conversations.begin(host.connect("10.0.0.3:5672", "ESTABLISHED", GREETING), talk(random));
    conversations.pass(host);
  };
}

describe("clients that keep a connection and ask for something now and then", () => {
  const ways: Record<string, Talk> = {
    "every 40 s or so": thinking(40),
    "every minute or so": thinking(60),
    "every two minutes or so": thinking(120),
    "every five minutes or so": thinking(300),
    "after one to two minutes": pausing(60, 120),
    "after 20 s to five minutes": pausing(20, 300),
  };
  for (const [name, talk] of Object.entries(ways)) {
    for (const [when, from] of [
      ["there before descry", 0],
      ["come while it watches", 60],
    ] as const)
      it(`raise no event in an hour: ${name}, ${when}`, () => {
        for (const seed of [1, 2, 3])
          assert.deepEqual(
            run(clients(talk, from), HOUR, seed).map(({ second, event }) => `${second} s: ${event.type}`),
            [],
            `seed ${seed}`,
          );
      });
  }
});

it("the requests of such clients are load, and steady when they are", () => {
  for (const seed of [1, 2, 3]) {
    const [host, random, ledger, load] = [
      new SimulatedHost(),
      randomFrom(seed),
      new Ledger(EVERYTHING),
      new Load(),
    ];
    const program = clients(thinking(40), 0);
    let known = 0;
    while (host.second < HOUR / 2) {
      program(host, random);
      ledger.apply(host.tick());
      const { requests, lateExchanges } = ledger.traffic.of("simulated.service");
      load.take(requests, lateExchanges, ledger.now);
      if (host.second < 120) continue;
      // They come and ask at once; from then on 400 of them ask every 40 s: 600 a minute.
      const change = load.changeSince(ledger.now - host.second + 30);
      if (change === null) continue;
      known++;
      const told = `seed ${seed}, ${host.second} s: ${change.trend} ${change.fromPerMinute} to ${change.perMinute}`;
      assert.equal(change.trend, "steady", told);
      assert.ok(Math.abs(change.perMinute - 600) < 100, told);
    }
    assert.ok(known >= 300, `seed ${seed}: known for ${known} s only`);
  }
});

describe("connections that are left open with nothing but heartbeats", () => {
  for (const period of [10, 30, 60])
    for (const [name, talk] of [
      ["of one end", beating(period)],
      ["of both ends", beatingFromBothEnds(period)],
    ] as const)
      it(`are a leak: every ${period} s, ${name}`, () => {
        for (const rate of [60, 10]) {
          const leak = verdictsOf(run(kept(talk, rate), HOUR / 2), "confirmed")[0];
          assert.ok(leak !== undefined, `${rate} a minute: never confirmed`);
          assert.equal(leak.event.rule, "unclosed-connection");
          const within = rate === 60 ? 200 : 900;
          assert.ok(leak.second <= within, `${rate} a minute: confirmed at ${leak.second} s`);
        }
      });
});
