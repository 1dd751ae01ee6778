import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MkleakReport } from "../../lab/mkleak/start.ts";
import { until } from "../../lab/wait.ts";
import { withMkleak } from "./lab-mkleak.ts";

/** How each behaves, seen in its counts within seconds: with these options, this must come. */
const SEEN: readonly (readonly [
  kind: string,
  options: string,
  what: string,
  (now: MkleakReport) => boolean,
])[] = [
  ["pool", "--over 1s --count 10", "it is full and stays so", (now) => now.t > 2 && now.kept === 10],
  ["overflow", "", "the first openings", (now) => now.opens > 2],
  [
    "recycling-pool",
    "--lifetime 1s --rate 3000",
    "all replaced",
    ({ kept, closed }) => kept === 20 && closed > 20,
  ],
  [
    "storm",
    "--period 1s --count 10 --rate 1200",
    "two storms",
    ({ kept, closed }) => kept === 10 && closed >= 20,
  ],
  ["ramp", "--rate 600 --lifetime 1s", "closings", ({ closed }) => closed > 10],
  ["step", "--rate 600 --lifetime 1s --after 1s", "closings", ({ closed }) => closed > 10],
  ["burst", "--count 100 --over 1s", "all of them", ({ opens, closed }) => opens === 100 && closed === 0],
  ["churn", "", "closings", ({ closed }) => closed > 10],
  ["short", "--rate 120000", "a thousand a second", ({ perSecond }) => (perSecond ?? 0) > 1000],
  ["collector", "--rate 1200 --period 1s", "two collections", ({ closed }) => closed > 60],
  ["collector", "--rate 1200 --period 1s --manner files", "two collections", ({ closed }) => closed > 30],
  ["queue-worker", "--count 10 --period 1s", "two batches", ({ kept, closed }) => closed >= 40 && kept <= 20],
  ["keep-alive", "", "connections anew", ({ closed }) => closed > 2],
  [
    "idle-clients",
    "--count 100 --over 1s",
    "all of them",
    ({ kept, closed }) => kept === 100 && closed === 0,
  ],
  [
    "watchers",
    "--count 50 --over 1s --lifetime 1s",
    "leavers",
    ({ kept, closed }) => closed > 20 && kept > 20,
  ],
  [
    "subscribers",
    "--rate 1200 --lifetime 2s --period 1s",
    "leavers",
    ({ kept, closed }) => closed > 5 && kept > 5,
  ],
  ["log-rotate", "--period 1s", "a rotation", ({ kept, closed }) => closed >= 1 && kept === 4],
  [
    "segments",
    "--rate 600 --count 10 --period 1s",
    "retention",
    ({ kept, closed }) => closed > 5 && kept >= 10,
  ],
  [
    "segments",
    "--manner growing --rate 600 --lifetime 1s --period 1s",
    "retention",
    ({ closed }) => closed > 5,
  ],
  [
    "segments",
    "--manner merging --rate 3000",
    "mergers of mergers",
    ({ opens, kept }) => opens > 111 && kept < 30,
  ],
  ["fork", "--count 10", "its files", ({ kept }) => kept === 10],
  [
    "recycled-workers",
    "--count 20 --rate 6000",
    "workers replaced",
    ({ kept, closed }) => closed > 8 && kept <= 40,
  ],
];

describe("mkleak's look-alikes", { concurrency: 6 }, () => {
  for (const [kind, options, what, seen] of SEEN)
    test(`${kind} ${options}: ${what}`, () =>
      withMkleak(kind, { more: options.split(" ").filter((word) => word !== "") }, async (mkleak) => {
        await until(what, async () => seen(await mkleak.report()));
      }));

  test("sawtooth gives everything back at each period", () =>
    withMkleak("sawtooth", { rate: 1200, more: ["--period", "1s"] }, async (mkleak) => {
      const { closed } = await until("two falls", async () => {
        const report = await mkleak.report();
        return report.closed > 20 && report;
      });
      assert.ok(closed % 20 <= 1 || closed % 20 >= 19, `${closed} closed by falls of about 20`);
    }));
});
