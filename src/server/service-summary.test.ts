import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rates } from "../model/snapshot.ts";
import { forecastOf, holdingOf, processOf, serviceOf, SUBJECT, verdictOf } from "./example-desk.ts";
import { growthOf, summaryOf } from "./service-summary.ts";

const SOON = { p05: null, p50: "2026-11-12T02:10:00.000Z", p95: null };
const LATE = { p05: null, p50: "2026-11-12T09:10:00.000Z", p95: null };
const runway = { resource: "nofile", headroom: 5 } as const;
const NONE: Rates = { windowSeconds: 0, bornPerMinute: null, diedPerMinute: null, netPerMinute: null };

test("what is not closed is that which leaks, not that the process is full of it", () => {
  const full = verdictOf({ id: "full", rule: "at-limit" });
  const leak = verdictOf({ id: "leak", standing: "suspect" });
  const told = summaryOf(serviceOf({ verdicts: [full, leak] }));
  assert.deepEqual(
    [told.notClosed?.id, told.notClosed?.standing, told.standing],
    ["leak", "suspect", "confirmed"],
  );
  assert.equal(summaryOf(serviceOf({ verdicts: [full] })).notClosed?.rule, "at-limit");
});

test("proofs come before suspicions, leaders before what follows, what runs out first before the rest", () => {
  const of = (...verdicts: ReturnType<typeof verdictOf>[]) =>
    summaryOf(serviceOf({ verdicts })).notClosed?.id;
  const suspect = verdictOf({ id: "suspect", standing: "suspect", story: "suspect" });
  assert.equal(of(suspect, verdictOf({ id: "proof" })), "proof");
  assert.equal(of(verdictOf({ id: "follower" }), verdictOf({ id: "leader", story: "leader" })), "leader");
  const late = verdictOf({ id: "late", runway: { ...runway, exhaustedAt: LATE } });
  const soon = verdictOf({ id: "soon", runway: { ...runway, exhaustedAt: SOON } });
  assert.equal(of(verdictOf({ id: "never", runway: null }), late, soon), "soon");
  assert.equal(
    of(verdictOf({ id: "slow", runway: null, netPerMinute: 1 }), verdictOf({ id: "fast", runway: null })),
    "fast",
  );
  assert.equal(of(verdictOf({ id: "gone", standing: "cleared" })), undefined);
});

test("a row has what it needs without a second question", () => {
  const view = serviceOf({
    holdings: [holdingOf({ open: 3 }), holdingOf({ open: 9, subject: { ...SUBJECT, kind: "pipe" } })],
    processes: [processOf({ headroom: 0, readable: false })],
    forecasts: [forecastOf({ standing: "suspect" })],
    otherEndOf: ["a", "b", "c", "d", "e"],
  });
  const told = summaryOf(view);
  assert.deepEqual(told.history, [611, null, 613]);
  assert.deepEqual([told.mostly?.kind, told.fullest?.headroom, told.readable], ["pipe", 0, false]);
  assert.deepEqual([told.standing, told.otherEndOf], ["suspect", ["a", "b", "c", "d"]]);
});

test("growth is counted over all pages; the unknown is counted apart, the other end of a leak is not", () => {
  const services = [
    serviceOf(),
    serviceOf({ rates: NONE }),
    serviceOf({ otherEndOf: ["gunicorn.service"] }),
    serviceOf({ rates: { ...NONE, netPerMinute: 0.04 } }),
    serviceOf({ rates: { ...NONE, netPerMinute: -3 } }),
  ];
  assert.deepEqual(growthOf(services), { growing: 1, unknownGrowth: 1 });
});
