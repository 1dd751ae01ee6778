import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notification } from "../model/alert.ts";
import type { ChannelOptions, Secret } from "../model/channels.ts";
import type { Channel } from "./channel.ts";
import { channelOf } from "./channels.ts";
import { letter } from "./words.ts";
import { httpReceiver, type HttpReceiver } from "./made-receiver.ts";
import { notificationOf } from "./made-notifications.ts";
import { trialNotification } from "./trial.ts";

const SECRET = "s3cr3t/T0ken+value=";
const HEAD = { name: "ops", from: "ticket", timeout: 20_000 } as const;
const TOKEN: Secret = { env: "TOKEN" };

let receiver: HttpReceiver;
let folder: string;

before(async () => {
  receiver = await httpReceiver();
  folder = mkdtempSync(join(tmpdir(), "descry-notify-"));
});
after(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});

function channelsTo(url: string): ChannelOptions[] {
  writeFileSync(join(folder, "url"), `${url}/services/${encodeURIComponent(SECRET)}\n`);
  const secretUrl = { file: join(folder, "url") };
  return [
    { ...HEAD, kind: "webhook", url, token: TOKEN },
    { ...HEAD, kind: "webhook", url: secretUrl, token: null },
    { ...HEAD, kind: "slack", url: secretUrl },
    { ...HEAD, kind: "pagerduty", url, routingKey: TOKEN },
    { ...HEAD, kind: "alertmanager", url, token: TOKEN, labels: {} },
  ];
}

const opened = (options: ChannelOptions): Channel =>
  channelOf(options, { env: { TOKEN: SECRET }, version: "0.1.0" });
const attempt = () => ({ now: Date.parse("2026-11-23T02:43:01Z"), signal: new AbortController().signal });

async function sent(options: ChannelOptions, notification = notificationOf()) {
  receiver.received.length = 0;
  receiver.answer = { status: 202 };
  const outcome = await opened(options).deliver(notification, attempt());
  assert.deepEqual(outcome, { is: "delivered" });
  return receiver.received;
}

test("a webhook gets the documented JSON, its id as a key against repetition, and the token", async () => {
  const notification = notificationOf();
  const [got] = await sent({ ...HEAD, kind: "webhook", url: `${receiver.url}/hook?team=a`, token: TOKEN });
  assert.equal(got?.method, "POST");
  assert.equal(got.path, "/hook?team=a");
  assert.equal(got.headers["content-type"], "application/json");
  assert.equal(got.headers["idempotency-key"], notification.id);
  assert.equal(got.headers.authorization, `Bearer ${SECRET}`);
  assert.deepEqual(got.body, { descryNotification: 1, writtenBy: "descry 0.1.0", ...notification });
});

test("PagerDuty gets one incident an alert: opened, changed, closed by the same key", async () => {
  const options = { ...HEAD, kind: "pagerduty", url: `${receiver.url}/`, routingKey: TOKEN } as const;
  const [opens] = await sent(options);
  assert.equal(opens?.path, "/v2/enqueue");
  const { payload, ...event } = opens.body as Record<string, Record<string, unknown>>;
  const key = notificationOf().alert.id;
  assert.deepEqual(event, { routing_key: SECRET, event_action: "trigger", dedup_key: key, client: "descry" });
  assert.equal(payload?.["summary"], "leak: gunicorn.service on web-12, 9 min left");
  assert.equal(payload["severity"], "critical");
  assert.equal(payload["source"], "web-12");
  const [closes] = await sent(options, notificationOf({ kind: "resolved", why: "they were closed" }));
  assert.deepEqual(closes?.body, { routing_key: SECRET, event_action: "resolve", dedup_key: key });
  const trial = await sent(options, trialNotification("web-12", 0));
  assert.deepEqual(
    trial.map(({ body }) => (body as Record<string, unknown>)["event_action"]),
    ["trigger", "resolve"],
  );
});

