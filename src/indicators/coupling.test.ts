import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Cohorts } from "../ledger/cohorts.ts";
import { couplingOf } from "./coupling.ts";

function cohorts(times: readonly number[]): Cohorts {
  const made = new Cohorts();
  for (const at of times.toSorted((a, b) => a - b)) made.enter(at);
  return made;
}

/** Numbers in [0, 1), the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** Times of a Poisson process over so many seconds, on the grid of births. */
function poisson(perMinute: number, seconds: number, random: () => number): number[] {
  const times: number[] = [];
  for (let at = 0; ;) {
    at -= (Math.log(1 - random()) * 60) / perMinute;
    if (at >= seconds) return times;
    times.push(Math.floor(at * 2) / 2 + 0.25);
  }
}

const every = (step: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) }, (_, at) => from + at * step);

describe("classes that are opened together", () => {
  it("are known by one for one, and by several for each, also when their times are half a second apart", () => {
    const random = randomFrom(7);
    const clients = poisson(60, 60, random);
    const events = clients.map((at) => at + 0.5);
    const pipes = clients.flatMap((at) => [at, at, at, at]);
    assert.equal(couplingOf(cohorts(clients), cohorts(events), 0, 100), 1);
    assert.equal(couplingOf(cohorts(clients), cohorts(pipes), 0, 100), 4);
    assert.equal(couplingOf(cohorts(pipes), cohorts(clients), 0, 100), 1 / 4);
  });

  it("are told from two that come as often at times of their own", () => {
    let together = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomFrom(seed);
      const [one, other] = [cohorts(poisson(120, 60, random)), cohorts(poisson(120, 60, random))];
      if (couplingOf(one, other, 0, 60) !== null) together++;
    }
    assert.ok(together <= 6, `${together} of 200 pairs`);
  });

  it("are told from another rate, another beginning, and too few to say", () => {
    const sockets = cohorts(every(1, 0, 120));
    assert.equal(couplingOf(sockets, cohorts(every(2.4, 0, 120)), 0, 120), null);
    assert.equal(couplingOf(sockets, cohorts(every(1, 60, 120)), 0, 120), null);
    assert.equal(couplingOf(cohorts(every(1, 0, 7)), cohorts(every(1, 0, 7)), 0, 120), null);
  });
});
