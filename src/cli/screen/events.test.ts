import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescryEvent } from "../../model/events.ts";
import * as example from "../example/host.ts";
import { eventLine, eventPrinter } from "./event-lines.ts";
import { inspectLines } from "./inspect.ts";
import { topLines } from "./top.ts";

const line = (event: DescryEvent) => eventLine(event, example.lookOf(120));

test("a verdict is one sentence with its time, its mark and its word", () => {
  assert.equal(
    line(example.verdictOf()),
    "03:04:51 x LEAK     gunicorn.service (pid 812) leaks connections to MySQL 127.0.0.1:3306: 2,731 kept; " +
      "+125 a minute (131 opened, 6.1 closed); 2,914 of 4,096 open; 9 min (8-11) left; other end: mariadbd",
  );
  assert.match(
    line(example.verdictOf({ standing: "suspect" })),
    /^03:04:51 \? SUSPECT {2}gunicorn\.service \(pid 812\) may leak /,
  );
  assert.equal(
    line(example.verdictOf({ standing: "cleared", reason: "they were closed: 300 of 310" })),
    "03:04:51 - CLEARED  gunicorn.service (pid 812) is no longer said to leak connections to MySQL 127.0.0.1:3306: they were closed: 300 of 310",
  );
  assert.match(line(example.verdictOf({ reason: "restarted, not fixed" })), /; restarted, not fixed$/);
  assert.match(
    line(example.verdictOf({ reason: "restarted, not fixed", subjectOpen: 0, netPerMinute: 0 })),
    /MySQL 127\.0\.0\.1:3306: restarted, not fixed: none held now$/,
  );
  const falling = line(example.verdictOf({ reason: "restarted, not fixed", netPerMinute: -181 }));
  assert.match(falling, /: 2,731 kept; 2,914 of 4,096 open; other end: mariadbd; restarted, not fixed$/);
});

test("a line says what it is a part of", () => {
  const print = eventPrinter(() => example.lookOf(120));
  const leak = example.verdictOf({ id: "leak", story: "leak", pool: example.POOL });
  const bypass = example.verdictOf({
    id: "bypass",
    rule: "pool-bypass",
    pool: example.POOL,
    story: "bypass",
  });
  assert.doesNotMatch(print(bypass).join(), /same cause/);
  assert.match(
    print(leak).join(),
    /x LEAK .*leaks connections to MySQL 127\.0\.0\.1:3306 past its pool of 20: /,
  );
  assert.equal(
    print({ ...bypass, story: leak.id })
      .join()
      .slice("03:04:51 ".length),
    "x BYPASS   gunicorn.service (pid 812) opens connections to MySQL 127.0.0.1:3306 past its pool: " +
      "same cause as the leak of connections to MySQL 127.0.0.1:3306",
  );
  assert.match(
    print(example.forecastOf({ id: "forecast", story: leak.id })).join(),
    /left; by the leak of connections to MySQL 127\.0\.0\.1:3306$/,
  );
  print({ ...leak, standing: "cleared" });
  assert.match(print(example.forecastOf({ id: "another", story: leak.id })).join(), / left$/);
});

test("what is not known is left out of a sentence", () => {
  const bare = example.verdictOf({
    bornPerMinute: null,
    netPerMinute: null,
    runway: null,
    limit: null,
    alsoAffected: [],
  });
  assert.equal(
    line(bare),
    "03:04:51 x LEAK     gunicorn.service (pid 812) leaks connections to MySQL 127.0.0.1:3306: 2,731 kept; 2,914 open",
  );
});

