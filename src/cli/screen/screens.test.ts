import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import * as example from "../example/host.ts";
import { firstLookFigures, firstLookLines } from "./first-look.ts";
import { inspectLines } from "./inspect.ts";
import { coloured, unpainted } from "./look.ts";
import { widthOf } from "./text.ts";
import { topLines } from "./top.ts";

const OWN = { cpuPercent: 0.4, residentBytes: 96e6 };

const KEYS = { foot: ["q quit"] };

test("top draws the picture of the design", () => {
  const lines = topLines(example.exampleHost(), OWN, example.lookOf(120), KEYS);
  assert.deepEqual(lines.slice(0, 10), [
    "descry  web-12   1 leak  1 suspect   312 processes, all readable   watched 24m 22s                          03:04:51 CET",
    "host files 24,310 (1%)   ports to 127.0.0.1:3306 9%   812 TIME_WAIT (ports, not files)   descry 0.4% CPU 96.0 MB",
    "",
    "  SERVICE                OPEN    LIMIT  OPENED  CLOSED  KEPT/MIN  TIME LEFT       LAST 10 MIN  WHAT IS NOT CLOSED",
    "x gunicorn              2,914    4,096     971     846      +125  9 min (8-11)       ▁▂▃▄▅▆▇█  MySQL 127.0.0.1:3306",
    "? thumbs                  402    1,024       9       3      +6.0  1h 44m             ▁▁▂▂▃▄▆█  deleted files /var/tmp",
    "  nginx                   611   65,536   2,210   2,210         0  -                  ▂▃▂▁▂▃▂▃  follows load",
    "  mariadbd              2,803   20,000     131       6         -  -                  ▁▂▃▄▅▆▇█  other end of gunicorn's …",
    "  celery                   96    1,024     310     310         0  -                  ▁█▁█▁█▁█  cycles, 40 s",
    "  sshd                     21    1,024       ?       ?         ?  ?                         ▁  not looked into yet",
  ]);
  assert.deepEqual(lines.slice(10, 13), [
    "",
    "x gunicorn.service (pid 812) leaks connections to MySQL 127.0.0.1:3306 past its pool of 20 since 02:43.",
    "  Opens start to fail about 03:14 (03:12-03:15).",
  ]);
  assert.equal(lines.at(-1), "q quit");
});

test("a narrow terminal loses columns, never the mark, the service, the pace and the time left", () => {
  const lines = topLines(example.exampleHost(), OWN, example.lookOf(80));
  assert.equal(lines[3], "  SERVICE                OPEN  KEPT/MIN  TIME LEFT       WHAT IS NOT CLOSED");
  assert.equal(lines[4], "x gunicorn              2,914      +125  9 min (8-11)    MySQL 127.0.0.1:3306");
});

test("a low terminal says how many services it does not show and whether they grow", () => {
  const services = example.exampleHost().services;
  const snapshot = example.exampleHost({
    services: [...services.slice(0, 5), ...services.slice(2, 5), example.serviceOf()],
  });
  const lines = topLines(snapshot, OWN, example.lookOf(120, 16), KEYS);
  assert.equal(lines.length, 16);
  assert.ok(lines.some((line) => /^ {2}\.\.\. \d more, (?:none|1) growing$/.test(line)));
  const learning = topLines(example.firstReading(), null, example.lookOf(120, 8));
  assert.ok(
    learning.some((line) => /^ {2}\.\.\. \d more$/.test(line)),
    "no word on growth before there is a rate",
  );
});

test("colour never carries meaning alone", () => {
  const snapshot = example.exampleHost();
  const plainLines = topLines(snapshot, OWN, example.lookOf(120), KEYS);
  const painted = topLines(snapshot, OWN, { ...example.lookOf(120), paint: coloured }, KEYS);
  assert.notDeepEqual(painted, plainLines);
  assert.deepEqual(painted.map(unpainted), plainLines);
});

