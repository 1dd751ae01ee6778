import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeriesAnswer } from "../../../../src/server/api.ts";
import { AT, inSeconds, NOW } from "./example.ts";
import { costOf, type Host, tilesOf } from "./tiles.ts";

const HOST: Host = {
  ...{
    host: "web-12",
    at: AT,
    watchedSeconds: 600,
    openFiles: 1724,
    fileMax: 86_200,
    timeWait: 812,
    timeWaitBy: [],
  },
  ports: [],
  coverage: {
    ...{ processes: 312, listed: 312, denied: 0, watchedSeconds: 600 },
    ...{ tcpOpened: 4210, tcpSeen: 4198, tcpUnattributed: 0 },
  },
  leftOut: { timeWaitBy: 0, ports: 0 },
};
const tile = (label: string, traits: Partial<Host> = {}) =>
  tilesOf({ ...HOST, ...traits }, null, NOW).find((one) => one.label === label);

test("the host's figures are those of the API, with what they are of", () => {
  assert.deepEqual(
    tilesOf(HOST, { cpuShare: 0.004, residentBytes: 96e6 }, NOW).map(({ figure, more }) => [figure, more]),
    [
      ["1,724", "of 86,200 (2 %)"],
      ["under 1 %", "to any one destination"],
      ["812", "ports, not files"],
      ["312", "all readable; 4,198 of 4,210 connections seen"],
      ["0.4 %", "CPU, 96 MB of memory"],
    ],
  );
});

test("what is not known is a question mark and hatched, never 0", () => {
  for (const [label, traits] of [
    ["Open files", { openFiles: null }],
    ["TIME_WAIT", { timeWait: null }],
    ["descry itself", {}],
  ] as const)
    assert.deepEqual([tile(label, traits)?.figure, tile(label, traits)?.tone], ["?", "unknown"]);
  assert.equal(tile("Open files", { fileMax: Number.MAX_SAFE_INTEGER + 2 })?.more, "of the host, no limit");
});

test("little is not told as nothing", () => {
  assert.equal(
    tile("Open files", { openFiles: 788, fileMax: 2_466_177 })?.more,
    "of 2,466,177 (under 0.1 %)",
  );
});

test("processes that may not be read are said", () => {
  const { more, tone } =
    tile("Processes", { coverage: { ...HOST.coverage, denied: 198, tcpOpened: null } }) ?? {};
  assert.deepEqual([more, tone], ["198 not permitted", "unknown"]);
});

test("the fullest ports are told with the time left, in red when it is short", () => {
  const fullest = {
    ...{
      source: "10.0.0.1",
      peer: "127.0.0.1:3306",
      product: "MySQL",
      used: 2823,
      range: 28_232,
      live: 2000,
    },
    ...{ timeWait: 823, reusable: true, service: null },
    runway: { resource: "ports" as const, headroom: 25_409, exhaustedAt: null },
  };
  assert.deepEqual(tile("Fullest ports", { ports: [fullest] }), {
    ...{
      label: "Fullest ports",
      figure: "10 %",
      more: "2,823 of 28,232 to MySQL 127.0.0.1:3306",
      tone: "calm",
    },
  });
  const runway = { ...fullest.runway, exhaustedAt: { p05: null, p50: inSeconds(600), p95: null } };
  const short = tile("Fullest ports", { ports: [{ ...fullest, runway }] });
  assert.deepEqual([short?.more.endsWith(", 10 min left"), short?.tone], [true, "leak"]);
});

function series(cpu: (number | null)[], resident: (number | null)[] = []): SeriesAnswer {
  const one = (measure: string, values: (number | null)[]) => ({
    measure,
    label: null,
    values,
    least: values,
    most: values,
  });
  return {
    ...{ host: "web-12", id: null, service: null, from: AT, to: AT, stepSeconds: 30, leftOut: 0 },
    series: [one("cpu-seconds", cpu), one("resident-bytes", resident)],
  };
}

test("processor time is a rate between whole buckets", () => {
  assert.deepEqual(costOf(series([1, 2, 3, 3.2], [null, 96e6, null])), {
    cpuShare: 1 / 30,
    residentBytes: 96e6,
  });
  assert.equal(costOf(series([null, 5, 8, null])).cpuShare, null, "one whole bucket is no rate");
});

test("a gap and a new start of the agent end what the rate is taken over", () => {
  assert.equal(costOf(series([1, null, 4, 7, 9])).cpuShare, 3 / 30);
  assert.equal(costOf(series([100, 1, 4, 9])).cpuShare, 3 / 30);
  assert.deepEqual(costOf(series([])), { cpuShare: null, residentBytes: null });
});
