import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { portsLeft } from "./ports.ts";

const REUSABLE = {
  ...{ most: 28_232, used: 14_200, live: 14_200, timeWait: 0 },
  ...{ reusable: true, timeWaitMost: 4096, ages: [] },
};

describe("ports left where TIME_WAIT holds none", () => {
  it("last until live connections have taken them", () => {
    const growth = { count: 600, seconds: 600, dispersion: 1 };
    const { p05, p50, p95 } = portsLeft(REUSABLE, { closings: null, live: growth });
    assert.ok(p05 < 14_032 && 14_032 < p95 && Math.abs(p50 / 14_032 - 1) < 0.02, `${p05} ${p50} ${p95}`);
  });

  it("last for ever where none grow, or so slowly that no date can be given", () => {
    const growth = { count: 5, seconds: 100_000, dispersion: 1 };
    assert.equal(portsLeft(REUSABLE, { closings: null, live: growth }).p50, Infinity);
    assert.equal(portsLeft(REUSABLE, { closings: null, live: null }).p50, Infinity);
  });
});
