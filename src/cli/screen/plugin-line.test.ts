import assert from "node:assert/strict";
import { test } from "node:test";
import * as example from "../example/host.ts";
import { judge } from "../judgement.ts";
import type { ServiceView } from "../../model/snapshot.ts";
import { healthyText } from "./healthy.ts";
import { inspectLines } from "./inspect.ts";
import { judgedText, measure, measures, pluginLine } from "./plugin-line.ts";

const critical = judge({ verdicts: [example.verdictOf()], forecasts: [] }, Date.parse(example.AT), null);

test("one line: the word, the text, a bar, the measures", () => {
  const host = example.exampleHost({ services: [example.gunicorn()] });
  const line = pluginLine(2, judgedText(critical, "UTC"), measures(host, critical, true, null));
  assert.equal(
    line,
    "DESCRY CRITICAL - gunicorn.service (pid 812) leaks connections to MySQL 127.0.0.1:3306: 2,731 kept; +125 a minute " +
      "(131 opened, 6.1 closed); 2,914 of 4,096 open; 9 min (8-11) left; other end: mariadbd | " +
      "'leaks'=1;;0;0; 'exhausted ports'=0;;0;0; 'bypassed pools'=0;0;;0; 'suspects'=0;0;;0; 'forecasts'=0;;0;0; 'processes'=312;;;0; " +
      "'gunicorn.service open'=2914;;;0;4096 'gunicorn.service kept per minute'=124.9;;;; " +
      "'gunicorn.service time left'=560s;;;0;",
  );
});

test("--critical-within is a bound on the time left", () => {
  const host = example.exampleHost({ services: [example.gunicorn()] });
  const all = measures(host, critical, true, 1800).join(" ");
  assert.match(all, /'leaks'=1;0;;0;/);
  assert.match(all, /'gunicorn.service time left'=560s;;1800:;0;/);
});

test("no name can add a measure, a line or an escape", () => {
  assert.equal(pluginLine(3, "a | 'x'=1\nb\x1b[2J"), "DESCRY UNKNOWN - a  'x'=1\\nb\\x1b[2J");
  assert.equal(measure("it's a=b|c\nd", 5), "'it''s a_bc\\nd'=5;;;;");
  assert.equal(measure("unknown", null, { min: 0 }), "'unknown'=U;;;0;");
});

test("healthy is said with what was watched and how much that means", () => {
  assert.equal(
    healthyText(example.exampleHost(), false),
    "nothing leaks; 312 processes, all readable, 4,198 of 4,210 connections seen, watched 24m 22s",
  );
  const one = example.exampleHost({ services: [example.serviceOf()], watchedSeconds: 5 });
  assert.equal(
    healthyText(one, true),
    "nginx.service (pid 611): nothing found yet; 611 of 65,536 open, 0 a minute, watched 5 s, too short to tell a leak; give --for 2m",
  );
});

test("after a short watch that found nothing inspect says that it was too short", () => {
  const quiet = { ...example.gunicorn(), verdicts: [], forecasts: [] };
  const drawn = (watchedSeconds: number, service: ServiceView, rows?: number): string =>
    inspectLines(service, example.exampleHost({ watchedSeconds }), example.lookOf(120, rows)).join("\n");
  assert.match(
    drawn(40, quiet),
    /^ *WATCHED 40 s: nothing found yet, too short to tell a leak; give --for 2m\.$/m,
  );
  assert.match(drawn(40, quiet, 40), /too short to tell a leak\.$/m, "on a screen it goes on by itself");
  assert.doesNotMatch(drawn(120, quiet), /too short/);
  assert.doesNotMatch(drawn(40, example.gunicorn()), /too short/, "what it has found stands");
});
