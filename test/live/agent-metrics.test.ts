// A real Prometheus that scrapes the real agent, while a program leaks up to its limit.
import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Mkleak, startMkleak } from "../../lab/mkleak/start.ts";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import { needs } from "../needs.ts";
import { AgentProgram } from "./agent-program.ts";
import { PANELS, PrometheusProgram, promtool, RULES, type Sample, VARIABLES } from "./prometheus-program.ts";

const LIMIT = 100;
const SERVICE = "python3 leak-scraped.py";

/** What has nothing to show unless more goes wrong on this host than one full program. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set([
  "Local ports taken",
  "Time until the ports run out",
  "TIME_WAIT",
  "Shortest time left",
  "Time left",
]);

describe("descry agent, scraped by Prometheus", { skip: needs("prometheus") }, () => {
  let scratch: Scratch;
  let lab: Mkleak;
  let agent: AgentProgram;
  let prometheus: PrometheusProgram;

  before(async () => {
    scratch = await makeScratch("scraped");
    // Under a name of its own it is a service of its own.
    const program = join(scratch.path, "leak-scraped.py");
    symlinkSync(join(import.meta.dirname, "../../lab/mkleak.py"), program);
    lab = await startMkleak("past", { program, limit: LIMIT, rate: 3000, forSeconds: 300 });
    // So that there are deliveries to show.
    const channels = { run: { kind: "command", command: ["/bin/true"] } };
    const configuration = join(scratch.path, "descry.yaml");
    writeFileSync(configuration, JSON.stringify({ channels, alerts: { "proven-for": "1s" } }));
    agent = new AgentProgram(["--config", configuration, "--state-dir", join(scratch.path, "state")]);
    const { host } = new URL(await agent.url());
    prometheus = await PrometheusProgram.start(scratch.path, host);
  });

  after(async () => {
    await prometheus?.stop();
    await agent?.end("SIGKILL");
    await lab?.stop();
    await scratch.remove();
  });

  test("promtool check metrics finds nothing on the page of an agent that watches a leak", async () => {
    const page = await until("the leak on the page", async () => {
      const { body } = await agent.get("/metrics");
      return body.includes(`descry_verdict{service="${SERVICE}",rule="at-limit"`) && body;
    });
    assert.deepEqual(promtool(["check", "metrics"], page), { status: 0, said: "" });
  });

  test("the full program stands there as it is", async () => {
    const named = `service="${SERVICE}"`;
    // One that it inherited may lie beyond its limit.
    await until(
      "that it is full",
      async () => (await prometheus.numberOf(`descry_service_descriptors_used_ratio{${named}}`)) >= 1,
    );
    assert.equal(await prometheus.numberOf(`descry_service_descriptor_limit{${named}}`), LIMIT);
    const open = await prometheus.numberOf(`sum(descry_service_open_descriptors{${named}})`);
    // Its peer is a process of the same service.
    assert.ok(open >= LIMIT, `${open} open`);
    const towards = `descry_service_connections{${named},peer="${lab.peer}",direction="outbound"}`;
    const { kept } = await lab.report();
    assert.equal(await prometheus.numberOf(`sum(${towards})`), kept);
  });

  for (const { title, query } of PANELS)
    test(`answers the dashboard: ${title}`, async () => {
      // A stage that had nothing to do for ten seconds has no quantile.
      const isNumber = ({ value }: Sample): boolean =>
        !Number.isNaN(Number(value[1].replace("Inf", "Infinity")));
      const answer = await until("data", async () => {
        const result = await prometheus.query(query);
        return (MAY_BE_EMPTY.has(title) || result.some(isNumber)) && result;
      });
      if (!query.startsWith("histogram_quantile(")) assert.ok(answer.every(isNumber));
    });

  test("the dashboard's choices hold the agent and the program", async () => {
    const values = VARIABLES.map(async ({ label, series }) => {
      const path = `label/${label}/values?match[]=${encodeURIComponent(series)}`;
      return (await prometheus.get(path)) as readonly string[];
    });
    const [hosts, services] = await Promise.all(values);
    assert.deepEqual(hosts, [new URL(await agent.url()).host]);
    assert.ok(services?.includes(SERVICE));
  });

  test("every rule of deploy/ is evaluated without an error, and the full program is an alert", async () => {
    interface Group {
      readonly rules: readonly {
        readonly name: string;
        readonly health: string;
        readonly lastError?: string;
      }[];
    }
    const rules = await until("each rule to be evaluated", async () => {
      const { groups } = (await prometheus.get("rules")) as { groups: Group[] };
      const all = groups.flatMap((group) => group.rules);
      return all.every(({ health }) => health !== "unknown") && all;
    });
    const written = [...readFileSync(RULES, "utf8").matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    assert.deepEqual(
      rules.map(({ name, health, lastError = "" }) => [name, health, lastError].join(" ")).toSorted(),
      written.map((name) => `${name} ok `).toSorted(),
    );
    await until("the alert", async () => {
      const alerts = await prometheus.query(`ALERTS{alertname="DescryAtLimit",service="${SERVICE}"}`);
      return alerts.length === 1;
    });
  });
});