test("each rule names the state that gives it away", () => {
  const of = (traits: Parameters<typeof example.verdictOf>[0]) => line(example.verdictOf(traits));
  assert.match(of({ rule: "close-wait" }), /that the other side has closed \(CLOSE_WAIT\):/);
  assert.match(of({ rule: "stalled-connect" }), /that nobody answers \(SYN_SENT\):/);
  assert.match(
    of({ rule: "ghost-socket", subject: example.subjectOf({ kind: "socket-other" }) }),
    /in no table \(lsof: can't identify protocol\)/,
  );
  const inbound = example.subjectOf({ direction: "inbound", peer: "[::]:8000" });
  assert.match(of({ rule: "accepted-pileup", subject: inbound }), /leaks connections accepted on :8000:/);
  const several = example.subjectOf({ direction: "outbound", peer: "*:443" });
  assert.match(of({ subject: several }), /leaks connections to several hosts, port 443:/);
  const files = example.subjectOf({ kind: "deleted-file", path: "/var/tmp" });
  assert.match(of({ rule: "descriptor-leak", subject: files }), /leaks deleted files in \/var\/tmp:/);
  const full = of({ rule: "at-limit", open: 4096 });
  assert.match(
    full,
    /^03:04:51 x FULL {5}gunicorn.service \(pid 812\) is at its limit of open files and cannot open more: 4,096 of 4,096 open, 2,731 of them/,
  );
  assert.doesNotMatch(full, / left/);
});

test("ports that run out are no leak", () => {
  const ports = example.verdictOf({
    rule: "port-exhaustion",
    evidence: [],
    actions: [],
    subject: example.subjectOf({ peer: "10.0.0.9:3306", state: "TIME_WAIT" }),
    runway: { resource: "ports", headroom: 0, exhaustedAt: null },
    reason: "no local port is left",
  });
  assert.match(
    line(ports),
    /^03:04:51 x PORTS {4}gunicorn.service \(pid 812\) uses up the local ports to 10.0.0.9:3306: connects there fail now;/,
  );
  assert.match(line(ports), /; no local port is left$/);
  const nobody = { ...ports, service: null, process: null, open: null, limit: null };
  assert.match(
    line(nobody),
    /^03:04:51 x PORTS {4}an unknown service uses up the local ports to 10.0.0.9:3306: /,
  );
  assert.match(
    line({ ...nobody, standing: "cleared" }),
    /an unknown service no longer uses up the local ports/,
  );
  const service = { ...example.gunicorn(), verdicts: [ports] };
  const host = example.exampleHost({ services: [service] });
  const shown = [
    inspectLines(service, host, example.lookOf(120)),
    topLines(host, null, example.lookOf(120)),
  ].flat();
  assert.ok(shown.some((text) => text.startsWith("PORTS RUN OUT")));
  assert.ok(shown.some((text) => text.includes("ports run out")));
  assert.deepEqual(
    shown.filter((text) => /leak/i.test(text) && !text.startsWith("HOW LONG UNUSED")),
    [],
  );
});

test("forecasts, gaps and the summary", () => {
  assert.equal(
    line(example.forecastOf()),
    "03:04:51 x FORECAST gunicorn.service (pid 812) will run out of open files about 03:14 (03:12-03:15): " +
      "2,914 of 4,096 open; +125 a minute; 9 min (8-11) left",
  );
  assert.match(
    line(example.forecastOf({ standing: "cleared" })),
    /- CLEARED .* will not run out of open files: it no longer grows/,
  );
  assert.equal(
    line(example.gapOf()),
    "03:04:51 - UNSEEN   descriptors of 198 processes: not permitted; run descry as root",
  );
  assert.equal(
    line(example.summaryEventOf()),
    "03:04:51 - END      nothing leaks; watched 312 processes for 2m 00s",
  );
  assert.match(
    line(example.summaryEventOf({ verdicts: 3, stories: 1, forecasts: 2 })),
    /1 finding stands, 2 forecasts; watched/,
  );
});

test("a new day is said before its first line", () => {
  const print = eventPrinter(() => example.lookOf(120));
  assert.equal(print(example.gapOf()).length, 1);
  const tomorrow = print(example.gapOf({ at: example.later(86_400) }));
  assert.equal(tomorrow[0], "-- 13 Nov 2026 --");
  assert.equal(tomorrow.length, 2);
});
