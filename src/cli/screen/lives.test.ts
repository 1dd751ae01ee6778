import assert from "node:assert/strict";
import { test } from "node:test";
import type { EarlierLife } from "../../server/lives.ts";
import { livesLines } from "./lives.ts";
import { plain, type Look } from "./look.ts";

const LOOK: Look = { columns: 100, rows: null, zone: "UTC", paint: plain };
const NOW = "2026-11-12T21:00:00.000Z";

function life(from: string, to: string, more: Partial<EarlierLife> = {}): EarlierLife {
  const nothing = { perMinute: null, open: null, limit: null, subject: null, exhaustedAt: null };
  return { ...nothing, from, to, end: "restarted", ...more };
}

const LIVES = [
  life("2026-11-12T18:20:00.000Z", "2026-11-12T21:05:00.000Z", {
    perMinute: 121,
    exhaustedAt: "2026-11-12T20:50:00.000Z",
  }),
  life("2026-11-11T15:31:00.000Z", "2026-11-11T18:19:00.000Z", { perMinute: 118, open: 2914, limit: 4096 }),
  life("2026-11-10T09:00:00.000Z", "2026-11-10T09:30:00.000Z", { end: "unknown" }),
];

test("how a service leaked before stands in columns, latest first, and unknown is said to be", () => {
  assert.deepEqual(livesLines(LIVES, NOW, LOOK, 3), [
    "BEFORE    18:20, 2h 45m           +121 a minute    full at 20:50, restarted",
    "          11 Nov 15:31, 2h 48m    +118 a minute    restarted, told last at 2,914 of 4,096",
    "          10 Nov 09:00, 30m 00s   pace not known   end not seen",
  ]);
  assert.deepEqual(livesLines([], NOW, LOOK, 3), []);
});

test("what has no room is counted, beside what is shown or alone", () => {
  assert.equal(livesLines(LIVES, NOW, LOOK, 2)[1]?.trim(), "2 times more since 10 Nov 09:00");
  assert.deepEqual(livesLines(LIVES, NOW, LOOK, 1), ["BEFORE    3 times since 10 Nov 09:00"]);
});
