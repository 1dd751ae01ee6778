import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { ANY_EVENT, AT, HOUR, MINUTE, OPEN, Stage } from "./history-stage.ts";
import { sampleVerdict } from "./sample-ticks.ts";

test("history: what was appended is found at once, and after it was sealed, closed and opened again", async () => {
  await using stage = new Stage();
  const expected: [number, number][] = [];
  const open = (at: number) => {
    const value = 100 + ((at / 1000) % 37);
    expected.push([at, value]);
    return value;
  };
  const check = () => {
    const range = stage.reader.range(OPEN, AT, stage.now, 1000);
    assert.equal(range.step, 1000);
    assert.deepEqual(stage.known(range), expected);
  };
  await stage.ticks(50, 1000, open);
  check();
  await stage.ticks(1150, 1000, open);
  check();
  stage.history?.close();
  check();
  await stage.open();
  check();
  await stage.ticks(700, 1000, open);
  check();
});

test("history: every series of a tick comes back as it was, and what is not known stays so", async () => {
  await using stage = new Stage();
  const services = [
    {
      service: "web",
      open: 12,
      limit: 20,
      kinds: { file: 5, pipe: 2 },
      peers: { "10.0.0.1:3306": 3 },
      runway: 7200,
    },
    { service: "hidden", open: 4, limit: null, readable: false, kinds: { file: 4 } },
  ];
  const cost = { stages: [{ stage: "listing", milliseconds: 2.25 }], cpuSeconds: 1.5, residentBytes: 5e7 };
  const turnover = [{ service: "web", kind: "tcp", born: 5, closed: 2 }] as const;
  await stage.tick({ services, turnover, cost });
  stage.now += 1000;
  await stage.tick({ services: [{ service: "web", open: 3, kinds: { pipe: 3 } }], turnover, cost: null });
  const found = (service: string | null) =>
    Object.fromEntries(
      stage.reader
        .ranges({ service, from: AT, to: AT + 2000, step: 1000 })
        .map(({ series: { measure, label }, values }) => [
          label === null ? measure : `${measure} ${label}`,
          values,
        ]),
    );
  assert.deepEqual(found("web"), {
    "open-descriptors": [12, 3],
    "open-descriptors file": [5, 0],
    "open-descriptors pipe": [2, 3],
    "open-descriptors tcp": [3, 0],
    "connections 10.0.0.1:3306": [3, 0],
    "born-total tcp": [5, 10],
    "closed-total tcp": [2, 4],
    "descriptor-limit": [20, 1024],
    headroom: [8, 1021],
    "runway-seconds nofile": [7200, null],
  });
  assert.deepEqual(found("hidden"), { "open-descriptors": [4, null] });
  assert.deepEqual(found(null), {
    "file-max": [2 ** 63, 2 ** 63],
    processes: [4, 4],
    "coverage-ratio": [0.75, 0.75],
    "unrecorded-services": [0, 0],
    "stage-milliseconds listing": [2.25, null],
    "cpu-seconds": [1.5, null],
    "resident-bytes": [5e7, null],
  });
  assert.deepEqual(stage.reader.services(), ["hidden", "web"]);
  const never = stage.reader.range({ ...OPEN, service: "never" }, AT, AT + 3000, 1000);
  assert.deepEqual(never.values, [null, null, null]);
});

test("history: minutes and hours hold the last, smallest and largest figure, and nothing where nobody watched", async () => {
  await using stage = new Stage();
  const open = (at: number) => 500 + Math.round(400 * Math.sin(at / 1e6));
  await stage.ticks(130, 10_000, open);
  stage.now = AT + 2 * HOUR;
  await stage.ticks(400, 10_000, open);
  const bucketsOf = (step: number) => {
    const range = stage.reader.range(OPEN, AT, AT + 4 * HOUR, step);
    assert.equal(range.step, step);
    return range.values.map((value, at) => [value, range.least[at], range.most[at]]);
  };
  const wanted = (step: number) =>
    Array.from({ length: (4 * HOUR) / step }, (_, bucket) => {
      const from = AT + bucket * step;
      const figures: number[] = [];
      for (let at = from; at < from + step; at += 10_000) {
        const seen = at < AT + 130 * 10_000 || (at >= AT + 2 * HOUR && at < AT + 2 * HOUR + 400 * 10_000);
        if (seen) figures.push(open(at));
      }
      return figures.length === 0
        ? [null, null, null]
        : [figures.at(-1), Math.min(...figures), Math.max(...figures)];
    });
  for (const step of [10_000, MINUTE, 5 * MINUTE, HOUR, 2 * HOUR])
    assert.deepEqual(bucketsOf(step), wanted(step));
});

