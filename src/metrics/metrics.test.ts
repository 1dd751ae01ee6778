import assert from "node:assert/strict";
import { test } from "node:test";
import { forecastOf, verdictOf } from "../cli/example/parts.ts";
import type { Runway } from "../model/events.ts";
import { UNLIMITED } from "../model/facts.ts";
import type { ProcessView, Snapshot } from "../model/snapshot.ts";
import { holdingOf, outbound, OWN, readingOf, serviceOf, snapshotOf, STARTED, subjectOf } from "./example.ts";
import { Metrics } from "./metrics.ts";
import { DEFAULT_METRICS_OPTIONS } from "./options.ts";
import { familyOf, parsed } from "./parsed.ts";

function textOf(snapshot: Snapshot): string {
  const metrics = new Metrics("1.2.3");
  metrics.take(readingOf(snapshot));
  return metrics.text(OWN);
}

function later(seconds: number): string {
  return new Date(STARTED + seconds * 1000).toISOString();
}

test("metrics: before the first tick the program tells of itself only", () => {
  const { samples } = parsed(new Metrics("1.2.3").text(OWN));
  assert.deepEqual(Object.fromEntries(samples), {
    'descry_agent_info{version="1.2.3"}': 1,
    process_cpu_seconds_total: 12.5,
    process_resident_memory_bytes: 80e6,
    process_open_fds: 22,
    process_max_fds: 1024,
    process_start_time_seconds: STARTED / 1000,
  });
});

test("metrics: what is not known is absent, never 0", () => {
  const snapshot = snapshotOf([], {
    openFiles: null,
    fileMax: null,
    timeWait: null,
    coverage: {
      processes: 0,
      listed: 0,
      denied: 0,
      watchedSeconds: 1,
      tcpOpened: null,
      tcpSeen: null,
      tcpUnattributed: null,
    },
  });
  const { types } = parsed(textOf(snapshot));
  for (const absent of [
    "descry_host_open_files",
    "descry_host_open_files_limit",
    "descry_time_wait",
    "descry_coverage_ratio",
    "descry_tcp_coverage_ratio",
    "descry_service_descriptors_born_total",
    "descry_ephemeral_ports_used_ratio",
    "process_virtual_memory_bytes",
  ])
    assert.ok(!types.has(absent), absent);
  assert.ok(types.has("descry_processes"), "none is what was counted");
});

test("metrics: a service that may not be listed has a count of what nobody may look at, and no totals", () => {
  const rates = { windowSeconds: 0, bornPerMinute: null, diedPerMinute: null, netPerMinute: null };
  const metrics = new Metrics("1.2.3");
  metrics.take(readingOf(snapshotOf([serviceOf("sshd", { holdings: [], open: 21, rates })]), []));
  const text = metrics.text(OWN);
  assert.deepEqual(
    [...familyOf(text, "descry_service_open_descriptors")],
    [['service="sshd",kind="unlisted"', 21]],
  );
  assert.equal(familyOf(text, "descry_service_descriptors_born_total").size, 0);
});

test("metrics: the limit is that of the process nearest to it", () => {
  const [one] = serviceOf("a", { open: 100 }).processes as [ProcessView];
  const view = (processes: ProcessView[]) => snapshotOf([serviceOf("a", { processes })]);
  const text = textOf(
    view([
      { ...one, open: 600, softLimit: 65_536 },
      { ...one, open: 512, softLimit: 1024 },
      { ...one, softLimit: null },
    ]),
  );
  assert.equal(familyOf(text, "descry_service_descriptor_limit").get('service="a"'), 1024);
  assert.equal(familyOf(text, "descry_service_descriptors_used_ratio").get('service="a"'), 0.5);
  const free = textOf(view([{ ...one, softLimit: UNLIMITED }]));
  assert.equal(
    familyOf(free, "descry_service_descriptor_limit").get('service="a"'),
    Number.POSITIVE_INFINITY,
  );
  assert.equal(familyOf(free, "descry_service_descriptors_used_ratio").get('service="a"'), 0);
  assert.equal(
    familyOf(textOf(view([{ ...one, softLimit: null }])), "descry_service_descriptor_limit").size,
    0,
  );
});

