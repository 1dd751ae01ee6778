import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomFrom, SimulatedHost } from "./simulated-host.ts";
import { run, verdictsOf, type Told } from "./simulation.ts";
import { changing, evenLeak, poissonLeak, sawtooth, type Program } from "./workloads.ts";

/** A program that ran for so long before anybody looked, and what is told of it in the seconds after that. */
function runFrom(program: Program, before: number, seconds: number, seed = 1): Told[] {
  const host = new SimulatedHost();
  const random = randomFrom(seed);
  while (host.second < before) {
    program(host, random);
    host.pass();
  }
  return run(program, before + seconds, seed, host);
}

const confirmed = (told: readonly Told[]): number[] =>
  verdictsOf(told, "confirmed").map(({ second }) => second);

const HALF_AN_HOUR = 1800;

/** Has a file open for half an hour, and then does this. */
function atLast(next: Program): Program {
  const first: Program = (host) => void (host.second === 0 && host.openLink("/var/log/app.log"));
  return changing(first, HALF_AN_HOUR, next);
}

/** Opens one after another for so many seconds of each period, and gives all back `at` so many. */
function batches(rate: number, seconds: number, period: number, at = seconds): Program {
  const open: ReturnType<SimulatedHost["connect"]>[] = [];
  let owed = 0;
  return (host) => {
    if (host.second % period === at) for (const one of open.splice(0)) host.close(one);
    if (host.second % period >= seconds) return;
    for (owed += rate / 60; owed >= 1; owed--) open.push(host.connect("10.0.0.2:3306"));
  };
}

/** Opens so many from a second on, one after another, and keeps them. */
function poolFrom(begins: number, size: number, seconds: number): Program {
  let open = 0;
  return (host) => {
    for (; open < size && open < ((host.second - begins) / seconds) * size; open++)
      host.connect("10.0.0.2:3306");
  };
}

describe("a leak of 250 a minute is confirmed within 90 s", () => {
  it("of the first look when it had been there for long", () => {
    for (const leak of [evenLeak(250), poissonLeak(250)]) {
      const [at = Infinity] = confirmed(runFrom(leak, 600, 100));
      assert.ok(at <= 690, `after ${at - 600} s`);
    }
  });

  it("when the service never had anything of the kind in half an hour", () => {
    const [at = Infinity] = confirmed(run(atLast(evenLeak(250)), HALF_AN_HOUR + 100));
    assert.ok(at - HALF_AN_HOUR <= 90, `after ${at - HALF_AN_HOUR} s`);
  });
});

describe("nothing is accused of what comes by the thousand:", () => {
  it("the first climb of a busy sawtooth of 100 s, wherever in it the first look is", () => {
    for (const before of [0, 1, 30, 50, 70, 99, 130, 190])
      assert.deepEqual(confirmed(runFrom(sawtooth(600, 100), before, 400)), [], `${before} s before`);
  });

  it("a wave of 18 to 60 s that stays for two minutes, in a service that never had one", () => {
    for (const seconds of [18, 50, 60]) {
      const told = run(
        atLast(batches(300, seconds, 600, 130)),
        HALF_AN_HOUR + 700,
        1,
        new SimulatedHost(1e6),
      );
      assert.deepEqual(confirmed(told), [], `${seconds} s`);
    }
  });

  it("a pool of 300 that a service opens within a minute, after half an hour without", () => {
    for (const seconds of [50, 60, 70])
      assert.deepEqual(
        confirmed(run(atLast(poolFrom(HALF_AN_HOUR, 300, seconds)), HALF_AN_HOUR + 300)),
        [],
        `within ${seconds} s`,
      );
  });

  it("such a pool beside 160 idle connections that were there before the first look", () => {
    const idle: Program = (host) => {
      if (host.second === 0) for (let at = 0; at < 160; at++) host.connect("10.0.0.2:3306");
    };
    const both = changing(idle, 660, poolFrom(660, 300, 60));
    assert.deepEqual(confirmed(runFrom(both, 600, 400)), []);
  });

  it("a batch that opens 200 within 100 s every half an hour, once it has been met", () => {
    const told = run(atLast(batches(120, 100, 1800)), HALF_AN_HOUR + 7200, 1, new SimulatedHost(1e6));
    assert.deepEqual(
      confirmed(told).filter((second) => second > 2 * HALF_AN_HOUR),
      [],
    );
  });
});