test("history: a time from before anything was seen is shown as fine as what is kept of it", async () => {
  await using stage = new Stage();
  // Shortly after the hours and the minutes began a period.
  stage.now = Math.ceil(AT / (240 * HOUR)) * 240 * HOUR + MINUTE;
  const began = stage.now;
  await stage.ticks(240, 15_000, (at) => Math.round(at / MINUTE) % 1000);
  for (const [step, buckets] of [
    [1000, 240],
    [MINUTE, 60],
  ] as const) {
    // A second of every one of a day would be too many.
    const from = stage.now - (step === MINUTE ? 24 * HOUR : 70 * MINUTE);
    const range = stage.reader.range(OPEN, from, stage.now, step);
    assert.equal(range.step, step);
    const known = stage.known(range);
    assert.deepEqual([known.length, known[0]?.[0]], [buckets, began]);
  }
});

test("history: ticks go first, then minutes; what is left is shown as coarse as it is", async () => {
  await using stage = new Stage();
  await stage.open({ keepTicks: HOUR, keepMinutes: 12 * HOUR });
  await stage.ticks(3 * 24 * 12, 5 * MINUTE, (at) => Math.round(at / MINUTE));
  const end = stage.now;
  const ranges = [HOUR, 10 * HOUR, 71 * HOUR].map((ago) => stage.reader.range(OPEN, end - ago, end, 1000));
  assert.deepEqual(
    ranges.map(({ step }) => step),
    [1000, MINUTE, HOUR],
  );
  assert.deepEqual(
    ranges.map((range) => stage.known(range).length),
    [12, 120, 71],
  );
  assert.deepEqual(watchedHours(stage), [
    [0, 1],
    [1, 15],
    [2, 71],
  ]);
});

/** Of each tier, whole hours of time that was watched and is kept. */
function watchedHours(stage: Stage): number[][] {
  const database = new DatabaseSync(stage.file, { readOnly: true });
  const tiers = database.prepare("SELECT tier, sum(watched) AS watched FROM period GROUP BY tier").all();
  database.close();
  return tiers.map(({ tier, watched }) => [Number(tier), Math.floor(Number(watched) / HOUR)]);
}

test("history: what nothing is left of is forgotten", async () => {
  await using stage = new Stage();
  await stage.tick({ services: [{ service: "passing", open: 3 }] });
  stage.now += 10 * MINUTE;
  await stage.ticks(3, 5 * MINUTE, () => 1);
  assert.deepEqual(stage.reader.services(), ["passing", "web"]);
  for (let period = 0; period < 3; period++) {
    // As if it had been watched for years.
    const other = new DatabaseSync(stage.file);
    other.exec("UPDATE period SET watched = 1e11 WHERE sealed = 1");
    other.close();
    stage.now += 11 * 24 * HOUR;
    await stage.tick({ watchedSeconds: 1e9 });
    stage.now += 10 * MINUTE;
    await stage.tick({ watchedSeconds: 1e9 + 600 });
    for (let step = 0; step < 20; step++) await stage.tick({ watchedSeconds: 1e9 + 600 });
  }
  assert.deepEqual(stage.reader.services(), ["web"]);
});

