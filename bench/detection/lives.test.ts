import assert from "node:assert/strict";
import { test } from "node:test";
import { earlierLives } from "../../src/server/lives.ts";
import { runProcesses } from "./many-processes.ts";
import { DATABASE } from "./workers.ts";

/** Seconds at which the program is ended; two seconds later it is started again. */
const ENDS: ReadonlySet<number> = new Set([400, 1100, 1500]);
const LIMIT = 1200;

test("a leak that each restart mends for a while: its lives by what the analysis tells of it", () => {
  const { told } = runProcesses((host) => {
    if (host.second === 0 || ENDS.has(host.second - 2)) host.start({ command: "/usr/bin/app", limit: LIMIT });
    const [app] = host.workers;
    if (app === undefined) return;
    if (ENDS.has(host.second)) return host.end(app);
    // 120 a minute fill the table of the second life before its end.
    if (app.open < LIMIT) for (let opened = 0; opened < 2; opened++) app.connect(DATABASE);
  }, 1800);
  const events = told.map(({ event }) => event);
  const lives = earlierLives(events, true).toReversed();
  assert.deepEqual(
    lives.map(({ end, exhaustedAt }) => [end, exhaustedAt !== null]),
    [
      ["restarted", false],
      ["restarted", true],
      ["restarted", false],
    ],
  );
  for (const { perMinute } of lives)
    assert.ok(perMinute !== null && Math.abs(perMinute - 120) < 15, `${perMinute}`);
  const lasted = lives.map(({ from, to }) => Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  assert.deepEqual(lasted.slice(1), [700, 400]);
  assert.ok(lasted[0] !== undefined && lasted[0] > 360 && lasted[0] <= 403, `${lasted[0]}`);
});