test("whose service it is stands in every message, and is a label of its own for Alertmanager", async () => {
  for (const options of channelsTo(receiver.url)) {
    const [got] = await sent(options, notificationOf({}, { owner: "team-shop" }));
    assert.match(JSON.stringify(got?.body), /team-shop/, options.kind);
  }
  const options = {
    ...HEAD,
    kind: "alertmanager",
    url: receiver.url,
    token: null,
    labels: { owner: "anybody" },
  } as const;
  const ownerIn = async (owner: string | null) => {
    const [got] = await sent(options, notificationOf({}, { owner }));
    assert.ok(got !== undefined);
    return (got.body as { labels: Record<string, string> }[])[0]?.labels["owner"];
  };
  assert.deepEqual([await ownerIn("team-shop"), await ownerIn(null)], ["team-shop", "anybody"]);
  assert.match(letter(notificationOf({}, { owner: "team-shop" })), /^Owner: team-shop$/m);
});

test("Alertmanager gets a page as another alert than the ticket, which is over then", async () => {
  const options = {
    ...HEAD,
    kind: "alertmanager",
    url: receiver.url,
    token: null,
    labels: { cluster: "a" },
  } as const;
  const [got] = await sent(options, notificationOf({ kind: "updated", before: "ticket" }));
  assert.equal(got?.path, "/api/v2/alerts");
  const [was, is] = got.body as { labels: Record<string, string>; startsAt: string; endsAt: string }[];
  assert.equal(was?.labels["severity"], "ticket");
  assert.equal(was.endsAt, "2026-11-23T02:43:01.000Z");
  assert.deepEqual(is?.labels, {
    ...was.labels,
    ...{ alertname: "DescryLeak", cluster: "a", fingerprint: "fedcba9876543210", instance: "web-12" },
    ...{ peer: "127.0.0.1:3306", rule: "unclosed-connection", service: "gunicorn.service", severity: "page" },
  });
  assert.equal(is.endsAt, "2026-11-23T02:58:01.000Z");
  // It became a page while a silence held that back: what is over is the ticket.
  const [silenced] = await sent(options, notificationOf({ kind: "resolved", before: "ticket" }));
  assert.ok(silenced !== undefined);
  assert.deepEqual(
    (silenced.body as { labels: Record<string, string> }[]).map(({ labels }) => labels["severity"]),
    ["ticket"],
  );
  // A clock that was set back between: Alertmanager refuses an end before the beginning.
  const early = notificationOf({ kind: "resolved" }, { resolvedAt: "2026-11-22T00:00:00.000Z" });
  const [over] = await sent(options, early);
  assert.ok(over !== undefined);
  const [ended] = over.body as { startsAt: string; endsAt: string }[];
  assert.equal(ended?.endsAt, ended?.startsAt);
});

test("Alertmanager gets in words of their own what a template may want alone, and of what is over no advice", async () => {
  const options = { ...HEAD, kind: "alertmanager", url: receiver.url, token: null, labels: {} } as const;
  const annotationsOf = async (notification: Notification) => {
    const [got] = await sent(options, notification);
    assert.ok(got !== undefined);
    return (got.body as { annotations: Record<string, string> }[])[0]?.annotations;
  };
  const description = "gunicorn.service leaks connections to MySQL at 127.0.0.1:3306.";
  assert.deepEqual(await annotationsOf(notificationOf()), {
    summary: "leak: gunicorn.service on web-12, 9 min left",
    description,
    rate: "124.9 a minute (opened 131, closed 6.1)",
    runway: "9 min, until about 2026-11-23 02:52 UTC (open files)",
    open_files: "2,914 of 4,096",
    since: "2026-11-23 02:43 UTC",
    product: "MySQL",
    kept_per_minute: "124.9",
    exhausted_at: "2026-11-23T02:52:00.000Z",
    evidence: "of 2,566 that passed 80 s, 2 were ever closed",
    advice: [
      "NOW: raise the limit: about 98 min more (MySQL's max_connections permitting)",
      "    sudo prlimit --pid 812 --nofile=16384:16384",
      "FIX: close what bypasses the pool",
    ].join("\n"),
  });
  assert.deepEqual(await annotationsOf(notificationOf({ kind: "resolved", why: "they were closed" })), {
    summary: "over: gunicorn.service on web-12: they were closed",
    ...{ description, why: "they were closed" },
  });
});

