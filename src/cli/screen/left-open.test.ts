import assert from "node:assert/strict";
import { test } from "node:test";
import * as example from "../example/host.ts";
import { orders, pastOf } from "../example/orders.ts";
import { firstLookFigures, firstLookLines } from "./first-look.ts";
import { inspectLines } from "./inspect.ts";
import { readOfThePast } from "./left-open.ts";
import type { PastGrowth } from "../../model/events.ts";
import { leftOpenWords, pastBar, pastPace, type Presence } from "./past.ts";
import { sentence } from "./sentence.ts";
import { widthOf } from "./text.ts";

const ZONE = "Europe/Berlin";
const UNKNOWN = { full: false, netPerMinute: null };
const host = () => example.exampleHost({ services: [orders()], timeWait: 1204, watchedSeconds: 0.6 });

test("inspect of a process that is at its limit and silent is the picture of the design", () => {
  const lines = inspectLines(orders(), host(), example.lookOf(120));
  assert.deepEqual(lines.slice(0, 10), [
    "AT THE LIMIT  orders-api.service  java -jar orders.jar  pid 2291  up 6h 12m                                 03:04:51 CET",
    "4,096 of 4,096 open files   opens are failing now   limit: set for this process, soft = hard",
    "",
    "LIKELY LEAK   3,871 connections to MySQL 10.2.0.15:3306, open but unused for 3 min to 5h 58m",
    "  left open   11 Nov 21:06 ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ 03:01   10.9 a minute, steady; none since 03:01 (full)",
    "  also held   20 more of these, used lately · 118 clients of :8080 · 61 files /opt/jars · 26 pipes",
    "  not this    1,204 TIME_WAIT: they hold no open files",
    "",
    "BEFORE A RESTART   it erases the evidence",
    "  sudo descry record --pid 2291 --for 10s -o orders.descry",
  ]);
  assert.match(lines.at(-1) ?? "", /^FIRST LOOK, from the kernel's idle times\. --for 30s /);
  const live = inspectLines(orders(), host(), example.lookOf(80, 24));
  assert.match(live.at(-1) ?? "", /Watching to confirm \.\.\. 1 s$/);
  assert.ok(live.length <= 24 && live.every((line) => widthOf(line) <= 80));
});

test("what is watched growing, or proven, keeps its table", () => {
  const service = orders();
  const [leak, ...others] = service.holdings;
  assert.ok(leak !== undefined);
  const growing = { ...service, holdings: [{ ...leak, rates: example.ratesOf(12, 0) }, ...others] };
  const proven = { ...service, holdings: [{ ...leak, standing: "confirmed" as const }, ...others] };
  const silent = { ...service, holdings: [{ ...leak, rates: example.ratesOf(0, 0) }, ...others] };
  assert.equal(readOfThePast(growing), null);
  assert.equal(readOfThePast(proven), null);
  assert.notEqual(readOfThePast(silent), null);
  const text = inspectLines(growing, host(), example.lookOf(120)).join("\n");
  assert.match(text, /^WHAT .* UNUSED FOR /m);
  assert.match(
    text,
    /^LEFT OPEN 11 Nov 21:06 ▄+ 03:01 {3}3,871, 10\.9 a minute, steady; none since 03:01 \(full\)$/m,
  );
});

test("a burst and a pause look like one", () => {
  const from = example.later(-3600);
  const past = pastOf({
    from,
    to: example.AT,
    watchedFrom: example.AT,
    binSeconds: 600,
    bins: [2, 0, 60, 2, 0, 0],
    left: 64,
    perMinute: 1.6,
  });
  assert.equal(pastBar(past, example.AT, ZONE, 24), "02:04 ▁·█▁·· 03:04");
  assert.equal(
    pastPace(past, example.AT, ZONE, UNKNOWN),
    "1.6 a minute, most of it at once; none since 02:44",
  );
  assert.equal(
    leftOpenWords(example.MYSQL, past, example.AT),
    "64 connections to MySQL 127.0.0.1:3306, open but unused for 20 min to 60 min",
  );
  const nothing = pastOf({ bins: [0, 0], left: 0, perMinute: 0 });
  assert.equal(pastPace(nothing, example.AT, ZONE, UNKNOWN), "0.0 a minute");
});

test("of the time since descry began to look the past says nothing: what is watched does", () => {
  const later = (past: PastGrowth, presence: Presence) => pastPace(past, example.AT, ZONE, presence);
  const leaking = pastOf({ watchedFrom: example.later(-180) });
  assert.equal(
    later(leaking, { full: false, netPerMinute: 250 }),
    "10.9 a minute, steady, until descry began to look; now +250 a minute",
  );
  assert.equal(later(leaking, UNKNOWN), "10.9 a minute, steady, until descry began to look");
  const ends = { from: example.later(-25_000), to: example.later(-3700), watchedFrom: example.later(-600) };
  assert.equal(
    later(pastOf(ends), { full: true, netPerMinute: 0 }),
    "10.9 a minute, steady; none from 02:03 until descry began to look; none now (full)",
  );
});

test("a first look on a pipe names each process at risk, with its past", () => {
  const lines = firstLookLines(host(), example.lookOf(180));
  assert.equal(
    lines[3],
    "x first look: orders-api.service (pid 2291) is at its limit of 4,096 open files and cannot open more; likely leak: " +
      "3,871 connections to MySQL 10.2.0.15:3306, open but unused for 3",
  );
  const figures = firstLookFigures(host()).services[0]?.holdings[0];
  assert.deepEqual([figures?.past?.left, figures?.unusedSeconds?.most], [3871, 21_480]);
});

test("events say that they are partial, what came before the watch, and what comes with each", () => {
  const of = (traits: Parameters<typeof example.verdictOf>[0]) => sentence(example.verdictOf(traits), ZONE);
  assert.match(of({ partial: true }), /; partial: from counts and socket tables alone;/);
  assert.match(
    of({ past: pastOf() }),
    /; 3,871 left open since 11 Nov 21:06, 10\.9 a minute, steady; none since 03:01 \(first look\)/,
  );
  const rising = [
    { kind: "eventfd" as const, netPerMinute: 124.8 },
    { kind: "eventpoll" as const, netPerMinute: 125 },
  ];
  assert.match(
    of({ alsoRising: rising }),
    /127\.0\.0\.1:3306 with an eventfd and an eventpoll each: 2,731 kept/,
  );
  const pipes = [{ kind: "pipe" as const, netPerMinute: 250 }];
  assert.match(of({ alsoRising: pipes }), / with 2 pipes each:/);
  const service = { ...example.gunicorn(), verdicts: [example.verdictOf({ alsoRising: rising })] };
  const text = inspectLines(service, example.exampleHost(), example.lookOf(120)).join("\n");
  assert.match(text, /^WHY {7}each comes with an eventfd and an eventpoll; of 2,566/m);
});

test("a partial verdict is marked in the table and in the head", () => {
  const verdict = example.verdictOf({ standing: "suspect", partial: true });
  const service = { ...example.gunicorn(), verdicts: [verdict], holdings: [] };
  assert.match(
    inspectLines(service, example.exampleHost(), example.lookOf(120))[0] ?? "",
    /^SUSPECT \(partial\) {2}/,
  );
});
