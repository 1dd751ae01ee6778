import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { createTransport } from "nodemailer";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import type { EmailOptions } from "../model/channels.ts";
import { hostileText } from "../alerts/life/arbitrary-events.ts";
import { email, mailOf } from "./email.ts";
import { notificationOf } from "./made-notifications.ts";

const PASSWORD = "hunter2-hunter2";
const OPTIONS: EmailOptions = {
  ...{ name: "mail", kind: "email", from: "ticket", timeout: 5000, host: "127.0.0.1", port: 0 },
  ...{ encryption: "none", user: "descry", password: { env: "PASSWORD" } },
  sender: "descry <descry@web-12.example>",
  recipients: ["ops@example.org", "Second <second@example.org>"],
};

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

let server: SMTPServer;
let port: number;
const mails: Mail[] = [];
/** The reply to the mail itself; null: it is taken. */
let refusal: number | null = null;

before(async () => {
  server = new SMTPServer({
    logger: false,
    closeTimeout: 100,
    disabledCommands: [],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) =>
      username === "descry" && password === PASSWORD
        ? done(null, { user: "descry" })
        : done(new Error(`Not ${password ?? ""}`)),
    onData: (stream, { envelope }, done) => void answer(stream, envelope, done),
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.server.address() as AddressInfo).port;
});
after(() => new Promise<void>((resolve) => server.close(() => resolve())));

type Done = (error?: Error | null) => void;

async function answer(stream: Readable, envelope: SMTPServerSession["envelope"], done: Done): Promise<void> {
  done(await take(stream, envelope));
}

/** The error to answer with, or null. */
async function take(stream: Readable, envelope: SMTPServerSession["envelope"]): Promise<Error | null> {
  const raw = await text(stream);
  if (refusal !== null) return Object.assign(new Error("no"), { responseCode: refusal });
  const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
  mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), ...parsed(raw) });
  return null;
}

function parsed(raw: string): Pick<Mail, "headers" | "body"> {
  const end = raw.indexOf("\r\n\r\n");
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = new Map(
    lines.map((line): [string, string] => {
      const at = line.indexOf(": ");
      assert.ok(at > 0, `no header: ${line}`);
      return [line.slice(0, at).toLowerCase(), line.slice(at + 2)];
    }),
  );
  assert.equal(headers.size, lines.length, "a header twice");
  return { headers, body: raw.slice(end + 4) };
}

function deliver(said: Partial<EmailOptions> = {}, notification = notificationOf(), password = PASSWORD) {
  const channel = email({ ...OPTIONS, port, ...said }, { env: { PASSWORD: password }, version: "0" });
  return channel.deliver(notification, { now: 0, signal: new AbortController().signal });
}

async function mailed(notification = notificationOf()): Promise<Mail> {
  mails.length = 0;
  assert.deepEqual(await deliver({}, notification), { is: "delivered" });
  assert.equal(mails.length, 1);
  return mails[0] as Mail;
}

test("a mail says what leaks, how long is left and what to do", async () => {
  const { from, to, headers, body } = await mailed();
  assert.equal(from, "descry@web-12.example");
  assert.deepEqual(to, ["ops@example.org", "second@example.org"]);
  assert.equal(headers.get("subject"), "[page] leak: gunicorn.service on web-12, 9 min left");
  assert.equal(headers.get("auto-submitted"), "auto-generated");
  const plain = body.replaceAll("=\r\n", "").replaceAll("=3D", "=").replaceAll("\r\n", "\n");
  for (const line of [
    "gunicorn.service leaks connections to MySQL at 127.0.0.1:3306.",
    "Open files: 2,914 of 4,096",
    "Kept: 124.9 a minute (opened 131, closed 6.1)",
    "Time left: 9 min, until about 2026-11-23 02:52 UTC (open files)",
    "  of 2,566 that passed 80 s, 2 were ever closed",
    "  raise the limit: about 98 min more (MySQL's max_connections permitting)",
    "      sudo prlimit --pid 812 --nofile=16384:16384",
  ])
    assert.ok(plain.split("\n").includes(line), `${line}\nis not in\n${plain}`);
});

