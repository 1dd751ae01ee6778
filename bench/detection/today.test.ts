import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mannKendall, SCRAPE_SECONDS, TodaysMethods } from "./today.ts";

/** All three on a series of counts with a limit of 1000. */
function raised(openAt: (second: number) => number, seconds: number): TodaysMethods["raisedAt"] {
  const methods = new TodaysMethods();
  for (let second = 0; second <= seconds; second += SCRAPE_SECONDS) {
    const open = openAt(second);
    methods.scrape(second, { worst: open, limit: 1000, sum: open });
  }
  return methods.raisedAt;
}

describe("what people have today", () => {
  it("the threshold is raised above 80 %, once, and again after a fall", () => {
    const { threshold } = raised((second) => (second < 600 ? 800 : second % 1200 < 600 ? 801 : 500), 3000);
    assert.deepEqual(threshold, [1200, 2400]);
  });

  it("predict_linear looks four hours ahead and waits ten minutes", () => {
    // 5 a minute reach 1000 within 200 minutes, 3 a minute only after 333.
    assert.deepEqual(raised((second) => second / 12, 3600).predict_linear, [660]);
    assert.deepEqual(raised((second) => second / 20, 3600).predict_linear, []);
  });

  it("predict_linear forgets what is older than an hour", () => {
    const { predict_linear } = raised((second) => (second < 7200 ? second / 12 : 600), 14_400);
    assert.equal(predict_linear.length, 1);
    assert.deepEqual(raised((second) => Math.max(0, 900 - second), 7200).predict_linear, []);
  });

  it("Mann and Kendall see a rise, and none in a line or a fall", () => {
    const thirty = Array.from({ length: 30 }, (_, at) => at);
    // S = n (n - 1) / 2 = 435, variance 30 * 29 * 65 / 18.
    assert.ok(Math.abs((mannKendall(thirty) ?? 0) - 434 / Math.sqrt((30 * 29 * 65) / 18)) < 1e-9);
    assert.ok((mannKendall(thirty.toReversed()) ?? 0) < -7);
    assert.equal(mannKendall(thirty.map(() => 5)), 0);
    assert.equal(mannKendall(thirty.slice(1)), null);
    assert.deepEqual(raised((second) => second, 3600).mann_kendall, [1740]);
  });
});
