import assert from "node:assert/strict";
import { test } from "node:test";
import { checksOf } from "./readiness.ts";

const WELL = { silentSeconds: 1, kept: { waiting: 0, leftAlone: false }, channels: [] };

test("readiness: the history is well where all ticks are on disk, and only there", () => {
  const historyOf = (kept: Partial<typeof WELL.kept>) =>
    checksOf({ ...WELL, kept: { ...WELL.kept, ...kept } }).find(({ name }) => name === "history");
  assert.deepEqual(historyOf({}), { name: "history", ok: true, says: "the history is written", mend: "" });
  assert.match(historyOf({ waiting: 3 })?.says ?? "", /^3 ticks wait/);
  // Then none waits: all are given up at once.
  const newer = historyOf({ leftAlone: true });
  assert.equal(newer?.ok, false);
  assert.match(newer?.mend ?? "", /^Update descry/);
});

test("readiness: an agent that reads nothing is not ready", () => {
  const kernelOk = (silentSeconds: number | null) => checksOf({ ...WELL, silentSeconds })[0]?.ok;
  assert.deepEqual([null, 1, 30, 31].map(kernelOk), [false, true, true, false]);
});
