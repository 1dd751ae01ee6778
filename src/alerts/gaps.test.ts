import assert from "node:assert/strict";
import { test } from "node:test";
import type { GapFact } from "../model/facts.ts";
import { GapTeller } from "./gaps.ts";

const AT = "2026-11-23T03:04:51.000Z";

const denied = (pid: number | null, what = "descriptors"): GapFact => ({
  fact: "gap",
  pid,
  what,
  why: "denied",
});

const mends = (asRoot: boolean, ...gaps: GapFact[]) =>
  new GapTeller(asRoot).take(gaps, AT, "web-12").map(({ mend }) => mend);

test("what is denied is mended by more rights, unless whoever reads is root already", () => {
  const gaps = [denied(1), denied(null, "idle times and closings of connections")];
  for (const mend of mends(false, ...gaps)) assert.match(mend, /^run descry as root, or with CAP_/);
  const ofRoot = mends(true, ...gaps);
  assert.equal(ofRoot.length, 2);
  for (const mend of ofRoot) {
    assert.match(mend, /^nothing to do: .*even from root/);
    assert.doesNotMatch(mend, /run descry as root|CAP_/);
  }
});

test("a gap is told once, with how many processes it concerns when it is met", () => {
  const teller = new GapTeller(false);
  const told = teller.take([denied(1), denied(2)], AT, "web-12");
  assert.deepEqual(
    told.map(({ processes }) => processes),
    [2],
  );
  assert.deepEqual(teller.take([denied(3)], AT, "web-12"), []);
});
