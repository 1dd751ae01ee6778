import assert from "node:assert/strict";
import { test } from "node:test";
import type { VerdictEvent } from "../../model/events.ts";
import { RESTARTED } from "../../model/reasons.ts";
import type { HistoryPort } from "../../server/ports.ts";
import { run as inspect } from "../commands/inspect.ts";
import { play } from "../example/attached.ts";
import * as example from "../example/host.ts";
import { startExampleAgent } from "../example/running-agent.ts";

/** A history in which gunicorn ran full, was restarted, and leaked again. */
function historyOf(): HistoryPort {
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const told = (minutes: number, traits: Partial<VerdictEvent>) =>
    example.verdictOf({ at: ago(minutes), since: ago(minutes), ...traits });
  const events = [
    told(400, { netPerMinute: 118 }),
    told(300, { rule: "at-limit", fingerprint: "f0" }),
    told(290, { reason: RESTARTED, netPerMinute: null }),
    told(200, { netPerMinute: 121, open: 1980 }),
    told(180, { reason: RESTARTED, netPerMinute: null }),
  ];
  return {
    services: () => [],
    ranges: () => [],
    events: ({ service, before }) =>
      events
        .map((event, number) => ({ number, event }))
        .filter(({ number, event }) => event.service === service && (before === null || number < before))
        .toReversed(),
  };
}

test("inspect: how the service leaked before, its rate and its end", async (t) => {
  const { environment, desk } = await startExampleAgent(t);
  desk.kept = historyOf();
  const { out } = await play(inspect, environment);
  const at = out.findIndex((line) => line.startsWith("BEFORE "));
  assert.match(out[at] ?? "", /^BEFORE .*, 1h 50m +\+121 a minute +restarted, told last at 1,980 of 4,096$/);
  assert.match(out[at + 1] ?? "", /^ +.*, 1h 50m +\+118 a minute +full at .*\d\d:\d\d, restarted$/);
  assert.ok(out.length <= 25, `${out.length} lines`);
  assert.ok(
    out.some((line) => line.startsWith("NOW")),
    "what to do stays",
  );
  const healthy = await play(inspect, environment, {}, "nginx");
  assert.ok(!healthy.out.some((line) => line.startsWith("BEFORE")));
  desk.kept = null;
  const without = await play(inspect, environment);
  assert.deepEqual([without.code, without.err], [0, []]);
});
