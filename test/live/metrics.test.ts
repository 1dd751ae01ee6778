// What descry tells of itself to Prometheus, read by the real one: its own checks of the text, the alerting rules, and
// each query of the dashboard against a server that scrapes us.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { until } from "../../lab/wait.ts";
import { exampleHost } from "../../src/cli/example/host.ts";
import { CONTENT_TYPE } from "../../src/metrics/exposition.ts";
import { labelText } from "../../src/metrics/label-value.ts";
import { Metrics } from "../../src/metrics/metrics.ts";
import { readOwnProcess } from "../../src/metrics/own-process.ts";
import type { DeskState, Reading } from "../../src/metrics/reading.ts";
import type { Runway } from "../../src/model/events.ts";
import type { ServiceView } from "../../src/model/snapshot.ts";
import { needs } from "../needs.ts";
import { PANELS, PrometheusProgram, promtool, RULES, VARIABLES } from "./prometheus-program.ts";

const repository = join(import.meta.dirname, "../..");
const skip = needs("prometheus");

/** A name that ends labels, lines and the text for those who do not look closely. */
const HOSTILE = 'bad"} 1\n# TYPE x \\ \0 \u202e \ud800 {a="b"} ' + "y".repeat(300);

const DESK: DeskState = {
  alerts: [{ phase: "firing", severity: "page", count: 1 }],
  alertsUnheld: 0,
  channels: [{ channel: "ops", waiting: 2, delivered: 5, failed: 1, givenUp: 0 }],
  history: { waiting: 0, lost: 0 },
};

/** A host on which all that can be told is known, as of now. */
function readingNow(): Reading {
  const soon = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
  const exhaustedAt = { p05: soon(3000), p50: soon(6000), p95: soon(9000) };
  const running = (resource: Runway["resource"]): Runway => ({ resource, headroom: 9, exhaustedAt });
  const services = exampleHost().services.map((view): ServiceView => ({
    ...view,
    runway: view.runway === null ? null : running("nofile"),
  }));
  const [first] = services as [ServiceView];
  const hostile: ServiceView = { ...first, service: HOSTILE };
  const snapshot = exampleHost({ at: soon(0), services: [...services, hostile] });
  return {
    snapshot: { ...snapshot, ports: snapshot.ports.map((view) => ({ ...view, runway: running("ports") })) },
    standing: snapshot.services.flatMap((view) => view.verdicts),
    turnover: services.map(({ service }) => ({ service, kind: "tcp", born: 3, closed: 1 })),
    stages: [
      { stage: "read", milliseconds: 4 },
      { stage: "judge", milliseconds: 0.7 },
    ],
  };
}

test("metrics: promtool check metrics finds nothing", { skip }, () => {
  const metrics = new Metrics("0.1.0");
  assert.deepEqual(promtool(["check", "metrics"], metrics.text(readOwnProcess(), DESK)), {
    status: 0,
    said: "",
  });
  metrics.take(readingNow());
  const text = metrics.text(readOwnProcess(), DESK);
  assert.ok(text.split("\n").length > 100);
  assert.deepEqual(promtool(["check", "metrics"], text), { status: 0, said: "" });
  assert.notEqual(
    promtool(["check", "metrics"], `${text}oops_total{ 1\n`).status,
    0,
    "it can find something",
  );
});

