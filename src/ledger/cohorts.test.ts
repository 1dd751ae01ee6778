import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Cohorts } from "./cohorts.ts";
import { RUNGS } from "./rungs.ts";

/** The same, kept the slow and obvious way. */
class Plain {
  members: { at: number; passed: boolean[] }[] = [];
  graduated = RUNGS.map(() => 0);
  departed = RUNGS.map(() => 0);

  enter(at: number): void {
    this.members.push({ at, passed: RUNGS.map(() => false) });
  }

  leave(at: number): void {
    const place = this.members.findIndex((member) => member.at === at);
    const [gone] = this.members.splice(place, 1);
    gone?.passed.forEach((passed, rung) => {
      if (passed) this.departed[rung] = (this.departed[rung] as number) + 1;
    });
  }

  advance(now: number): void {
    this.graduated = RUNGS.map((age, rung) => {
      const passing = this.members.filter(
        (member) => member.passed[rung] === false && member.at + age <= now,
      );
      for (const member of passing) member.passed[rung] = true;
      return passing.length;
    });
  }
}

describe("Cohorts", () => {
  it("counts what passes each rung and what leaves after it, as a plain list of members does", () => {
    const step = fc.record({
      dt: fc.integer({ min: 0, max: 30 }),
      enter: fc.integer({ min: 0, max: 5 }),
      leave: fc.array(fc.nat(), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const [cohorts, plain] = [new Cohorts(), new Plain()];
        let now = 0;
        for (const { dt, enter, leave } of steps) {
          now += dt;
          cohorts.clearDepartures();
          plain.departed.fill(0);
          for (let count = 0; count < enter; count++) {
            // Out of order by a few seconds, as sockets are that waited for their table row.
            const at = Math.max(0, now - ((count * 7) % 4));
            cohorts.enter(at);
            plain.enter(at);
          }
          for (const pick of leave) {
            const gone = plain.members[pick % (plain.members.length || 1)];
            if (gone === undefined) continue;
            cohorts.leave(gone.at, true);
            plain.leave(gone.at);
          }
          cohorts.advance(now);
          plain.advance(now);
          assert.deepEqual([...cohorts.graduated], plain.graduated);
          assert.deepEqual([...cohorts.departed], plain.departed);
          assert.equal(cohorts.size, plain.members.length);
          assert.equal(
            cohorts.olderThan(40, now),
            plain.members.filter((member) => member.at + 40 <= now).length,
          );
        }
      }),
    );
  });

  it("stays small over weeks, and loses nobody", () => {
    const cohorts = new Cohorts();
    for (let now = 0; now < 50_000; now++) {
      cohorts.enter(now);
      cohorts.advance(now);
    }
    assert.equal(cohorts.size, 50_000);
    assert.ok(cohorts.count <= 700, `${cohorts.count} cohorts`);
    assert.equal(cohorts.olderThan(0, 50_000), 50_000);
    for (let at = 0; at < 50_000; at++) cohorts.leave(at, true);
    assert.equal(cohorts.size, 0);
    assert.equal(cohorts.olderThan(0, 50_000), 0);
  });

  it("does not count as given back what went with its process", () => {
    const cohorts = new Cohorts();
    cohorts.enter(0);
    cohorts.advance(100);
    cohorts.leave(0, false);
    assert.deepEqual(
      [...cohorts.departed],
      RUNGS.map(() => 0),
    );
  });

  it("tells how many came with those that pass an age, what was gone at once included", () => {
    const cohorts = new Cohorts();
    for (let count = 0; count < 3; count++) cohorts.enter(10);
    cohorts.passThrough(10, 7);
    cohorts.leave(10, true);
    cohorts.enter(11);
    cohorts.leave(11, false);
    cohorts.advance(31);
    assert.deepEqual([cohorts.reached[0], cohorts.graduated[0]], [10, 2]);
  });

  it("passes what was joined when all of it is that old, and once", () => {
    const cohorts = new Cohorts();
    let passed = 0;
    for (let now = 0; now < 4000; now++) {
      if (now < 1000) cohorts.enter(now);
      cohorts.advance(now);
      passed += cohorts.graduated[RUNGS.indexOf(1280)] as number;
      assert.ok(passed <= Math.max(0, now - 1279), `${passed} at ${now} s`);
      assert.ok(passed >= Math.min(1000, now - 1279 - 16), `${passed} at ${now} s`);
    }
    assert.equal(passed, 1000);
  });

  it("lets what a process sets itself up with pass no age, and counts it all the same", () => {
    const cohorts = new Cohorts();
    cohorts.enter(0, true);
    cohorts.enter(0, true);
    cohorts.enter(0);
    cohorts.advance(50);
    assert.deepEqual([cohorts.graduated[0], cohorts.reached[0], cohorts.size], [1, 1, 3]);
    assert.equal(cohorts.olderThan(40, 50), 3);
    cohorts.leave(0, true, true);
    assert.deepEqual([cohorts.departed[0], cohorts.departed[1], cohorts.departed[2]], [1, 1, 0]);
  });
});
