import assert from "node:assert/strict";
import { test } from "node:test";
import type { LivesAnswer, SeriesAnswer, VerdictsAnswer } from "../../../../src/server/api.ts";
import { aroundOf, fileName, seriesPath } from "./evidence.ts";
import { type Asks, savedOf, toldOf } from "./gather.ts";
import { type Told, withTold } from "./incident.ts";
import { at, incidentOf, NONE, verdict } from "./told.example.ts";

const NOW = Date.parse(at(59));
const TOLD = [
  verdict({ at: at(20), standing: "suspect", since: at(15) }),
  verdict({ id: "other", at: at(21) }),
  verdict({ at: at(22), standing: "confirmed", since: at(15) }),
  verdict({ at: at(30), standing: "cleared" }),
];

/** An agent with these events and pages of one, asked as the API says it is. */
function agentWith(told: readonly Told[], asked: string[] = []): Asks {
  return async <Answer>(path: string): Promise<Answer> => {
    asked.push(path);
    const { pathname, searchParams } = new URL(path, "http://127.0.0.1");
    if (pathname.endsWith("/series")) return { series: [] } as Partial<SeriesAnswer> as Answer;
    if (pathname.endsWith("/lives")) return { lives: [] } as Partial<LivesAnswer> as Answer;
    const from = Date.parse(searchParams.get("from") ?? "");
    const to = Date.parse(searchParams.get("to") ?? at(59));
    const fitting = told
      .filter((event) => Date.parse(event.at) >= from && Date.parse(event.at) <= to)
      .filter(({ fingerprint }) => fingerprint === (searchParams.get("fingerprint") ?? fingerprint))
      .toReversed();
    const start = Number(searchParams.get("cursor") ?? "0");
    const next = start + 1 < fitting.length ? String(start + 1) : null;
    return { verdicts: fitting.slice(start, start + 1), next } as Partial<VerdictsAnswer> as Answer;
  };
}

test("what belongs to an incident begins ten minutes before it and ends ten minutes after it", () => {
  const over = incidentOf(withTold(NONE, TOLD), "a");
  assert.deepEqual(aroundOf(over, NOW), { from: at(5), to: at(40) });
  assert.deepEqual(aroundOf(over, Date.parse(at(33))), { from: at(5), to: at(33) }, "not what is to come");
  const stands = incidentOf(withTold(NONE, TOLD.slice(0, 3)), "a");
  assert.deepEqual(aroundOf(stands, NOW), { from: at(5), to: at(59) });
});

test("a series is asked for with as fine a step as an answer can hold", () => {
  const step = (from: string, to: string) =>
    new URLSearchParams(seriesPath("a b", { from, to }).split("?")[1]).get("step");
  assert.equal(step(at(0), at(20)), "1s");
  assert.equal(step(at(0), at(24 * 60)), "48s");
  assert.match(seriesPath("~x/y", { from: at(0), to: at(1) }), /^\/api\/v1\/services\/~x%2Fy\/series\?/);
});

test("a file has the host, the service and the time in its name, and nothing that a file system would mind", () => {
  assert.equal(
    fileName("web-12", "gunicorn.service", at(14), "json"),
    "descry-web-12-gunicorn.service-2026-11-12T031400Z.json",
  );
  assert.equal(fileName("web/../12", null, at(14), "json"), "descry-web-..-12-host-2026-11-12T031400Z.json");
  assert.ok(fileName("x".repeat(5000), "y".repeat(5000), at(0), "json").length < 200);
});

test("all that was told of an incident is found from any of its moments, over all pages, oldest first", async () => {
  for (const moment of [at(20), at(22), at(30), at(50)]) {
    const told = await toldOf("a", moment, agentWith(TOLD));
    assert.deepEqual(
      told.map(({ at: when }) => when),
      [at(20), at(22), at(30)],
      moment,
    );
  }
  assert.deepEqual(await toldOf("gone", at(20), agentWith(TOLD)), []);
  assert.deepEqual(await toldOf("a", "yesterday", agentWith(TOLD)), []);
});

test("a saved incident holds its verdicts, its series and its lives", async () => {
  const asked: string[] = [];
  const saved = await savedOf(incidentOf(withTold(NONE, TOLD), "a"), NOW, agentWith(TOLD, asked));
  assert.deepEqual(
    [saved.host, saved.id, saved.from, saved.to, saved.missing],
    ["web-12", "a", at(5), at(40), []],
  );
  assert.equal(saved.verdicts.length, 3);
  assert.deepEqual([saved.series, saved.lives], [{ series: [] }, { lives: [] }]);
  assert.ok(
    asked.some((path) => path.startsWith("/api/v1/services/gunicorn.service/series?from=2026-11-12T03%3A05")),
  );
});

test("what cannot be had is said, and the rest is saved", async () => {
  const full = agentWith(TOLD);
  const asks: Asks = (path) =>
    path.includes("/series") ? Promise.reject(new Error("No service has this id.")) : full(path);
  const saved = await savedOf(incidentOf(withTold(NONE, TOLD), "a"), NOW, asks);
  assert.deepEqual([saved.series, saved.missing], [null, ["series: No service has this id."]]);
  assert.equal(saved.verdicts.length, 3);
  const nobodys = withTold(NONE, [verdict({ at: at(20), service: null, serviceId: null })]);
  const other = await savedOf(incidentOf(nobodys, "a"), NOW, full);
  assert.deepEqual(other.missing, ["series and lives: nobody can tell whose it is"]);
});
