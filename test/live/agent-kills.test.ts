// The agent killed at some moments; npm run bench:agent does it a hundred times under load (bench/agent/kills.ts).
import assert from "node:assert/strict";
import { test } from "node:test";
import { KilledLives } from "../../bench/agent/lives.ts";
import { makeScratch } from "../../lab/scratch.ts";

/** Early, when something was acknowledged, and at chance. */
const MOMENTS = [
  { after: "start", milliseconds: 400 },
  { after: "acknowledged", milliseconds: 0 },
  { after: "serving", milliseconds: Math.random() * 2500 },
] as const;

test("killed again and again, an agent keeps what it has shown as kept, and tells nothing as new twice", async (context) => {
  const scratch = await makeScratch("kills");
  context.after(() => scratch.remove());
  const lives = await KilledLives.start(scratch);
  context.after(() => lives.stop());
  await lives.startFull();
  for (const moment of MOMENTS) await lives.live(moment);
  await lives.settle();
  const { kills, ticks, events, acknowledged, notifications, ...wrong } = lives.findings;
  assert.equal(kills, MOMENTS.length);
  assert.ok(
    ticks > 0 && events > 0 && acknowledged > 0 && notifications >= 2,
    JSON.stringify(lives.findings),
  );
  const { lostTicks, lostEvents, unsound, cameAgain, toldAgain } = wrong;
  assert.deepEqual([lostTicks, lostEvents, unsound, cameAgain, toldAgain], [0, 0, [], 0, 0]);
});
