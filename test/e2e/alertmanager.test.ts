// The incident as the one on call meets it: the real agent beside it, the real Alertmanager behind that.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type FlaskMysql, FLASK_MYSQL_PACKAGES, startFlaskMysql } from "../../lab/flask-mysql/start.ts";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import { type HttpReceiver, httpReceiver } from "../../src/notify/made-receiver.ts";
import { AgentProgram } from "../live/agent-program.ts";
import { AlertmanagerProgram, type HeldAlert, type Page } from "../live/alertmanager-program.ts";
import { needs } from "../needs.ts";

/** Of its own beside the labs of other tests, which are gunicorn too: what is ended must not seem to be started again. */
const SERVICE = "gunicorn app:app";
const skip = needs(...FLASK_MYSQL_PACKAGES, "prometheus-alertmanager");

describe("flask-mysql in Alertmanager", { skip }, () => {
  let scratch: Scratch;
  let lab: FlaskMysql;
  let pager: HttpReceiver;
  let alertmanager: AlertmanagerProgram;
  let agent: AgentProgram;

  before(async () => {
    scratch = await makeScratch("alerted");
    pager = await httpReceiver();
    alertmanager = await AlertmanagerProgram.in(scratch.path, `${pager.url}/`);
    await alertmanager.start();
    lab = await startFlaskMysql({ mode: "leak", users: 100, named: true });
    const configuration = join(scratch.path, "descry.yaml");
    writeFileSync(
      configuration,
      JSON.stringify({
        // Labs of other tests make thousands of TIME_WAIT beside it: with the usual share it would look once a minute.
        agent: { "cpu-budget": "20%" },
        // What is proven is told at once, and so is that it is over.
        alerts: { "proven-for": "1s", "gone-for": "1s", "again-after": "1s" },
        channels: { am: { kind: "alertmanager", url: alertmanager.url } },
      }),
    );
    agent = new AgentProgram(["--config", configuration, "--state-dir", join(scratch.path, "state")]);
  });

  after(async () => {
    await agent?.end();
    await lab?.stop();
    await alertmanager?.stop();
    await pager?.close();
    await scratch.remove();
  });

  const held = async (): Promise<HeldAlert[]> =>
    (await alertmanager.active()).filter(({ labels }) => labels["service"] === SERVICE);

  /** "page firing", "page resolved" as people were told, in their order. */
  const told = (): string[] =>
    pager.received.flatMap(({ body }) =>
      (body as Page).alerts.flatMap(({ status, labels }) =>
        labels["service"] === SERVICE ? [`${labels["severity"]} ${status}`] : [],
      ),
    );

  it("is a page there within minutes, with service, peer, rate, time left and advice", async () => {
    const first = await lab.counts();
    const { labels, annotations } = await until(
      "the proven leak in Alertmanager",
      async () =>
        (await held()).find(({ annotations: said }) => said["summary"]?.startsWith("leak: ")) ?? null,
      { timeoutSeconds: 300, everyMs: 250 },
    );
    const last = await lab.counts();
    assert.equal(labels["alertname"], "DescryLeak");
    assert.equal(labels["severity"], "page");
    assert.equal(labels["peer"], lab.database);
    const truth = ((last.leaked - first.leaked) / (last.seconds - first.seconds)) * 60;
    const net = Number(annotations["kept_per_minute"]);
    assert.ok(Math.abs(net - truth) <= 0.1 * truth, `${net} a minute; the lab counts ${truth}`);
    assert.match(annotations["rate"] ?? "", /^\d+(\.\d+)? a minute \(opened \d+/);
    assert.match(annotations["runway"] ?? "", /^\d+ min, until about .* UTC \(open files\)$/);
    assert.equal(annotations["product"], "MySQL");
    assert.match(annotations["description"] ?? "", /^gunicorn app:app leaks connections to MySQL at /);
    for (const moment of ["NOW", "BEFORE A RESTART", "FIX", "CONFIRM"])
      assert.match(annotations["advice"] ?? "", new RegExp(`^${moment}: .`, "m"));
  });

  it("is over there when the application has ended, and people are told so once", async () => {
    process.kill(lab.pids.gunicornMaster);
    await until("its end in Alertmanager", async () => (await held()).length === 0, { timeoutSeconds: 120 });
    await until("people to be told", () => told().includes("page resolved"));
    // The pool that it passes by may have been told first, as a ticket.
    const pages = told().filter((one) => one.startsWith("page"));
    assert.deepEqual(pages, ["page firing", "page resolved"], told().join());
  });
});
