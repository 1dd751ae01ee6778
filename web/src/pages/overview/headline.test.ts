import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServiceSummary } from "../../../../src/server/api.ts";
import { answerOf, calmRow, inSeconds, leakingRow, NOW, verdictOf } from "./example.ts";
import { headlineOf } from "./headline.ts";

const WATCH = { processes: 312, denied: 0, watchedSeconds: 3600 };
const of = (...services: ServiceSummary[]) => headlineOf(answerOf(services), [], WATCH, NOW);
const sentence = ({ name, says, countdown }: ReturnType<typeof of>): string =>
  [name, says, countdown].filter((words) => words !== null).join(" ");

test("a leak is told by when it fails, towards what, and how much is left", () => {
  const headline = of(leakingRow());
  assert.equal(sentence(headline), "gunicorn fails in 9 min");
  assert.deepEqual([headline.tone, headline.serviceId], ["leak", "gunicorn.service"]);
  assert.match(
    headline.more[0] ?? "",
    /^It leaks connections to MySQL 127\.0\.0\.1:3306, \+125 a minute, since .+\.$/,
  );
  assert.match(
    headline.more[1] ?? "",
    /^2,914 of 4,096 open files; opens start to fail about .+ \(8 min to 11 min\)\.$/,
  );
});

test("the countdown goes down as time passes", () => {
  const later = headlineOf(answerOf([leakingRow()]), [], WATCH, NOW + 300_000);
  assert.equal(later.countdown, "4 min");
});

test("what cannot open files now comes before all, then what fails within half an hour, then proofs", () => {
  const suspect = (seconds: number) =>
    leakingRow(seconds, { id: "s", service: "thumbs", standing: "suspect" });
  const full = calmRow({
    service: "full",
    fullest: { pid: 1, command: "x", open: 9, softLimit: 9, headroom: 0 },
  });
  assert.equal(sentence(of(leakingRow(), full)), "full cannot open files now");
  assert.equal(sentence(of(leakingRow(86_400 * 3), suspect(600))), "thumbs may fail in 10 min");
  assert.equal(of(suspect(600)).tone, "leak", "under half an hour is red");
  assert.equal(sentence(of(suspect(7200), leakingRow(86_400 * 3))), "gunicorn fails in 3 d");
  assert.equal(of(suspect(7200)).tone, "suspect");
});

test("without a time left it says what leaks", () => {
  assert.equal(sentence(of(leakingRow(null))), "gunicorn leaks connections to MySQL 127.0.0.1:3306");
  assert.equal(of(leakingRow(null)).countdown, null);
});

test("what else stands is counted", () => {
  const others = [leakingRow(900, { service: "b" }), leakingRow(9000, { service: "c", standing: "suspect" })];
  assert.equal(of(leakingRow(), ...others).more.at(-1), "Also: 1 more finding, 1 suspect.");
});

test("ports that run out are told for the host", () => {
  const runway = {
    ...{ resource: "ports" as const, headroom: 90 },
    exhaustedAt: { p05: inSeconds(100), p50: inSeconds(240), p95: null },
  };
  const ports = verdictOf({ rule: "port-exhaustion", runway });
  const headline = headlineOf(answerOf([leakingRow()]), [ports], WATCH, NOW);
  assert.equal(sentence(headline), "Local ports to 127.0.0.1:3306 run out in 4 min");
  assert.equal(headline.name, null);
  const cleared = headlineOf(answerOf([]), [verdictOf({ ...ports, standing: "cleared" })], WATCH, NOW);
  assert.equal(cleared.tone, "calm");
});

test("a calm host says what is watched and since when; too short a time says little", () => {
  const calm = of(calmRow());
  assert.deepEqual([calm.says, calm.tone, calm.countdown], ["Nothing leaks.", "calm", null]);
  assert.match(calm.more[0] ?? "", /^312 processes, all readable, since .+\.$/);
  const denied = headlineOf(answerOf([]), [], { ...WATCH, denied: 198 }, NOW);
  assert.match(denied.more[0] ?? "", /^312 processes, 198 not permitted, since /);
  const young = headlineOf(answerOf([]), [], { ...WATCH, watchedSeconds: 59 }, NOW);
  assert.equal(young.says, "Nothing found yet.");
  assert.equal(headlineOf(answerOf([]), [], null, NOW).says, "Nothing found.");
});