test("inspect draws the picture of the design in 25 lines", () => {
  const lines = inspectLines(example.gunicorn(), example.exampleHost(), example.lookOf(120));
  const text = lines.join("\n");
  assert.ok(lines.length <= 25, `${lines.length} lines`);
  assert.match(
    lines[0] ?? "",
    /^LEAK {2}gunicorn\.service {2}gunicorn app:app {2}pid 812 \(worst of 5\) {2}up 3h 02m +03:04:51 CET$/,
  );
  assert.equal(
    lines[1],
    "2,914 of 4,096 open files   +125 a minute   9 min left, opens fail about 03:14 (03:12-03:15)   limit: LimitNOFILE",
  );
  assert.match(
    text,
    /^x tcp out MySQL 127\.0\.0\.1:3306 +2,731 +131\.0 +6\.1 +\+124\.9 {3}0 s - 22 min {5}ESTABLISHED, to mariadbd$/m,
  );
  assert.match(text, /^HOW LONG UNUSED {4}a leak fills every rung/m);
  assert.match(text, /^ {2}<20 s {2}42 █ {4}20 s {2}42 █ .* over 160 s {2}2,398 █{16}$/m);
  assert.match(text, /^WHY {7}of 2,566 that passed 80 s/m);
  assert.match(
    text,
    /^POOL {6}20 expected \(learned\); 2,751 now; 96% opened while 3 or more pool connections stood idle/m,
  );
  assert.match(text, /^LOAD {6}requests steady at 840 a minute since 02:41: load does not explain it$/m);
  assert.match(text, /^NOT THIS {2}806 TIME_WAIT to 127\.0\.0\.1:3306: ports, not files$/m);
  assert.match(text, /^NOW {7}sudo prlimit --pid 812 --nofile=16384:16384 {3}# about/m);
  assert.match(text, /^KEEP {6}sudo descry record/m);
  assert.match(text, /^FIX {7}close/m);
  assert.match(text, /^CONFIRM {3}sudo ss/m);
});

test("a healthy service shows its load and its shape", () => {
  const nginx = example.serviceOf({
    shape: { shape: "follows-load", declared: true, cycleSeconds: null },
    load: {
      perMinute: 861,
      change: { trend: "rose", fromPerMinute: 300, perMinute: 840, since: example.later(-240) },
    },
  });
  const text = inspectLines(nginx, example.exampleHost(), example.lookOf(80)).join("\n");
  assert.match(text, /^LOAD {6}requests rose from 300 to 840 a minute about 03:00$/m);
  assert.match(text, /^SHAPE {5}follows load \(declared\)$/m);
});

test("however much there is to say, it stays 25 lines and keeps every action", () => {
  const verdict = example.verdictOf();
  const evidence = Array.from(
    { length: 12 },
    (_, i) => `Finding number ${i} is a sentence of some length about what was counted.`,
  );
  const actions = verdict.actions.map((action) => ({
    ...action,
    text: "A remark that is much longer than a line. ".repeat(4),
  }));
  const holdings = Array.from({ length: 40 }, (_, i) => example.holdingOf({ open: 40 - i }));
  const service = { ...example.gunicorn(), holdings, verdicts: [{ ...verdict, evidence, actions }] };
  for (const columns of [80, 120]) {
    const lines = inspectLines(service, example.exampleHost(), example.lookOf(columns));
    assert.ok(lines.length <= 25);
    for (const heading of ["WHAT", "WHY", "NOW", "KEEP", "FIX", "CONFIRM"]) {
      assert.ok(
        lines.some((line) => line.startsWith(heading)),
        `${heading} at ${columns} columns:\n${lines.join("\n")}`,
      );
    }
  }
});

test("what to do comes in the order of its urgency, whatever the order it was found in", () => {
  const verdict = example.verdictOf();
  const shuffled = { ...verdict, actions: verdict.actions.toReversed() };
  const lines = inspectLines(
    { ...example.gunicorn(), verdicts: [shuffled] },
    example.exampleHost(),
    example.lookOf(120),
  );
  const words = lines.flatMap((line) => /^(?:NOW|KEEP|FIX|CONFIRM)\b/.exec(line)?.[0] ?? []);
  assert.deepEqual(words, ["NOW", "KEEP", "FIX", "CONFIRM"]);
});

test("a first look has no rate, and says so", () => {
  const snapshot = example.firstReading();
  const inspected = inspectLines(snapshot.services[0] as ServiceView, snapshot, example.lookOf(120)).join(
    "\n",
  );
  assert.match(inspected, /^QUIET/);
  assert.match(inspected, /2,731 +\? +\? +\?/);
  assert.match(inspected, /^FIRST LOOK/m);
  const lines = firstLookLines(snapshot, example.lookOf(180));
  assert.equal(lines[0], "descry  web-12   first look 03:04:51 CET   312 processes, 198 not permitted");
  assert.equal(
    lines[4],
    "  gunicorn               pid 812       2,914 of 4,096      71%  all 5: 2,731 tcp out MySQL 127.0.0.1:3306 ESTABLISHED, 97 tcp in :8000 ESTABLISHED, 41 files /srv/app",
  );
  assert.match(lines.join("\n"), /^Not permitted: what 198 processes of other users hold/m);
  const ofRoot = firstLookLines(snapshot, example.lookOf(180), true).join("\n");
  assert.match(ofRoot, /^Not permitted: what 198 processes hold; the kernel .* protects it even from root/m);
  assert.doesNotMatch(ofRoot, /sudo|other users/);
  const figures = firstLookFigures(snapshot);
  assert.equal(figures.type, "first-look");
  assert.equal(figures.services[0]?.holdings[0]?.open, 2731);
});

test("a process at its limit is named so at once", () => {
  const full = example.serviceOf({
    processes: [example.processOf({ open: 4096, headroom: 0 })],
    rates: example.ratesOf(null, null),
  });
  const snapshot = example.exampleHost({ services: [full] });
  assert.match(topLines(snapshot, null, example.lookOf(120))[4] ?? "", / 4,096 +4,096 .* now /);
  const lines = inspectLines(full, example.firstReading(), example.lookOf(120));
  assert.match(lines[0] ?? "", /^AT THE LIMIT/);
  assert.match(lines[1] ?? "", /^4,096 of 4,096 open files .* opens are failing now/);
});

test("a service that may not be read says so and shows no zero", () => {
  const service = example.serviceOf({
    processes: [example.processOf({ readable: false, softLimit: null, limitFrom: null })],
    holdings: [],
    rates: example.ratesOf(null, null),
    history: [null, null],
  });
  const snapshot = example.exampleHost({ services: [service] });
  assert.match(topLines(snapshot, null, example.lookOf(120))[4] ?? "", /^- nginx .* \? .*not permitted$/);
  assert.match(
    inspectLines(service, snapshot, example.lookOf(120)).join("\n"),
    /What it holds is not permitted/,
  );
});

test("no name breaks a line, a column or the terminal", () => {
  const name = fc
    .array(
      fc.constantFrom(
        "\x1b[2J",
        "\n",
        "\u202e",
        "宽",
        "👩",
        "e\u0301",
        "\ud800",
        "\x9b",
        "a",
        " ",
        ".service",
        "'",
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(
      name,
      fc.integer({ min: 40, max: 200 }),
      fc.option(fc.integer({ min: 4, max: 40 })),
      (hostile, columns, rows) => {
        const snapshot = renamed(hostile);
        const look = example.lookOf(columns, rows);
        const drawn = [
          ...topLines(snapshot, OWN, look, KEYS),
          ...firstLookLines(snapshot, look),
          ...snapshot.services.flatMap((service) => inspectLines(service, snapshot, look)),
        ];
        for (const line of drawn) {
          assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
          assert.ok(widthOf(line) <= columns, `${widthOf(line)} of ${columns} columns: ${line}`);
        }
        if (rows !== null) assert.ok(topLines(snapshot, OWN, look, KEYS).length <= rows);
      },
    ),
    { numRuns: 150 },
  );
});

/** The example host with a hostile name wherever a host can put one. */
function renamed(name: string): Snapshot {
  const service = example.gunicorn();
  const subject = example.subjectOf({ kind: "unix", path: name });
  const actions = [{ when: "now" as const, text: name, command: `rm -- ${name}`, caution: name }];
  const verdict = example.verdictOf({
    service: name,
    summary: name,
    evidence: [name, name],
    actions,
    subject,
  });
  const judged: ServiceView = {
    ...service,
    service: name,
    processes: service.processes.map((process) => ({ ...process, command: name, limitFrom: name })),
    holdings: [
      ...service.holdings.map((holding) => ({ ...holding, otherEnd: name })),
      example.holdingOf({ subject }),
      example.holdingOf({ subject: { ...example.MYSQL, peer: name, product: name } }),
    ],
    verdicts: [verdict],
  };
  const affected = { ...judged, verdicts: [], otherEndOf: [name] };
  return example.exampleHost({
    host: name,
    services: [judged, affected, example.serviceOf({ service: name })],
  });
}