test("metrics: time left in seconds, without the quantiles that lie beyond the horizon", () => {
  const runway: Runway = {
    resource: "nofile",
    headroom: 10,
    exhaustedAt: { p05: later(100), p50: later(720), p95: null },
  };
  const text = textOf(snapshotOf([serviceOf("a", { runway }), serviceOf("b")]));
  assert.deepEqual(
    [...familyOf(text, "descry_service_runway_seconds")],
    [
      ['service="a",resource="nofile",quantile="0.05"', 0],
      ['service="a",resource="nofile",quantile="0.5"', 600],
    ],
  );
});

test("metrics: 5,000 services are bounded, nothing is lost, and no pid or inode is told", () => {
  const services = Array.from({ length: 5000 }, (_, at) =>
    serviceOf(`worker-${at}`, {
      holdings: [outbound(`10.0.0.1:${1000 + at}`, 7), holdingOf(subjectOf({ kind: "file" }), 2)],
    }),
  );
  const text = textOf(snapshotOf(services));
  const { samples } = parsed(text);
  assert.ok(samples.size < 1700, `${samples.size} samples`);
  const open = familyOf(text, "descry_service_open_descriptors");
  assert.equal(open.size, 2 * (DEFAULT_METRICS_OPTIONS.services + 1));
  assert.equal(
    [...open.values()].reduce((sum, one) => sum + one, 0),
    5000 * 9,
  );
  assert.equal(open.get('service="other",kind="tcp"'), 4800 * 7);
  const connections = familyOf(text, "descry_service_connections");
  assert.equal(
    [...connections.values()].reduce((sum, one) => sum + one, 0),
    5000 * 7,
  );
  assert.equal(familyOf(text, "descry_services").get(""), 5000);
  for (const series of samples.keys()) assert.doesNotMatch(series, /\b(pid|inode|port)=|812/);
});

test("metrics: of 50,000 peers the largest are told, one that leaks among them, and the sum stays", () => {
  const holdings = Array.from({ length: 50_000 }, (_, at) =>
    outbound(`10.1.${at >> 8}.${at & 255}:443`, at === 777 ? 900 : 1 + (at % 7), {
      standing: at === 40_000 ? "suspect" : null,
    }),
  );
  const metrics = new Metrics("1.2.3");
  metrics.take(readingOf(snapshotOf([serviceOf("crawler", { holdings })])));
  const connections = familyOf(metrics.text(OWN), "descry_service_connections");
  assert.equal(connections.size, DEFAULT_METRICS_OPTIONS.peersPerService + 1);
  const of = (peer: string) =>
    connections.get(`service="crawler",peer="${peer}",state="ESTABLISHED",direction="outbound"`);
  assert.equal(of("10.1.3.9:443"), 900);
  assert.equal(of("10.1.156.64:443"), 1 + (40_000 % 7));
  const sum = holdings.reduce((total, { open }) => total + open, 0);
  assert.equal(
    [...connections.values()].reduce((total, one) => total + one, 0),
    sum,
  );
  const again = familyOf(metrics.text(OWN), "descry_service_connections");
  assert.deepEqual(
    [...again.keys()].toSorted(),
    [...connections.keys()].toSorted(),
    "the same at the next scrape",
  );
});

