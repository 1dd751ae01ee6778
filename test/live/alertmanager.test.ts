/** The real Alertmanager on loopback, through an outage and a restart of both. */
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endingIn, START, verdict } from "../../src/alerts/life/arbitrary-events.ts";
import { resume, step } from "../../src/alerts/life/life.ts";
import { LIFE } from "../../src/alerts/life/options.ts";
import { reportOf } from "../../src/alerts/life/report.ts";
import type { AlertsState, Notification } from "../../src/model/alert.ts";
import type { DescryEvent } from "../../src/model/events.ts";
import { channelOf } from "../../src/notify/channels.ts";
import { Courier } from "../../src/notify/courier.ts";
import { httpReceiver, type HttpReceiver } from "../../src/notify/made-receiver.ts";
import { MemoryOutbox } from "../../src/notify/memory-outbox.ts";
import { needs } from "../needs.ts";

const skip = needs("prometheus-alertmanager");
const HOUR = 3_600_000;

let folder: string;
let port: number;
let pager: HttpReceiver;
let running: ChildProcess | null = null;

before(async () => {
  if (skip !== false) return;
  folder = mkdtempSync(join(tmpdir(), "descry-alertmanager-"));
  pager = await httpReceiver();
  port = await freePort();
  writeFileSync(
    join(folder, "config.yml"),
    [
      "route: {receiver: pager, group_by: [fingerprint], group_wait: 100ms, group_interval: 1s, repeat_interval: 24h}",
      `receivers: [{name: pager, webhook_configs: [{url: "${pager.url}/", send_resolved: true}]}]`,
    ].join("\n"),
  );
});
after(async () => {
  if (skip !== false) return;
  await stopAlertmanager();
  await pager.close();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return free;
}

async function startAlertmanager(): Promise<void> {
  const args = [
    `--config.file=${join(folder, "config.yml")}`,
    `--storage.path=${join(folder, "state")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--cluster.listen-address=",
  ];
  running = spawn("prometheus-alertmanager", args, { stdio: "ignore" });
  await until("Alertmanager is ready", async () => (await fetch(`${base()}/-/ready`)).ok);
}

async function stopAlertmanager(): Promise<void> {
  if (running === null) return;
  running.kill();
  await once(running, "exit");
  running = null;
}

async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const met = await Promise.resolve()
      .then(condition)
      .catch(() => false);
    if (met) return;
    assert.ok(Date.now() < deadline, `never: ${what}`);
    await sleep(50);
  }
}

const base = (): string => `http://127.0.0.1:${port}`;

interface Held {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

async function held(): Promise<Held[]> {
  const response = await fetch(`${base()}/api/v2/alerts?active=true`);
  return (await response.json()) as Held[];
}

/** A run of the program: the life of alerts, and the courier on what an earlier run left. */
class Run {
  #state: AlertsState;
  #at: number;
  readonly #outbox: MemoryOutbox;
  readonly courier: Courier;
  told: Notification[] = [];

  constructor(stored: AlertsState | null, outbox: MemoryOutbox) {
    // What is lived through in one go is over by now.
    this.#at = Date.now() - HOUR / 4;
    this.#state = resume(stored, this.#at);
    this.#outbox = outbox;
    const options = {
      name: "am",
      kind: "alertmanager",
      from: "ticket",
      timeout: 5000,
      token: null,
      url: base(),
      labels: { cluster: "test" },
    } as const;
    const clock = {
      now: () => Date.now(),
      random: () => 0,
      // An hour's waits in seconds.
      after: (milliseconds: number, callback: () => void) => {
        const timer = setTimeout(callback, milliseconds / 20).unref();
        return () => clearTimeout(timer);
      },
    };
    const standing = () => this.#state.alerts.filter(({ told }) => told !== null).map(reportOf);
    this.courier = new Courier([channelOf(options, { env: {}, version: "0.1.0" })], {
      ...{ outbox, clock, standing },
    });
    this.courier.start();
  }

  /** So many seconds of life, of which the first brings these events. */
  live(seconds: number, ...events: DescryEvent[]): void {
    for (let passed = 0; passed < seconds; passed += 1) {
      this.#at += 1000;
      const tick = { at: this.#at, events: passed === 0 ? events : [], standing: [], silences: [] };
      const { state, notifications } = step(this.#state, tick, LIFE);
      this.#state = state;
      const entries = this.courier.entriesFor(notifications);
      this.#outbox.commit({ put: entries });
      this.courier.take(entries);
      this.told.push(...notifications);
    }
  }

  async end(): Promise<AlertsState> {
    await this.courier.stop();
    return JSON.parse(JSON.stringify(this.#state)) as AlertsState;
  }
}

test(
  "an alert fires, rises and is over in the real Alertmanager, across outages and restarts",
  { skip },
  async () => {
    const outbox = new MemoryOutbox();
    const now = Date.now();
    assert.ok(now > START);

    const states = () =>
      pager.received.flatMap(({ body }) =>
        (body as { alerts: { status: string; labels: Record<string, string> }[] }).alerts.map(
          ({ status, labels }) => `${labels["severity"]} ${status}`,
        ),
      );
    // Nobody listens yet.
    const first = new Run(null, outbox);
    first.live(60, verdict({ runway: endingIn(20 * HOUR, now) }));
    await until("an attempt failed", () => (first.courier.statuses()[0]?.failures ?? 0) > 0);
    const stored = await first.end();

    await startAlertmanager();
    const second = new Run(stored, outbox);
    await until("it fires", async () => (await held()).length === 1);
    const [fires] = await held();
    assert.deepEqual(fires?.labels, {
      ...{ alertname: "DescryLeak", cluster: "test", fingerprint: "f0f0", instance: "web-12" },
      ...{
        peer: "127.0.0.1:3306",
        rule: "unclosed-connection",
        service: "gunicorn.service",
        severity: "ticket",
      },
    });
    assert.match(fires.annotations["summary"] ?? "", /^leak: gunicorn\.service on web-12, \d+ h/);
    assert.equal(fires.annotations["kept_per_minute"], "124.9");
    assert.match(fires.annotations["advice"] ?? "", /sudo prlimit --pid 812/);
    // Found again by the second run under another id, it is told no second time.
    second.live(60, verdict({ id: "again", story: "again", runway: endingIn(20 * HOUR, now) }));
    assert.deepEqual(second.told, []);

    // It forgets all when it is restarted; what stands is said again.
    await stopAlertmanager();
    await startAlertmanager();
    await until("it fires again", async () => (await held()).length === 1);

    second.live(60, verdict({ id: "again", story: "again", runway: endingIn(HOUR, now) }));
    await until(
      "the page is there",
      async () => (await held()).map(({ labels }) => labels["severity"]).join() === "page",
    );

    await until("people are told of the page", () => states().includes("page firing"));
    second.live(
      300,
      verdict({ id: "again", story: "again", standing: "cleared", reason: "they were closed" }),
    );
    await until("nothing is active", async () => (await held()).length === 0);
    await until("all has arrived", () => outbox.waiting().length === 0);
    await until("people are told that it is over", () => states().at(-1)?.endsWith("resolved") === true);
    assert.equal(states().filter((state) => state === "page firing").length, 1, states().join());
    await second.end();
  },
);
