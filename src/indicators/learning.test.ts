import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Account } from "../ledger/account.ts";
import { RUNGS } from "../ledger/rungs.ts";
import { Learning, type CountedAs } from "./learning.ts";

const AT_40 = RUNGS.indexOf(40);

/** An hour in which something is opened each second and closed after `lifetime(nth)` seconds, and what was learned of it. */
function learned(
  countedAs: CountedAs,
  lifetime: (nth: number) => number,
  isCalm: (now: number) => boolean = () => true,
): Learning {
  const account = new Account(0);
  const learning = new Learning(countedAs, 0, null);
  const due = new Map<number, number[]>();
  for (let now = 0; now <= 3600; now++) {
    account.cohorts.clearDepartures();
    account.enter(now, now);
    const until = now + lifetime(now);
    due.set(until, [...(due.get(until) ?? []), now]);
    for (const cameAt of due.get(now) ?? []) account.leave(cameAt, now, "closed");
    account.advance(now);
    learning.take(account, now, isCalm(now));
  }
  return learning;
}

describe("what is normal", () => {
  it("is not known before half an hour", () => {
    const account = new Account(0);
    const learning = new Learning("closed", 0, null);
    for (let now = 0; now < 1790; now++) {
      account.enter(now, now);
      account.leave(now, now, "closed");
      account.advance(now);
      learning.take(account, now, true);
    }
    assert.deepEqual(learning.normals, []);
  });

  it("is the share that lives to an age, with room for chance", () => {
    const learning = learned("closed", (nth) => (nth % 10 === 0 ? 60 : 5));
    const survival = learning.survivalAt(AT_40) ?? NaN;
    assert.ok(Math.abs(survival - 0.1) < 0.01, `${survival}`);
    const normal = learning.normals[AT_40]?.survival ?? NaN;
    assert.ok(normal > 0.11 && normal < 0.17, `${normal}`);
    assert.ok((learning.normals[RUNGS.indexOf(1280)]?.survival ?? NaN) < 0.01);
  });

  it("is never what is not closed, though it was there from the beginning", () => {
    const learning = learned("closed", (nth) => (nth % 2 === 0 ? Infinity : 5));
    assert.equal(learning.survivalAt(AT_40), 0);
  });

  it("is what comes and stays, where others open it, as long as nothing accumulates", () => {
    const clients = (nth: number): number => (nth % 2 === 0 ? Infinity : 5);
    const kept = learned("kept", clients).survivalAt(AT_40) ?? NaN;
    assert.ok(Math.abs(kept - 0.5) < 0.02, `${kept}`);
    assert.equal(learned("kept", clients, () => false).survivalAt(AT_40), null);
  });

  it("is what it was when it is taken up again", () => {
    const learning = learned("closed", (nth) => (nth % 10 === 0 ? 60 : 5));
    const { learnedSeconds } = learning;
    const again = new Learning("closed", 5000, { learnedSeconds, ages: learning.ages() });
    assert.deepEqual(again.normals, learning.normals);
    assert.deepEqual(again.ages(), learning.ages());
  });
});
