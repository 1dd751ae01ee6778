import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exampleForecast, exampleService, exampleSubject, exampleVerdict } from "./example-service.ts";
import { actionGroups, type Action, findingsOf, findingTitle, standingWords, timeLeft } from "./findings.ts";

function ending(at: string) {
  return { resource: "nofile" as const, headroom: 10, exhaustedAt: { p05: at, p50: at, p95: at } };
}

describe("what presses most", () => {
  it("is a proof, then a verdict before a forecast, then what ends sooner", () => {
    const verdicts = [
      exampleVerdict({ id: "suspect", standing: "suspect", runway: ending("2026-11-12T03:05:00Z") }),
      exampleVerdict({ id: "later", runway: ending("2026-11-12T05:00:00Z") }),
      exampleVerdict({ id: "endless" }),
      exampleVerdict({ id: "sooner", runway: ending("2026-11-12T04:00:00Z") }),
    ];
    const forecasts = [exampleForecast({ id: "forecast", runway: ending("2026-11-12T03:06:00Z") })];
    const order = findingsOf({ verdicts, forecasts }).map(({ id }) => id);
    assert.deepEqual(order, ["sooner", "later", "endless", "forecast", "suspect"]);
  });

  it("is what is full now before what will be, and there the leak before its being full", () => {
    const full = { resource: "nofile" as const, headroom: 0, exhaustedAt: null };
    const verdicts = [
      exampleVerdict({ id: "soon", runway: ending("2026-11-12T03:05:00Z") }),
      exampleVerdict({ id: "at limit", rule: "at-limit", runway: null, netPerMinute: 500 }),
      exampleVerdict({ id: "full leak", runway: full }),
    ];
    const order = findingsOf({ verdicts, forecasts: [] }).map(({ id }) => id);
    assert.deepEqual(order, ["full leak", "at limit", "soon"]);
  });

  it("is what grows faster where none ends", () => {
    const verdicts = [
      exampleVerdict({ id: "slow", netPerMinute: 1 }),
      exampleVerdict({ id: "fast", netPerMinute: 9 }),
    ];
    assert.deepEqual(
      findingsOf({ verdicts, forecasts: [] }).map(({ id }) => id),
      ["fast", "slow"],
    );
  });
});

it("says how sure it is, and since when where that is known", () => {
  const now = Date.parse("2026-11-12T03:04:51Z");
  assert.match(standingWords(exampleVerdict(), now), /^Confirmed, going on since \d\d:\d\d$/);
  assert.equal(standingWords(exampleVerdict({ standing: "suspect", since: null }), now), "Suspected");
  assert.equal(standingWords(exampleForecast(), now), "Forecast");
});

it("names a finding by what it is about and how fast", () => {
  assert.equal(findingTitle(exampleVerdict()), "connections to MySQL 127.0.0.1:3306, +125 a minute");
  const files = exampleSubject({
    kind: "deleted-file",
    direction: null,
    peer: null,
    state: null,
    path: "/var/tmp",
  });
  assert.equal(
    findingTitle(exampleVerdict({ subject: files, netPerMinute: null })),
    "deleted files in /var/tmp",
  );
  assert.equal(
    findingTitle(exampleVerdict({ rule: "at-limit" })),
    "at its limit of open files, most of them connections to MySQL 127.0.0.1:3306",
  );
  assert.equal(findingTitle(exampleForecast()), "open files run out, +125 a minute");
});

it("groups actions in the order in which they are done, without empty groups", () => {
  const action = (when: Action["when"]): Action => ({ when, text: when, command: null, caution: null });
  const groups = actionGroups([action("confirm"), action("now"), action("fix"), action("confirm")]);
  assert.deepEqual(
    groups.map(({ title, actions }) => [title, actions.length]),
    [
      ["Now", 1],
      ["Fix", 1],
      ["Confirm", 2],
    ],
  );
});

describe("the time left", () => {
  const at = "2026-11-12T03:00:00Z";
  const runway = (p05: string | null, p50: string | null, p95: string | null) =>
    exampleService({ at, runway: { resource: "nofile", headroom: 10, exhaustedAt: { p05, p50, p95 } } });

  it("has its interval, by the clock of the agent", () => {
    const service = runway("2026-11-12T03:08:00Z", "2026-11-12T03:09:00Z", "2026-11-12T03:11:00Z");
    assert.deepEqual(timeLeft(service), { words: "9 min", interval: "8 min to 11 min", seconds: 540 });
  });

  it("is at least so much where nobody can say more", () => {
    assert.equal(timeLeft(runway("2026-11-12T08:00:00Z", null, null)).words, "over 5 h");
    assert.equal(
      timeLeft(runway("2026-11-12T03:08:00Z", "2026-11-12T03:09:00Z", null)).interval,
      "8 min or more",
    );
  });

  it("is over where nothing more can be opened", () => {
    const full = { resource: "nofile" as const, headroom: 0, exhaustedAt: null };
    assert.equal(timeLeft(exampleService({ runway: full })).words, "full now");
    const [process] = exampleService().processes;
    assert.ok(process);
    assert.equal(timeLeft(exampleService({ processes: [{ ...process, headroom: 0 }] })).words, "full now");
  });

  it("is not known where the pace is not, and is told apart from no end", () => {
    const rates = { windowSeconds: 0, bornPerMinute: null, diedPerMinute: null, netPerMinute: null };
    assert.equal(timeLeft(exampleService({ rates })).words, "?");
    assert.equal(timeLeft(exampleService()).words, "no end forecast");
  });
});
