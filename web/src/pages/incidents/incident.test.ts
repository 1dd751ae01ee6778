import assert from "node:assert/strict";
import { test } from "node:test";
import { courseOf, type Incidents, isKnown, newestFirst, stateOf, withTold } from "./incident.ts";
import { at, forecast, incidentOf, NONE, verdict } from "./told.example.ts";

test("what was told with one id is one incident, in whatever order it is read", () => {
  const suspected = verdict({ at: at(2), standing: "suspect", since: at(1) });
  const confirmed = verdict({ at: at(4), standing: "confirmed", since: at(1) });
  const cleared = verdict({ at: at(9), standing: "cleared", reason: "they were closed: 40 of 41" });
  const forwards = withTold(NONE, [suspected, confirmed, cleared]);
  const inPages = withTold(withTold(NONE, [cleared]), [confirmed, suspected]);
  assert.deepEqual(forwards, inPages);
  const incident = incidentOf(forwards, "a");
  assert.equal(incident.began, at(1));
  assert.deepEqual(courseOf(incident), {
    ...{ firstTold: at(2), lastTold: at(9), suspectedAt: at(2), confirmedAt: at(4), clearedAt: at(9) },
    ...{ worst: "confirmed", worstPerMinute: 60, leastRunwaySeconds: null },
  });
});

test("an event that is read twice counts once; one of the same time with another standing is another", () => {
  const one = verdict({ at: at(2), standing: "suspect" });
  const known = withTold(NONE, [one, one]);
  assert.equal(incidentOf(known, "a").moments.length, 1);
  assert.equal(isKnown(known, one), true);
  const other = verdict({ at: at(2), standing: "confirmed" });
  assert.equal(isKnown(known, other), false);
  assert.equal(incidentOf(withTold(known, [other]), "a").moments.length, 2);
});

test("what was known before stays as it was", () => {
  const known = withTold(NONE, [verdict({ at: at(2) })]);
  withTold(known, [verdict({ at: at(3) }), verdict({ id: "b", at: at(3) })]);
  assert.equal(known.size, 1);
  assert.equal(incidentOf(known, "a").moments.length, 1);
});

test("the worst rate and the least time left are taken over all that was told; unknown stays unknown", () => {
  const runway = (minutes: number) => ({
    ...{ resource: "nofile" as const, headroom: 10 },
    exhaustedAt: { p05: null, p50: at(minutes), p95: null },
  });
  const told = withTold(NONE, [
    verdict({ at: at(2), netPerMinute: 125, runway: runway(30) }),
    verdict({ at: at(3), netPerMinute: 6, runway: runway(12) }),
    verdict({ at: at(5), netPerMinute: null, runway: null, standing: "cleared" }),
    verdict({ id: "b", at: at(5), netPerMinute: null }),
    verdict({ id: "full", at: at(5), runway: runway(4) }),
  ]);
  const course = courseOf(incidentOf(told, "a"));
  assert.deepEqual([course.worstPerMinute, course.leastRunwaySeconds], [125, 9 * 60]);
  const unknown = courseOf(incidentOf(told, "b"));
  assert.deepEqual([unknown.worstPerMinute, unknown.leastRunwaySeconds], [null, null]);
  assert.equal(
    courseOf(incidentOf(told, "full")).leastRunwaySeconds,
    0,
    "a time that has passed is none left",
  );
});

test("a restart does not end an incident, and its reason is kept", () => {
  const told = withTold(NONE, [
    verdict({ at: at(2), standing: "confirmed" }),
    verdict({ at: at(5), standing: "confirmed", reason: "restarted, not fixed" }),
  ]);
  const incident = incidentOf(told, "a");
  assert.equal(incident.moments[1]?.reason, "restarted, not fixed");
  assert.equal(courseOf(incident).clearedAt, null);
});

test("it stands, is over, or nobody saw its end", () => {
  const told = withTold(NONE, [
    verdict({ at: at(2), standing: "confirmed" }),
    verdict({ id: "b", at: at(2), standing: "cleared" }),
  ]);
  const [a, b] = [incidentOf(told, "a"), incidentOf(told, "b")];
  assert.equal(stateOf(a, new Set(["a"])), "stands");
  assert.equal(stateOf(a, new Set()), "unknown");
  assert.equal(stateOf(a, null), "stands", "nothing is known of what stands: as it was told last");
  assert.equal(stateOf(b, new Set(["b"])), "over");
});

test("what was told last comes first, and older pages only add at the end", () => {
  const order = (incidents: Incidents) => newestFirst(incidents).map(({ id }) => id);
  const newest = withTold(NONE, [verdict({ id: "c", at: at(9) }), verdict({ id: "a", at: at(7) })]);
  assert.deepEqual(order(newest), ["c", "a"]);
  const withOlder = withTold(newest, [verdict({ id: "b", at: at(6) }), verdict({ id: "c", at: at(1) })]);
  assert.deepEqual(order(withOlder), ["c", "a", "b"]);
});

test("a forecast is an incident without a subject", () => {
  const incident = incidentOf(withTold(NONE, [forecast({ id: "f", at: at(3) })]), "f");
  assert.deepEqual([incident.rule, incident.subject, incident.began], ["forecast", null, null]);
});
