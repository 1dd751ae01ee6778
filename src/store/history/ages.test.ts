import assert from "node:assert/strict";
import { test } from "node:test";
import { AT, HOUR, MINUTE, Stage } from "./history-stage.ts";
import type { SampleService } from "./sample-ticks.ts";

/** Of each label, in the order of the ladder. */
function agesOf(stage: Stage, service: string, step = 1000): Record<string, readonly (number | null)[]> {
  const found = stage.reader.ranges({ service, measures: ["ages"], from: AT, to: stage.now, step });
  return Object.fromEntries(found.map(({ series: { label }, values }) => [label, values]));
}

async function play(stage: Stage, ...ticks: readonly SampleService[]): Promise<void> {
  for (const service of ticks) {
    await stage.tick({ services: [service] });
    stage.now += 1000;
  }
}

test("ages: a rung is kept from the first time on that anything stands on it, 0 once it is left", async () => {
  await using stage = new Stage();
  const web = { service: "web", open: 5 };
  await play(
    stage,
    { ...web, ages: { 0: 3 }, openedBeforeWatch: 2 },
    { ...web, ages: { 0: 1, 20: 2, 10240: 1 }, openedBeforeWatch: 1 },
    { ...web, ages: { 20: 1 }, openedBeforeWatch: 0 },
    { ...web, ages: {} },
  );
  assert.deepEqual(agesOf(stage, "web"), {
    "0": [3, 1, 0, 0],
    "20": [null, 2, 1, 0],
    "10240": [null, 1, 0, 0],
    unknown: [2, 1, 0, 0],
  });
});

test("ages: of a service that opened nothing since the watch began nothing is kept", async () => {
  await using stage = new Stage();
  const quiet = { service: "quiet", open: 5, kinds: { file: 5 } } as const;
  await play(stage, quiet, { ...quiet, ages: {}, openedBeforeWatch: 5 });
  assert.deepEqual(agesOf(stage, "quiet"), {});
  await play(stage, { ...quiet, ages: { 0: 1 }, openedBeforeWatch: 4 }, quiet);
  assert.deepEqual(agesOf(stage, "quiet"), { "0": [null, null, 1, 0], unknown: [null, null, 4, 0] });
});

test("ages: a service that was quiet for a block is told as before", async () => {
  await using stage = new Stage();
  await play(stage, { service: "web", open: 1, ages: { 0: 1 } });
  stage.now = AT + 10 * MINUTE;
  await play(stage, { service: "web", open: 3, ages: {}, openedBeforeWatch: 3 });
  const { unknown, ...rungs } = agesOf(stage, "web", MINUTE);
  assert.deepEqual([unknown?.[0], unknown?.[10]], [0, 3]);
  assert.deepEqual([rungs["0"]?.[0], rungs["0"]?.[10]], [1, null]);
});

test("ages: while nothing may be listed, or nobody watches, they are not known", async () => {
  await using stage = new Stage();
  const web = { service: "web", open: 1, ages: { 40: 1 } };
  await play(stage, web, { ...web, readable: false }, web);
  stage.now += 2000;
  await play(stage, web);
  assert.deepEqual(agesOf(stage, "web")["40"], [1, null, 1, null, null, 1]);
});

test("ages: they go through the blocks, and minutes and hours hold them too", async () => {
  await using stage = new Stage();
  for (let tick = 0; tick < 3 * 60; tick++) {
    await stage.tick({ services: [{ service: "web", open: tick, ages: { 0: 20, 20: tick } }] });
    stage.now += MINUTE;
  }
  const minutes = agesOf(stage, "web", MINUTE);
  assert.deepEqual(
    minutes["20"],
    Array.from({ length: 180 }, (_, tick) => tick),
  );
  assert.deepEqual(agesOf(stage, "web", HOUR)["20"], [59, 119, 179]);
});
