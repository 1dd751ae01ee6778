import assert from "node:assert/strict";
import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DescryError } from "../../model/error.ts";
import { type HttpReceiver, httpReceiver } from "../../notify/made-receiver.ts";
import { surroundingsOf } from "../example/surroundings.ts";
import { failureWords } from "../failure.ts";
import type { RawFlags } from "../options.ts";
import { run } from "./alert.ts";

let receiver: HttpReceiver;
const folder = mkdtempDisposableSync(join(tmpdir(), "descry-alert-"));

before(async () => {
  receiver = await httpReceiver();
});
after(async () => {
  await receiver.close();
  folder.remove();
});

const SECRET = "hunter2-s3cret";

/** `descry alert` with these words and this configuration; what it said, or why it failed. */
async function asked(words: readonly string[], configuration: string | null, more: RawFlags = {}) {
  const { surroundings, recorded } = surroundingsOf({ ticks: [] });
  const file = join(folder.path, "descry.yaml");
  if (configuration !== null) writeFileSync(file, configuration);
  const flags = { ...more, words, ...(configuration === null ? {} : { config: file }) };
  const usual = { configuration: "/nowhere/descry.yaml", stateFolder: null };
  const environment = { TOKEN: SECRET };
  try {
    const code = await run(flags, words[0] ?? null, { ...surroundings, usual, environment });
    return { code, said: recorded.out.join("\n") };
  } catch (error) {
    assert.ok(error instanceof DescryError, String(error));
    assert.ok(error.mend !== "" && !failureWords(error).includes(SECRET));
    return { code: null, said: failureWords(error).replaceAll(file, "FILE") };
  }
}

test("alert test: a receiver gets one message that says that nothing leaks, and its answer is told", async () => {
  const channels = `channels: { ops: { kind: webhook, url: ${receiver.url}, token: env:TOKEN } }`;
  receiver.received.length = 0;
  assert.deepEqual(await asked(["test", "ops"], channels), {
    code: 0,
    said: "The channel ops (webhook) took the test message.",
  });
  const [got, ...more] = receiver.received;
  assert.equal(more.length, 0);
  assert.equal(got?.headers.authorization, `Bearer ${SECRET}`);
  const { kind, alert } = got.body as { kind: string; alert: { summary: string } };
  assert.equal(kind, "test");
  assert.match(alert.summary, /Nothing leaks/);
  const { said } = await asked(["test", "ops"], channels, { json: true });
  assert.deepEqual(JSON.parse(said), { channel: "ops", kind: "webhook", delivered: true });
});

test("alert test: the address of a Slack webhook comes from its file", async () => {
  writeFileSync(join(folder.path, "url"), `${receiver.url}/services/${SECRET}\n`);
  receiver.received.length = 0;
  const channels = `channels: { chat: { kind: slack, url: "file:${join(folder.path, "url")}" } }`;
  assert.equal((await asked(["test", "chat"], channels)).code, 0);
  assert.equal(receiver.received[0]?.path, `/services/${SECRET}`);
});

test("alert test: a label that is called env names no secret", async () => {
  const channels = `channels: { am: { kind: alertmanager, url: ${receiver.url}, labels: { env: prod } } }`;
  receiver.received.length = 0;
  assert.deepEqual(await asked(["test", "am"], channels), {
    code: 0,
    said: "The channel am (alertmanager) took the test message.",
  });
  const [got] = receiver.received;
  const told = got?.body as { labels: Record<string, string> }[] | undefined;
  assert.equal(told?.[0]?.labels["env"], "prod");
});

test("alert test: what is wrong is said with its mend", async () => {
  const channels = `channels:
  ops: { kind: webhook, url: ${receiver.url}, token: env:NO_TOKEN }
  duty: { kind: pagerduty, url: ${receiver.url}, routing-key: "file:${join(folder.path, "none")}" }
`;
  const said = async (words: readonly string[], configuration: string | null = channels) =>
    (await asked(words, configuration)).said;
  assert.equal(await said(["test", "opps"]), "There is no channel opps. Did you mean ops?");
  assert.equal(await said(["test", "zzzzz"]), "There is no channel zzzzz. There is ops or duty.");
  assert.equal(await said(["test"]), "descry alert test needs a channel. There is ops or duty.");
  assert.equal(
    await said(["tset", "ops"]),
    "descry alert has no tset. It has list, silence, silences, unsilence or test: descry alert --help.",
  );
  assert.match(await said(["test", "ops"], null), /^There is no configuration, and so no channel\. Name one/);
  assert.match(await said(["test", "ops"], "services: {}"), /^FILE names no channel\. Name one/);
  assert.match(
    await said(["test", "a"], "channels: { a: { kind: slak } }"),
    /^FILE:1: channels\.a\.kind is "slak"/,
  );
  assert.equal(
    await said(["test", "ops"]),
    "The channel ops has no secret: the environment variable NO_TOKEN holds no secret. " +
      "Set it for this command; descry agent reads it in its own environment.",
  );
  assert.match(
    await said(["test", "duty"]),
    /^The channel duty has no secret: cannot read .*none: ENOENT\. Check/,
  );
});

test("alert test: a receiver that refuses, and one that is not there, are failures", async () => {
  const hook = (url: string) => `channels: { ops: { kind: webhook, url: "${url}" } }`;
  receiver.answer = { status: 503, body: "closed on Mondays" };
  assert.equal(
    (await asked(["test", "ops"], hook(receiver.url))).said,
    "The channel ops (webhook) did not take the test message: it answered 503: closed on Mondays. " +
      "Check that the receiver runs, and its address in the configuration.",
  );
  receiver.answer = { status: 400 };
  assert.match(
    (await asked(["test", "ops"], hook(receiver.url))).said,
    /it answered 400\. Check that a receiver of kind/,
  );
  receiver.answer = { status: 200 };
  const { promise, resolve } = Promise.withResolvers<number>();
  // Its port is free again, and nobody listens there.
  const gone = createServer().listen(0, "127.0.0.1", () => {
    const { port } = gone.address() as { port: number };
    gone.close(() => resolve(port));
  });
  const { said } = await asked(["test", "ops"], hook(`http://127.0.0.1:${await promise}`));
  assert.match(
    said,
    /^The channel ops \(webhook\) did not take the test message: the connection was refused\. Check/,
  );
});
