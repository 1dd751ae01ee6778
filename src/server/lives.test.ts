import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForecastEvent, VerdictEvent } from "../model/events.ts";
import { NOT_COME_BACK, PROCESS_ENDED, RESTARTED } from "../model/reasons.ts";
import { exampleDesk, forecastOf, snapshotOf, serviceOf, verdictOf } from "./example-desk.ts";
import { getJson, serve } from "./example-client.ts";
import type { LivesAnswer } from "./api.ts";
import { earlierLives } from "./lives.ts";

/** Minutes after midnight. */
function at(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 12, 0, minutes)).toISOString();
}

function told(minutes: number, traits: Partial<VerdictEvent> = {}): VerdictEvent {
  return verdictOf({ at: at(minutes), ...traits });
}

const suspect = (minutes: number, traits: Partial<VerdictEvent> = {}) =>
  told(minutes, { standing: "suspect", since: at(minutes - 1), ...traits });
const cleared = (minutes: number, reason: string, traits: Partial<VerdictEvent> = {}) =>
  told(minutes, { standing: "cleared", reason, ...traits });
const restarted = (minutes: number, traits: Partial<VerdictEvent> = {}) =>
  told(minutes, { reason: RESTARTED, netPerMinute: null, ...traits });
const full = (minutes: number) => told(minutes, { rule: "at-limit", fingerprint: "f0" });

/** "1-60 125 restarted" */
function words(events: readonly (VerdictEvent | ForecastEvent)[], leaks = false): string[] {
  const minute = (time: string) => (Date.parse(time) - Date.UTC(2026, 10, 12)) / 60_000;
  return earlierLives(events, leaks).map(({ from, to, perMinute, exhaustedAt, end }) =>
    [
      `${minute(from)}-${minute(to)}`,
      perMinute === null ? "?" : Math.round(perMinute),
      ...(exhaustedAt === null ? [] : [`full at ${minute(exhaustedAt)}`]),
      end,
    ].join(" "),
  );
}

test("a restart ends a life and begins the next, which is not told while it leaks", () => {
  const first = [suspect(2), told(3), told(20, { netPerMinute: 118 })];
  assert.deepEqual(words([...first, restarted(60)], true), ["1-60 118 restarted"]);
  assert.deepEqual(words([...first, restarted(60), told(90, { netPerMinute: 121 }), restarted(130)], true), [
    "60-130 121 restarted",
    "1-60 118 restarted",
  ]);
});

test("a later restart is known by the process that ran out of files, and its rate by the forecast", () => {
  const forecast = (minutes: number, traits: Partial<ForecastEvent> = {}) =>
    forecastOf({ at: at(minutes), fingerprint: "f1", netPerMinute: 130, ...traits });
  const gone = (minutes: number) => forecast(minutes, { standing: "cleared", reason: PROCESS_ENDED });
  const first = [told(3), forecast(40), gone(60), restarted(60.1)];
  assert.deepEqual(words(first, true), ["3-60 125 restarted"], "told in both ways it is one");
  assert.deepEqual(words([...first, forecast(100), gone(130), forecast(170)], true), [
    "60-130 130 restarted",
    "3-60 125 restarted",
  ]);
  assert.deepEqual(words([...first, forecast(100), full(129), gone(130)], true), [
    "60-130 130 full at 129 restarted",
    "3-60 125 restarted",
  ]);
  const workers = { processes: [812, 813].map((pid) => ({ pid, open: 5 })) };
  assert.deepEqual(words([told(3, workers), forecast(40), gone(60)], true), [], "a worker is no service");
  assert.deepEqual(words([forecast(40), gone(60)]), [], "what runs out of files need not leak");
});

test("a second verdict of the same restart ends nothing more", () => {
  const other = { fingerprint: "a2", netPerMinute: 30 };
  const events = [told(3), told(3, other), restarted(60), restarted(60, { ...other, netPerMinute: null })];
  assert.deepEqual(words(events, true), ["3-60 125 restarted"]);
});

