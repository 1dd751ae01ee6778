/** The real Alertmanager on loopback, through an outage and a restart of both. */
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import { endingIn, START, verdict } from "../../src/alerts/life/arbitrary-events.ts";
import { resume, step } from "../../src/alerts/life/life.ts";
import { LIFE } from "../../src/alerts/life/options.ts";
import { toldReports } from "../../src/alerts/life/report.ts";
import type { AlertsState, Notification } from "../../src/model/alert.ts";
import type { DescryEvent } from "../../src/model/events.ts";
import { channelOf } from "../../src/notify/channels.ts";
import { Courier } from "../../src/notify/courier.ts";
import { httpReceiver, type HttpReceiver } from "../../src/notify/made-receiver.ts";
import { MemoryOutbox } from "../../src/notify/memory-outbox.ts";
import { needs } from "../needs.ts";
import { AlertmanagerProgram, type Page } from "./alertmanager-program.ts";

const skip = needs("prometheus-alertmanager");
const HOUR = 3_600_000;

let scratch: Scratch;
let alertmanager: AlertmanagerProgram;
let pager: HttpReceiver;

before(async () => {
  if (skip !== false) return;
  scratch = await makeScratch("alertmanager");
  pager = await httpReceiver();
  alertmanager = await AlertmanagerProgram.in(scratch.path, `${pager.url}/`);
});
after(async () => {
  if (skip !== false) return;
  await alertmanager.stop();
  await pager.close();
  await scratch.remove();
});

const held = () => alertmanager.active();

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
      url: alertmanager.url,
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
    const standing = () => toldReports(this.#state);
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
        (body as Page).alerts.map(({ status, labels }) => `${labels["severity"]} ${status}`),
      );
    // Nobody listens yet.
    const first = new Run(null, outbox);
    first.live(60, verdict({ runway: endingIn(20 * HOUR, now) }));
    await until("an attempt failed", () => (first.courier.statuses()[0]?.failures ?? 0) > 0);
    const stored = await first.end();

    await alertmanager.start();
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
    const { annotations } = fires;
    assert.equal(annotations["kept_per_minute"], "124.9");
    assert.equal(annotations["rate"], "124.9 a minute (opened 131, closed 6.1)");
    assert.match(annotations["runway"] ?? "", /^\d+ h( \d+ min)?, until about 20\d\d-.* UTC \(open files\)$/);
    assert.match(fires.annotations["advice"] ?? "", /sudo prlimit --pid 812/);
    // Found again by the second run under another id, it is told no second time.
    second.live(60, verdict({ id: "again", story: "again", runway: endingIn(20 * HOUR, now) }));
    assert.deepEqual(second.told, []);

    // It forgets all when it is restarted; what stands is said again.
    await alertmanager.stop();
    await alertmanager.start();
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

test("the configuration that deploy/ shows is one to Alertmanager", { skip }, () => {
  const file = join(import.meta.dirname, "../../deploy/alertmanager/alertmanager.yml");
  const { status, stderr } = spawnSync("amtool", ["check-config", file], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});