test("mails of one alert are one conversation, and the same one again is the same mail", async () => {
  const first = await mailed();
  const again = await mailed();
  const over = await mailed(
    notificationOf({ id: "0123456789abcdef-2", kind: "resolved", why: "they were closed" }),
  );
  const id = first.headers.get("message-id");
  assert.match(id ?? "", /^<[0-9a-f]{32}@web-12\.example>$/);
  assert.equal(again.headers.get("message-id"), id);
  assert.notEqual(over.headers.get("message-id"), id);
  assert.equal(over.headers.get("in-reply-to"), id);
  assert.equal(first.headers.get("in-reply-to"), undefined);
  assert.equal(over.headers.get("subject"), "[page] over: gunicorn.service on web-12: they were closed");
});

test("no text of the host makes a header, a recipient or an end of the mail", async () => {
  const written = createTransport({ streamTransport: true, buffer: true });
  const usual = [...(await mailed(notificationOf({ kind: "updated", id: "x-2" }))).headers.keys()].toSorted();
  await fc.assert(
    fc.asyncProperty(hostileText, hostileText, hostileText, async (service, summary, command) => {
      const actions = [{ when: "now", text: summary, command: `echo ${command}`, caution: service }] as const;
      const notification = notificationOf(
        { kind: "updated", id: "x-2", why: service },
        { service, host: command, summary, evidence: [command], actions },
      );
      const { message, envelope } = await written.sendMail(mailOf(OPTIONS, notification));
      const { headers } = parsed((message as Buffer).toString("utf8"));
      assert.deepEqual([...headers.keys()].filter((key) => key !== "received").toSorted(), usual);
      assert.deepEqual(envelope.to, ["ops@example.org", "second@example.org"]);
      assert.match(headers.get("subject") ?? "", /^[\x20-\x7e]+$/);
    }),
    { numRuns: 100 },
  );
  const { body } = await mailed(notificationOf({}, { summary: "first\r\n.\r\nMAIL FROM:<x@y.example>" }));
  assert.ok(body.includes("Open files"), "all of the mail arrives");
});

test("a password is never told, whatever the server says", async () => {
  const outcome = await deliver({}, notificationOf(), "wrong-password");
  assert.equal(outcome.is, "failed");
  assert.ok(outcome.is === "failed" && outcome.because.length > 0);
  assert.ok(!JSON.stringify(outcome).includes("wrong-password"), JSON.stringify(outcome));
  assert.deepEqual(await deliver({ password: { env: "ABSENT" } }), {
    ...{ is: "failed", because: "the environment variable ABSENT holds no secret", after: null },
  });
});

test("without encryption nothing is sent where it was asked for", async () => {
  // smtp-server has a certificate of its own making, which nobody trusts.
  const outcome = await deliver({ encryption: "starttls" });
  assert.equal(outcome.is, "failed");
  mails.length = 0;
  assert.equal((await deliver({ encryption: "implicit", timeout: 500 })).is, "failed");
  assert.equal(mails.length, 0);
});

test("a mail that is refused for good is not sent again, all else is", async () => {
  for (const [reply, is] of [
    [554, "refused"],
    [552, "refused"],
    [451, "failed"],
  ] as const) {
    refusal = reply;
    assert.equal((await deliver()).is, is, `${reply}`);
  }
  refusal = null;
});

test("a server that says nothing is left after its time", async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket.on("error", () => {})));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const outcome = await deliver({ port: (silent.address() as AddressInfo).port, timeout: 300 });
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => silent.close(() => resolve()));
  assert.deepEqual(outcome, { is: "failed", because: "no answer within 0.3 s", after: null });
  assert.equal((await deliver({ port: 1, timeout: 3000 })).is, "failed");
});