test("a successor that keeps nothing was no life", () => {
  const events = [told(3), restarted(60), cleared(72, `restarted, ${NOT_COME_BACK}`)];
  assert.deepEqual(words(events), ["3-60 125 restarted"]);
});

test("what ran full says when, however it ended", () => {
  assert.deepEqual(words([told(3), full(55), restarted(60)], true), ["3-60 125 full at 55 restarted"]);
  const ended = [told(3), full(55), cleared(60, PROCESS_ENDED, { rule: "at-limit", fingerprint: "f0" })];
  assert.deepEqual(words([...ended, cleared(61, PROCESS_ENDED)]), ["3-60 125 full at 55 ended"]);
  assert.deepEqual(words([full(5), cleared(9, PROCESS_ENDED, { fingerprint: "f0", rule: "at-limit" })]), [
    "5-9 125 full at 5 ended",
  ]);
});

test("a life is over when all of it is withdrawn; a suspicion alone was none", () => {
  const other = { fingerprint: "a2" };
  const events = [told(3), told(4, other), cleared(10, "they were closed: 9 of 9"), told(12, other)];
  assert.deepEqual(words(events, true), []);
  assert.deepEqual(words([...events, cleared(15, "they were closed: 9 of 9", other)]), ["3-15 125 cleared"]);
  assert.deepEqual(words([suspect(2), cleared(5, "no more were kept; 3 are open")]), []);
});

test("what changes its state goes on under its other name", () => {
  const moved = cleared(10, "they changed state and are still open: 400");
  const other = { fingerprint: "a2", netPerMinute: 130 };
  assert.deepEqual(words([told(3), moved, told(10.5, other), restarted(60, other)], true), [
    "3-60 130 restarted",
  ]);
  assert.deepEqual(words([told(3), moved, told(40, other)], true), ["3-10 125 cleared"]);
});

test("a restart while nobody watched is known by the process, and an end by that nothing stands", () => {
  const successor = {
    id: "1",
    since: null,
    process: { pid: 900, startTicks: 5, command: "gunicorn" },
    processes: [{ pid: 900, open: 5 }],
  };
  assert.deepEqual(words([told(3), told(50, successor)], true), ["3-50 125 restarted"]);
  const worker = { id: "1", process: { pid: 813, startTicks: 5, command: "gunicorn" } };
  const both = { processes: [812, 813].map((pid) => ({ pid, open: 5 })) };
  assert.deepEqual(words([told(3, both), told(50, { ...worker, ...both })], true), []);
  assert.deepEqual(words([told(3), told(50)], false), ["3-50 125 unknown"]);
});

test("rules that are no leak are no life", () => {
  assert.deepEqual(words([told(3, { rule: "port-exhaustion" }), told(4, { rule: "pool-bypass" })]), []);
});

test("the lives of a service are answered, read in pages, with whether it leaks now", async (t) => {
  const desk = exampleDesk();
  const events = [told(3), restarted(60), ...Array.from({ length: 1500 }, (_, i) => told(61 + i / 10))];
  const stored = events.map((event, number) => ({ number, event })).toReversed();
  const asked: number[] = [];
  desk.kept = {
    services: () => ["gone one"],
    ranges: () => [],
    events: ({ service, before, limit, types }) => {
      asked.push(limit);
      assert.deepEqual(types, ["verdict", "forecast"]);
      return stored
        .filter(({ number }) => before === null || number < before)
        .filter(({ event }) => event.service === service)
        .slice(0, limit);
    },
  };
  const server = await serve(t, desk);
  const path = "/api/v1/services/gunicorn.service/lives";
  const answer = (await getJson(server, path)) as LivesAnswer;
  assert.deepEqual([answer.leaks, asked], [true, [1000, 1000]]);
  assert.deepEqual(
    answer.lives.map(({ to, end }) => [to, end]),
    [[at(60), "restarted"]],
  );
  desk.current = snapshotOf([serviceOf({ service: "gunicorn.service" })]);
  const healthy = (await getJson(server, path)) as LivesAnswer;
  assert.deepEqual([healthy.leaks, healthy.lives.map(({ end }) => end)], [false, ["unknown", "restarted"]]);
});
