import assert from "node:assert/strict";
import { test } from "node:test";
import * as example from "./example/host.ts";
import { judge } from "./judgement.ts";
import { createStandings, summaryOf } from "./standings.ts";

const NOW = Date.parse(example.AT);
const HOUR = 3_600_000;
const code = (verdicts: Parameters<typeof judge>[0]["verdicts"], within: number | null = null) =>
  judge({ verdicts, forecasts: [] }, NOW, within).code;

function runwayIn(seconds: number | null) {
  const date = seconds === null ? null : example.later(seconds);
  return { resource: "nofile", headroom: 100, exhaustedAt: { p05: date, p50: date, p95: date } } as const;
}

test("nothing is OK, a suspicion warns, a proof is critical", () => {
  assert.equal(code([]), 0);
  assert.equal(code([example.verdictOf({ standing: "suspect" })]), 1);
  assert.equal(code([example.verdictOf()]), 2);
  assert.equal(code([example.verdictOf({ standing: "suspect" }), example.verdictOf()]), 2);
});

test("a proof with more time left than asked for only warns", () => {
  assert.equal(code([example.verdictOf({ runway: runwayIn(1800) })], HOUR), 2);
  assert.equal(code([example.verdictOf({ runway: runwayIn(7200) })], HOUR), 1);
  assert.equal(code([example.verdictOf({ runway: runwayIn(null) })], HOUR), 1, "beyond the horizon");
  assert.equal(code([example.verdictOf({ runway: null })], HOUR), 1, "no limit");
  const early = {
    ...runwayIn(7200),
    exhaustedAt: { ...runwayIn(7200).exhaustedAt, p05: example.later(1800) },
  };
  assert.equal(code([example.verdictOf({ runway: early })], HOUR), 2, "the earliest likely date counts");
});

test("a bypassed pool warns, however little time is left: what it keeps is a leak beside it", () => {
  const bypass = example.verdictOf({ rule: "pool-bypass", id: "b", story: "a", runway: runwayIn(60) });
  assert.equal(code([bypass]), 1);
  assert.equal(code([bypass], HOUR), 1);
  const leak = example.verdictOf({ id: "a", story: "a" });
  const judged = judge({ verdicts: [bypass, leak], forecasts: [] }, NOW, null);
  assert.equal(judged.code, 2);
  assert.deepEqual([judged.critical, judged.warning], [[leak], []], "one story is told once");
});

test("a full table and a forecast are critical at once, however much time was asked for", () => {
  assert.equal(code([example.verdictOf({ rule: "at-limit", standing: "suspect", runway: null })], 1), 2);
  assert.equal(judge({ verdicts: [], forecasts: [example.forecastOf()] }, NOW, 1).code, 2);
});

test("the leak is named before the full table that it causes", () => {
  const full = example.verdictOf({ rule: "at-limit", fingerprint: "1", netPerMinute: 900 });
  const judged = judge(
    { verdicts: [full, example.verdictOf()], forecasts: [example.forecastOf()] },
    NOW,
    null,
  );
  assert.deepEqual(
    judged.critical.map((event) => (event.type === "verdict" ? event.rule : event.type)).slice(0, 1),
    ["unclosed-connection"],
  );
});

test("what was withdrawn does not stand, and the last word counts", () => {
  const standings = createStandings();
  standings.note([example.verdictOf({ standing: "suspect" }), example.forecastOf()]);
  standings.note([example.verdictOf(), example.gapOf()]);
  assert.deepEqual(
    standings.now().verdicts.map((verdict) => verdict.standing),
    ["confirmed"],
  );
  standings.note([example.verdictOf({ standing: "cleared" }), example.forecastOf({ standing: "cleared" })]);
  assert.deepEqual(standings.now(), { verdicts: [], forecasts: [] });
});

test("what runs out first is named first, whatever is faster", () => {
  const soon = example.verdictOf({ fingerprint: "1", netPerMinute: 2, runway: runwayIn(600) });
  const fast = example.verdictOf({ fingerprint: "2", netPerMinute: 900, runway: runwayIn(7200) });
  const never = example.verdictOf({ fingerprint: "3", netPerMinute: 9000, runway: null });
  const judged = judge({ verdicts: [never, fast, soon], forecasts: [] }, NOW, null);
  assert.deepEqual(judged.critical, [soon, fast, never]);
});

test("verdicts of one cause are one story in the summary", () => {
  const verdicts = ["1", "2", "3"].map((id) =>
    example.verdictOf({ id, fingerprint: id, story: id === "3" ? "3" : "1" }),
  );
  const summary = summaryOf(example.exampleHost(), { verdicts, forecasts: [] });
  assert.deepEqual([summary.verdicts, summary.stories], [3, 2]);
});

test("the summary counts what stands and the processes that were judged", () => {
  const summary = summaryOf(example.exampleHost(), { verdicts: [example.verdictOf()], forecasts: [] });
  assert.deepEqual(
    [summary.type, summary.verdicts, summary.forecasts, summary.watchedProcesses, summary.coverage.processes],
    ["summary", 1, 0, 10, 312],
  );
});