test("answers are told apart: try again, wait, never", async () => {
  for (const options of channelsTo(receiver.url)) {
    const channel = opened(options);
    const answered = async (status: number, headers: Record<string, string> = {}) => {
      receiver.answer = { status, headers, body: `no: ${SECRET} or ${encodeURIComponent(SECRET)}` };
      return channel.deliver(notificationOf(), attempt());
    };
    const told = { because: `it answered 500: no: [secret] or [secret]`, after: null };
    assert.deepEqual(await answered(500), { is: "failed", ...told }, options.kind);
    const limited = await answered(429, { "retry-after": "7" });
    assert.equal(limited.is === "failed" && limited.after, 7000);
    const dated = await answered(503, { "retry-after": "Mon, 23 Nov 2026 02:43:31 GMT" });
    assert.equal(dated.is === "failed" && dated.after, 30_000);
    assert.equal((await answered(400)).is, "refused");
    // A token that was changed is mended on one side or the other.
    assert.equal((await answered(401)).is, "failed");
    const elsewhere = await httpReceiver();
    assert.equal((await answered(307, { location: elsewhere.url })).is, "failed");
    assert.equal(elsewhere.received.length, 0);
    await elsewhere.close();
  }
});

test("one that does not answer is given up after its time, and one that is gone at once", async () => {
  receiver.answer = null;
  const gone = await httpReceiver();
  await gone.close();
  const silent = channelsTo(receiver.url).map((options) => opened({ ...options, timeout: 500 }));
  const attempts = await Promise.all(silent.map((channel) => channel.deliver(notificationOf(), attempt())));
  for (const outcome of attempts)
    assert.deepEqual(outcome, { is: "failed", because: "no answer within 0.5 s", after: null });
  for (const options of channelsTo(gone.url)) {
    const outcome = await opened(options).deliver(notificationOf(), attempt());
    assert.deepEqual(outcome, { is: "failed", because: "the connection was refused", after: null });
  }
  const stopping = new AbortController();
  const [patient] = channelsTo(receiver.url).map(opened);
  const under = (patient as Channel).deliver(notificationOf(), { ...attempt(), signal: stopping.signal });
  stopping.abort();
  assert.deepEqual(await under, { is: "failed", because: "it was interrupted", after: null });
});

test("an answer without end is not read to its end", async () => {
  receiver.answer = { status: 500, body: "x".repeat(5_000_000) };
  const [options] = channelsTo(receiver.url);
  const outcome = await opened(options as ChannelOptions).deliver(notificationOf(), attempt());
  assert.ok(outcome.is === "failed" && outcome.because.length < 300);
});

test("secrets that are missing, empty or wrong are told without themselves", async () => {
  const files = {
    empty: "\n",
    lines: "a\nb",
    wrong: `ftp://x/${SECRET}`,
    user: `https://u:${encodeURIComponent(SECRET)}@example.org`,
  };
  const told: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
    const outcome = await opened({ ...HEAD, kind: "slack", url: { file: join(folder, name) } }).deliver(
      notificationOf(),
      attempt(),
    );
    assert.equal(outcome.is, "failed");
    told.push(outcome.is === "failed" ? outcome.because : "");
  }
  for (const secret of [{ file: folder }, { file: join(folder, "absent") }, { env: "ABSENT" }]) {
    const outcome = await opened({ ...HEAD, kind: "slack", url: secret }).deliver(
      notificationOf(),
      attempt(),
    );
    told.push(outcome.is === "failed" ? outcome.because : "");
  }
  assert.deepEqual(told, [
    `the file ${folder}/empty holds no secret`,
    `the secret in the file ${folder}/lines is more than one line`,
    "its address is no http or https address",
    "its address holds a password",
    `${folder} is no regular file`,
    `cannot read the secret in ${folder}/absent: ENOENT`,
    "the environment variable ABSENT holds no secret",
  ]);
});

test("looking at a channel shows no secret", () => {
  for (const options of channelsTo(receiver.url)) {
    const shown = inspect(opened(options), { depth: 9, showHidden: true }) + JSON.stringify(opened(options));
    assert.ok(!shown.includes(SECRET) && !shown.includes(encodeURIComponent(SECRET)), options.kind);
  }
});
