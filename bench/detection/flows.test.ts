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

/** Opens one after another for so many seconds of each period, keeps them for 130 s, and gives them back one after another. */
function wave(rate: number, seconds: number, period: number): Program {
  const open: ReturnType<SimulatedHost["connect"]>[] = [];
  let owed = 0;
  return (host) => {
    while (open[0] !== undefined && open[0].openedAt + 130 <= host.second) host.close(open.shift()!);
    if (host.second % period >= seconds) return;
    for (owed += rate / 60; owed >= 1; owed--) open.push(host.connect("10.0.0.2:3306"));
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

  it("a wave of 18 s that stays for 130, in a service that never had one", () => {
    const [program, until] = [atLast(wave(3000, 18, 600)), HALF_AN_HOUR + 700];
    assert.deepEqual(confirmed(run(program, until, 1, new SimulatedHost(1e6))), []);
  });
});