test("history: only so many services and peers get series of their own", async () => {
  await using stage = new Stage();
  await stage.open({ mostServices: 3, topPeers: 2 });
  const peers = { "a:1": 5, "b:1": 9, "c:1": 7, "d:1": 1 };
  const services = ["one", "two", "three", "four", "five"].map((service) => ({ service, open: 1, peers }));
  await stage.tick({ services });
  stage.now += 1000;
  await stage.tick({ services: services.toReversed() });
  assert.deepEqual(stage.reader.services(), ["one", "three", "two"]);
  const left = { service: null, measure: "unrecorded-services", label: null } as const;
  assert.deepEqual(stage.reader.range(left, AT, AT + 2000, 1000).values, [2, 2]);
  const connections = stage.reader.ranges({
    service: "one",
    measures: ["connections"],
    from: AT,
    to: AT + 2000,
    step: 1000,
  });
  assert.deepEqual(
    connections.map(({ series, values }) => [series.label, ...values]),
    [
      ["b:1", 9, 9],
      ["c:1", 7, 7],
      ["other", 6, 6],
    ],
  );
});

test("history: of a service that connects to ever new peers an answer holds the newest", async () => {
  await using stage = new Stage();
  for (let block = 0; block < 30; block++) {
    const peers = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`10.0.${block}.${at}:80`, 1]));
    await stage.tick({ services: [{ service: "crawler", open: 9, peers }] });
    stage.now += 10 * MINUTE;
  }
  const found = stage.reader.ranges({ service: "crawler", from: AT, to: stage.now, step: MINUTE });
  const peers = found.flatMap(({ series }) => (series.measure === "connections" ? (series.label ?? []) : []));
  assert.deepEqual(
    [peers.length, peers.includes("10.0.29.7:80"), peers.includes("10.0.0.0:80")],
    [201, true, false],
  );
  assert.ok(peers.includes("other"));
});

test("history: a block of very many series is sealed before the next one ends", async () => {
  await using stage = new Stage();
  const most = 5000;
  await stage.open({ topPeers: most });
  const peers = Object.fromEntries(Array.from({ length: most }, (_, at) => [`10.0.0.1:${at}`, 1]));
  // A block of 30 ticks, and two thirds of the next one.
  for (let tick = 0; tick < 30 + 20; tick++) {
    await stage.tick({ services: [{ service: "crawler", open: 9, peers }] });
    stage.now += 20_000;
  }
  const database = new DatabaseSync(stage.file, { readOnly: true });
  const { count } = database.prepare("SELECT count(*) AS count FROM period WHERE sealed = 0").get() ?? {};
  database.close();
  assert.equal(count, 1, "the one that is open");
});

test("history: names of any characters stay apart", async () => {
  await using stage = new Stage();
  const names = [
    "",
    "-",
    "0 ",
    "a\0b",
    "a\nb",
    "a'; DROP TABLE series; --",
    "=",
    "\u{1F41F}",
    "1 x y",
    "\u202E",
  ];
  await stage.tick({ services: names.map((service, open) => ({ service, open })) });
  for (const [open, service] of names.entries()) {
    assert.deepEqual(stage.reader.range({ ...OPEN, service }, AT, AT + 1000, 1000).values, [open], service);
  }
});

test("history: events are found by what they are about, newest first, and the oldest go when they take too much", async () => {
  await using stage = new Stage();
  await stage.open({ eventBytes: 20_000 });
  for (let round = 0; round < 100; round++) {
    await stage.tick({ events: [sampleVerdict(stage.now, round % 2 === 0 ? "web" : "mail")] });
    stage.now += 1000;
  }
  const found = stage.reader.events(ANY_EVENT);
  assert.equal(found[0]?.at, stage.now - 1000);
  const bytes = found.reduce((sum, { event }) => sum + JSON.stringify(event).length, 0);
  assert.ok(bytes <= 21_000 && bytes > 15_000, String(bytes));
  const mail = stage.reader.events({ ...ANY_EVENT, service: "mail", limit: 3 });
  assert.deepEqual(
    mail.map(({ event }) => "service" in event && event.service),
    ["mail", "mail", "mail"],
  );
  const older = stage.reader.events({
    ...ANY_EVENT,
    fingerprint: "of mail",
    before: mail[2]?.number ?? 0,
    limit: 1,
  });
  assert.equal(older[0]?.at, (mail[2]?.at ?? 0) - 2000);
  assert.deepEqual(stage.reader.events({ ...ANY_EVENT, rule: "at-limit", limit: 5 }), []);
  assert.equal(
    stage.reader.events({ ...ANY_EVENT, types: ["verdict"], from: stage.now - 3000, limit: 9 }).length,
    3,
  );
});