test("metrics: the rules are sound, and each alert fires when it should and not before", { skip }, () => {
  const tests = join(repository, "deploy/prometheus/descry.rules.test.yml");
  for (const args of [
    ["check", "rules", RULES],
    ["check", "config", join(repository, "deploy/prometheus/prometheus.yml")],
    ["test", "rules", tests],
  ]) {
    const { status, said } = promtool(args);
    assert.equal(status, 0, said);
  }
  const alerts = [...readFileSync(RULES, "utf8").matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  assert.ok(alerts.length > 5);
  // Each test of an alert says one time at which it is silent, and one at which it is not.
  const expected = readFileSync(tests, "utf8").split("- alertname: ").slice(1);
  for (const alert of alerts) {
    const ofAlert = expected.filter((text) => text.startsWith(`${alert}\n`));
    assert.ok(
      ofAlert.some((text) => text.includes("exp_alerts: []")),
      `${alert} is silent somewhere`,
    );
    assert.ok(
      ofAlert.some((text) => text.includes("exp_annotations:")),
      `${alert} fires somewhere`,
    );
  }
});

describe("metrics: a real Prometheus that scrapes us", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "descry-metrics-"));
  const metrics = new Metrics("0.1.0");
  let samples = 0;
  let server: Server;
  let prometheus: PrometheusProgram;

  before(async () => {
    server = createServer((_, response) => {
      metrics.take(readingNow());
      const text = metrics.text(readOwnProcess(), DESK);
      samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
      response.setHeader("content-type", CONTENT_TYPE).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    prometheus = await PrometheusProgram.start(folder, target);
  });

  after(async () => {
    await prometheus?.stop();
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true });
  });

  test("takes every sample that is told", async () => {
    assert.equal(await prometheus.numberOf("up"), 1);
    assert.equal(await prometheus.numberOf("scrape_samples_scraped"), samples);
    assert.equal(await prometheus.numberOf("scrape_samples_post_metric_relabeling"), samples);
  });

  test("reads a hostile name as it was meant, as one label", async () => {
    const services = (await prometheus.query("descry_service_processes")).map(
      ({ metric }) => metric["service"],
    );
    assert.ok(services.includes(labelText(HOSTILE)));
    assert.equal(services.length, exampleHost().services.length + 1);
  });

  test("counts what was handed over", async () => {
    const [born] = await prometheus.query(
      'descry_service_descriptors_born_total{service="thumbs",kind="tcp"}',
    );
    assert.ok(Number(born?.value[1]) >= 9);
    assert.equal(Number(born?.value[1]) % 3, 0);
    const net = await prometheus.numberOf(
      'sum(rate(descry_service_descriptors_born_total{service="thumbs"}[10s])) / sum(rate(descry_service_descriptors_closed_total{service="thumbs"}[10s]))',
    );
    assert.ok(Math.abs(net - 3) < 1e-6, `${net} opened for each that was closed`);
  });

  test("takes the type of each family", async () => {
    const types = (await prometheus.get("metadata")) as Record<string, readonly { readonly type: string }[]>;
    assert.equal(types["descry_service_runway_seconds"]?.[0]?.type, "summary");
    assert.equal(types["descry_stage_duration_seconds"]?.[0]?.type, "histogram");
    assert.equal(types["descry_service_descriptors_born_total"]?.[0]?.type, "counter");
  });

  for (const { title, query } of PANELS) {
    test(`answers the dashboard: ${title}`, async () => {
      const result = await until("an answer", async () => {
        const answer = await prometheus.query(query);
        return answer.length > 0 && answer;
      });
      for (const { value } of result)
        assert.ok(!Number.isNaN(Number(value[1].replace("Inf", "Infinity"))), value[1]);
    });
  }

  test("knows the hosts and services that the dashboard offers", async () => {
    assert.equal(VARIABLES.length, 2);
    for (const { label, series } of VARIABLES) {
      const values = (await prometheus.get(
        `label/${label}/values?match[]=${encodeURIComponent(series)}`,
      )) as readonly string[];
      assert.ok(values.length > 0, series);
    }
  });

  test("loads the rules: a leak and its end are pending alerts", async () => {
    for (const name of ["DescryExhaustionSoon", "DescryLeakConfirmed"]) {
      await until(`a pending ${name}`, async () => {
        const alerts = await prometheus.query(`ALERTS{alertname="${name}",alertstate="pending"}`);
        return alerts.length > 0;
      });
    }
  });
});
