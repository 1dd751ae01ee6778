import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { step, type ClassStanding, type ClassView, type Step } from "./standing.ts";

const QUIET: ClassView = {
  level: "healthy",
  since: null,
  open: 0,
  old: 0,
  died: 0,
  movedAway: 0,
  alive: true,
  restarted: true,
};

/** Walks through views, one every ten seconds; the last step and all that was told. */
function walk(views: readonly Partial<ClassView>[]): {
  readonly last: Step;
  readonly told: (string | null)[];
} {
  let current: ClassStanding | null = null;
  let last: Step = { next: null, change: null };
  const told: (string | null)[] = [];
  views.forEach((view, at) => {
    last = step(current, { ...QUIET, ...view }, at * 10);
    current = last.next;
    if (last.change !== null)
      told.push(last.change.reason === null ? last.change.to : `${last.change.to}: ${last.change.reason}`);
  });
  return { last, told };
}

describe("the standing of a class", () => {
  it("goes from suspect to confirmed and keeps when it began", () => {
    const { last, told } = walk([
      { level: "insufficient" },
      { level: "suspect", since: 1, open: 40, old: 1 },
      { level: "suspect", since: 1, open: 50, old: 10 },
      { level: "confirmed", since: 1, open: 100, old: 60 },
    ]);
    assert.deepEqual(told, ["suspect", "confirmed"]);
    assert.equal(last.next?.since, 1);
  });

  it("withdraws a suspicion when they are closed", () => {
    const { told, last } = walk([
      { level: "suspect", open: 40, old: 40 },
      { level: "healthy", open: 0, old: 0, died: 40 },
    ]);
    assert.deepEqual(told, ["suspect", "cleared: they were closed: 40 of 40"]);
    assert.equal(last.next, null);
  });

  it("withdraws a suspicion when no more come", () => {
    assert.deepEqual(
      walk([
        { level: "suspect", open: 40, old: 40 },
        { level: "healthy", open: 40, old: 40 },
      ]).told,
      ["suspect", "cleared: no more were kept; 40 are open"],
    );
  });

  it("keeps a proven leak that has stopped growing: they are still open", () => {
    const { told, last } = walk([
      { level: "confirmed", open: 90, old: 50 },
      ...Array.from({ length: 9 }, () => ({ open: 90, old: 90 })),
    ]);
    assert.deepEqual(told, ["confirmed"]);
    assert.equal(last.next?.standing, "confirmed");
  });

  it("withdraws a proven leak when half of the old ones were closed", () => {
    assert.deepEqual(
      walk([
        { level: "confirmed", open: 90, old: 90 },
        { open: 40, old: 40, died: 50 },
      ]).told,
      ["confirmed", "cleared: they were closed: 50 of 90"],
    );
  });

  it("says of a restart that it mends nothing, once", () => {
    const { told, last } = walk([
      { level: "confirmed", open: 90, old: 90 },
      { alive: false },
      { open: 0, old: 0 },
      { open: 3, old: 0 },
      { open: 9, old: 9 },
      { open: 0, old: 0 },
    ]);
    assert.deepEqual(told, ["confirmed", "told-again: restarted, not fixed"]);
    assert.equal(last.next?.standing, "confirmed");
  });

  it("says of no restart where none was, and withdraws what does not come back", () => {
    const { told } = walk([
      { level: "confirmed", open: 90, old: 90 },
      ...Array.from({ length: 62 }, () => ({ open: 30, old: 30, restarted: false })),
    ]);
    assert.deepEqual(told, [
      "confirmed",
      "cleared: processes that held them ended, and it has not come back for 10 minutes",
    ]);
  });

  it("gives up a leak whose service is gone", () => {
    assert.deepEqual(
      walk([
        { level: "confirmed", open: 90, old: 90 },
        ...Array.from({ length: 8 }, () => ({ alive: false })),
      ]).told,
      ["confirmed", "cleared: its process ended, which does not mend it"],
    );
  });

  it("tells again of one that has doubled, at most once a minute", () => {
    const { told } = walk([
      { level: "confirmed", open: 100, old: 60 },
      ...Array.from({ length: 12 }, (_, at) => ({ open: 300 + at, old: 300 })),
    ]);
    assert.deepEqual(told, ["confirmed", "told-again: it has doubled since this was told last"]);
  });
});