test("metrics: ports of the fullest source, TIME_WAIT beyond the first addresses as other", () => {
  const port = {
    peer: "10.0.0.1:443",
    product: null,
    range: 1000,
    live: 0,
    timeWait: 0,
    reusable: true,
    service: null,
    runway: { resource: "ports", headroom: 1, exhaustedAt: null } as const,
  };
  const rows = Array.from({ length: 60 }, (_, at) => ({
    address: `10.0.0.${at}:443`,
    direction: "outbound" as const,
    count: 10,
    services: [],
    unattributed: 10,
  }));
  const text = textOf(
    snapshotOf([], {
      ports: [
        { ...port, source: "10.9.9.1", used: 100 },
        { ...port, source: "10.9.9.2", used: 900 },
      ],
      timeWait: 650,
      timeWaitBy: rows,
    }),
  );
  assert.deepEqual([...familyOf(text, "descry_ephemeral_ports_used_ratio")], [['peer="10.0.0.1:443"', 0.9]]);
  const timeWait = familyOf(text, "descry_time_wait");
  assert.equal(timeWait.size, 51);
  assert.equal(timeWait.get('peer="other"'), 150);
});

test("metrics: verdicts are those that stand, also of no service, the first so many; forecasts are no verdicts", () => {
  const verdicts = Array.from({ length: 203 }, (_, at) =>
    verdictOf({ fingerprint: `f${at}`, service: at === 0 ? null : "a", rule: "port-exhaustion" }),
  );
  const metrics = new Metrics("1.2.3");
  const reading = readingOf(snapshotOf([serviceOf("a")]));
  metrics.take({ ...reading, standing: [forecastOf(), ...verdicts] });
  const text = metrics.text(OWN);
  const told = [...familyOf(text, "descry_verdict")];
  assert.equal(told.length, 200);
  assert.deepEqual(told[0], [
    'rule="port-exhaustion",standing="confirmed",fingerprint="f0",kind="tcp",peer="127.0.0.1:3306"',
    1,
  ]);
  assert.equal(familyOf(text, "descry_verdicts_left_out").get(""), 3);
});

test("metrics: alerts, channels and history are told when the agent hands them over", () => {
  const text = new Metrics("1.2.3").text(OWN, {
    alerts: [{ phase: "firing", severity: "page", count: 2 }],
    alertsUnheld: 6,
    channels: [{ channel: "ops", waiting: 3, delivered: 5, failed: 7, givenUp: 2 }],
    history: { waiting: 1, lost: 4 },
  });
  const told = [...parsed(text).samples].filter(([series]) => /^descry_(alerts|not|hist)/.test(series));
  assert.deepEqual(Object.fromEntries(told), {
    'descry_alerts{phase="pending",severity="ticket"}': 0,
    'descry_alerts{phase="pending",severity="page"}': 0,
    'descry_alerts{phase="firing",severity="ticket"}': 0,
    'descry_alerts{phase="firing",severity="page"}': 2,
    descry_alerts_unheld_total: 6,
    'descry_notifications_waiting{channel="ops"}': 3,
    'descry_notifications_total{channel="ops",outcome="delivered"}': 5,
    'descry_notifications_total{channel="ops",outcome="failed"}': 7,
    'descry_notifications_total{channel="ops",outcome="given-up"}': 2,
    descry_history_ticks_waiting: 1,
    descry_history_ticks_lost_total: 4,
  });
  const without = new Metrics("1.2.3").text(OWN, {
    alerts: [],
    alertsUnheld: 0,
    channels: [],
    history: null,
  });
  assert.equal(familyOf(without, "descry_history_ticks_waiting").size, 0);
});

test("metrics: what the parts of a tick took is counted by duration, in seconds", () => {
  const metrics = new Metrics("1.2.3");
  const reading = readingOf(snapshotOf([]));
  for (const milliseconds of [0.5, 4, 4000]) {
    metrics.take({ ...reading, stages: [{ stage: "read", milliseconds }] });
  }
  const { samples } = parsed(metrics.text(OWN));
  const of = (rest: string) => samples.get(`descry_stage_duration_seconds${rest}`);
  assert.equal(of('_bucket{stage="read",le="0.001"}'), 1);
  assert.equal(of('_bucket{stage="read",le="0.005"}'), 2);
  assert.equal(of('_bucket{stage="read",le="2.5"}'), 2);
  assert.equal(of('_bucket{stage="read",le="+Inf"}'), 3);
  assert.equal(of('_sum{stage="read"}'), 4.0045);
});
