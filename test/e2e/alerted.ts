// The incident as the one on call meets it: the real agent beside it, the real Alertmanager behind that.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { type FlaskMysql, startFlaskMysql } from "../../lab/flask-mysql/start.ts";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import { type HttpReceiver, httpReceiver } from "../../src/notify/made-receiver.ts";
import { AgentProgram } from "../live/agent-program.ts";
import { AlertmanagerProgram, type HeldAlert, type Page } from "../live/alertmanager-program.ts";

const SERVICE = "gunicorn app:app";

interface Seen {
  /** The alert when it was proven. */
  readonly proven: HeldAlert;
  /** Connections leaked a minute, as the application counts them, up to then. */
  readonly perMinute: number;
  /** What Alertmanager held of it when it was over, and when the application had been ended. */
  readonly afterwards: readonly HeldAlert[];
  /** "page firing", "page resolved" as people were told, in their order. */
  readonly told: readonly string[];
}

/** A leak of its own, from its beginning to its end: `run` beside other watches, `tests` where tests are declared, `stop` after all. */
export class AlertedLeak {
  readonly #limit: number;
  #scratch: Scratch | null = null;
  #lab: FlaskMysql | null = null;
  #pager: HttpReceiver | null = null;
  #alertmanager: AlertmanagerProgram | null = null;
  #agent: AgentProgram | null = null;
  #seen: Seen | null = null;
  #fault: unknown = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async start(): Promise<void> {
    this.#scratch = await makeScratch("alerted");
    const { path } = this.#scratch;
    this.#lab = await startFlaskMysql({ mode: "leak", limit: this.#limit, users: 100, named: true });
    this.#pager = await httpReceiver();
    this.#alertmanager = await AlertmanagerProgram.in(path, `${this.#pager.url}/`);
    await this.#alertmanager.start();
    const configuration = join(path, "descry.yaml");
    // What is proven is told at once, and so is that it is over.
    const alerts = { "proven-for": "1s", "gone-for": "1s", "again-after": "1s" };
    // Five labs and thousands of TIME_WAIT in two minutes: with the usual share it would look at the leak once a minute.
    const agent = { "cpu-budget": "20%" };
    const channels = { am: { kind: "alertmanager", url: this.#alertmanager.url } };
    writeFileSync(configuration, JSON.stringify({ agent, alerts, channels }));
    this.#agent = new AgentProgram(["--config", configuration, "--state-dir", join(path, "state")]);
  }

  /** From the leak to the end of the application, some two minutes. Does not reject: its own tests say what went wrong. */
  async run(): Promise<void> {
    try {
      this.#seen = await this.#seeToItsEnd();
    } catch (error) {
      this.#fault = error;
    }
  }

  async #seeToItsEnd(): Promise<Seen> {
    const [lab, alertmanager] = [this.#lab, this.#alertmanager];
    assert.ok(lab !== null && alertmanager !== null);
    const held = async (): Promise<HeldAlert[]> =>
      (await alertmanager.active()).filter(({ labels }) => labels["service"] === SERVICE);
    const first = await lab.counts();
    const proven = await until(
      "the proven leak in Alertmanager",
      async () =>
        (await held()).find(({ annotations }) => annotations["summary"]?.startsWith("leak: ")) ?? null,
      { timeoutSeconds: 150 },
    );
    const last = await lab.counts();
    process.kill(lab.pids.gunicornMaster);
    await until("its end in Alertmanager", async () => (await held()).length === 0, { timeoutSeconds: 120 });
    await until("people to be told", () => this.#told().at(-1)?.endsWith("resolved") === true);
    return {
      proven,
      perMinute: ((last.leaked - first.leaked) / (last.seconds - first.seconds)) * 60,
      afterwards: await held(),
      told: this.#told(),
    };
  }

  #told(): string[] {
    return (this.#pager?.received ?? []).flatMap(({ body }) =>
      (body as Page).alerts.flatMap(({ status, labels }) =>
        labels["service"] === SERVICE ? [`${labels["severity"]} ${status}`] : [],
      ),
    );
  }

  tests(): void {
    it("stands in Alertmanager as a page, with service, peer, rate, time left and advice", () => {
      const { proven, perMinute } = this.#found();
      const { labels, annotations } = proven;
      assert.equal(labels["alertname"], "DescryLeak");
      assert.equal(labels["severity"], "page");
      assert.equal(labels["peer"], this.#lab?.database);
      const net = Number(annotations["kept_per_minute"]);
      assert.ok(Math.abs(net - perMinute) <= 0.1 * perMinute, `${net} a minute; the lab counts ${perMinute}`);
      assert.match(annotations["rate"] ?? "", /^\d+(\.\d+)? a minute \(opened \d+/);
      assert.match(annotations["runway"] ?? "", /^\d+ min, until about .* UTC \(open files\)$/);
      assert.equal(annotations["product"], "MySQL");
      assert.match(annotations["description"] ?? "", /gunicorn app:app .*MySQL/);
      for (const moment of ["NOW", "BEFORE A RESTART", "FIX", "CONFIRM"])
        assert.match(annotations["advice"] ?? "", new RegExp(`^${moment}: .`, "m"));
    });

    it("is over in Alertmanager, and for people once, when the application has ended", () => {
      const { afterwards, told } = this.#found();
      assert.deepEqual(afterwards, []);
      // The pool that it passes by may have been told first, as a ticket.
      assert.deepEqual(
        told.filter((one) => one.startsWith("page")),
        ["page firing", "page resolved"],
        told.join(),
      );
    });
  }

  #found(): Seen {
    if (this.#fault !== null) throw this.#fault;
    assert.ok(this.#seen !== null, "it was not seen to its end");
    return this.#seen;
  }

  async stop(): Promise<void> {
    await this.#agent?.end();
    await this.#alertmanager?.stop();
    await this.#pager?.close();
    await this.#lab?.stop();
    await this.#scratch?.remove();
  }
}
