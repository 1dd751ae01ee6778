import assert from "node:assert/strict";
import { test } from "node:test";
import { Account } from "./account.ts";

test("what never moved shares empty counts: what happens to one account shows in no other", () => {
  const [moved, still, other] = [new Account(0), new Account(0), new Account(0)];
  still.enter(Number.NEGATIVE_INFINITY, 1);
  moved.enter(0, 1);
  moved.leave(Number.NEGATIVE_INFINITY, 1, "closed");
  for (const account of [moved, still, other]) account.advance(100);
  assert.deepEqual([moved.cohorts.size, still.cohorts.size, other.cohorts.size], [1, 0, 0]);
  assert.deepEqual([moved.passed[0], still.passed[0], other.passed[0]], [1, 0, 0]);
  assert.deepEqual([moved.departed[0], still.departed[0], other.departed[0]], [1, 0, 0]);
  assert.deepEqual([moved.departedUnborn[13], still.departedUnborn[13]], [1, 0]);
});

test("an account has its own from the first that leaves, though nobody saw it come", () => {
  const account = new Account(0);
  account.enter(Number.NEGATIVE_INFINITY, 1);
  account.advance(1);
  account.leave(Number.NEGATIVE_INFINITY, 2, "closed");
  account.advance(2);
  assert.deepEqual([account.open, account.ofUnknownAge, account.departed[0], account.aged], [0, 0, 1, -1]);
});
