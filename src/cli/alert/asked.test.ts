// descry alert beside an agent: the real server on loopback, with made-up alerts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DescryError } from "../../model/error.ts";
import { alertOf } from "../../server/example-alerts.ts";
import { run } from "../commands/alert.ts";
import { type ExampleAgent, hostNow, startExampleAgent, startStranger } from "../example/running-agent.ts";
import { surroundingsOf } from "../example/surroundings.ts";
import { failureWords } from "../failure.ts";
import * as example from "../example/host.ts";
import type { RawFlags } from "../options.ts";

/** What it printed, or why it failed. */
async function asked(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  flags: RawFlags = {},
): Promise<{ readonly code: number | null; readonly said: string; readonly warned: string }> {
  const { surroundings, recorded } = surroundingsOf({ ticks: [], environment });
  try {
    const code = await run({ ...flags, words }, words[0] ?? null, surroundings);
    return { code, said: recorded.out.join("\n"), warned: recorded.err.join("\n") };
  } catch (error) {
    assert.ok(error instanceof DescryError, String(error));
    assert.notEqual(error.mend, "");
    return { code: null, said: failureWords(error), warned: "" };
  }
}

const known = (agent: ExampleAgent) => ({ ...agent.environment, SUDO_USER: "ann" });

test("alert silence: by the name that is meant, until it is ended, and seen meanwhile", async (t) => {
  const agent = await startExampleAgent(t);
  const environment = known(agent);
  const made = await asked(["silence"], environment, { service: ["gunicorn"], for: "2h", comment: "deploy" });
  assert.deepEqual([made.code, made.warned], [0, ""]);
  assert.match(
    made.said,
    /^Silenced until (\d+ \w+ )?\d\d:\d\d: service gunicorn\.service\. It holds 1 alert now\.\ndescry alert unsilence [0-9a-f]{16} ends it before\.$/,
  );
  const [silence] = agent.desk.silences.kept;
  assert.ok(silence !== undefined);
  assert.deepEqual(
    [silence.service, silence.by, silence.comment, silence.rule],
    ["gunicorn.service", "ann", "deploy", null],
  );
  assert.equal(Math.round((Date.parse(silence.until) - Date.now()) / 60_000), 120);
  agent.desk.living = [alertOf({ silence })];
  const list = await asked(["list"], environment);
  assert.match(list.said, /^1 alert, 1 of them silenced {3}\d\d:\d\d:\d\d /);
  assert.match(
    list.said,
    /^page {4}firing since .*\d\d:\d\d {3}gunicorn\.service {3}close-wait {3}127\.0\.0\.1:3306 {3}owner team-shop$/m,
  );
  assert.match(list.said, /^ {8}silenced until .*\d\d:\d\d by ann: deploy$/m);
  assert.match(list.said, /^ {8}fingerprint fedcba9876543210$/m);
  const silences = await asked(["silences"], environment);
  assert.match(
    silences.said,
    /^[0-9a-f]{16} {3}until .*\d\d:\d\d {3}service gunicorn\.service {3}by ann: deploy$/,
  );
  const ended = await asked(["unsilence", silence.id], environment);
  assert.match(ended.said, /^The silence of service gunicorn\.service ended at .*\d\d:\d\d\.$/);
  assert.match((await asked(["silences"], environment)).said, / {3}ended .*\d\d:\d\d {3}/);
  assert.equal(
    (await asked(["unsilence", "00ff"], environment)).said,
    "No silence has this id. GET /api/v1/silences lists them, and descry alert silences.",
  );
});

test("alert: JSON, one object a line", async (t) => {
  const agent = await startExampleAgent(t);
  const environment = known(agent);
  const json = async (words: readonly string[], flags: RawFlags = {}) =>
    (await asked(words, environment, { ...flags, json: true })).said
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(await json(["list"]), structuredClone(agent.desk.living));
  assert.deepEqual(await json(["silences"]), []);
  const [made] = await json(["silence"], { rule: "close-wait", fingerprint: "F0F0", for: "90s" });
  assert.deepEqual((made?.["silence"] as object | undefined) ?? null, agent.desk.silences.kept[0]);
  assert.equal(agent.desk.silences.kept[0]?.fingerprint, "f0f0");
  assert.equal((await json(["silences"]))[0]?.["state"], "active");
  agent.desk.living = [];
  assert.deepEqual(await json(["list"]), []);
  assert.equal((await asked(["list"], environment)).said, "No alert fires, and none is pending.");
});

test("alert silence: a name that nobody has is taken as it is, one that several have is not", async (t) => {
  const agent = await startExampleAgent(t);
  agent.desk.current = hostNow({
    services: ["web.service", "web.socket"].map((service) => example.serviceOf({ service })),
  });
  agent.desk.living = [];
  const environment = known(agent);
  const silence = (service: string) => asked(["silence"], environment, { service: [service], for: "1h" });
  const nightly = await silence("nightly.service");
  assert.match(nightly.said, /^Silenced until .*: service nightly\.service\./);
  assert.equal(nightly.warned, "descry: No service is named nightly.service now.");
  const { warned } = await silence("web.servcie");
  assert.equal(warned, "descry: No service is named web.servcie now. Did you mean web.service?");
  assert.equal((await silence("web.socket")).warned, "");
  agent.desk.current = hostNow({
    services: ["shop/web/app", "blog/web/app"].map((service) => example.serviceOf({ service })),
  });
  assert.match(
    (await silence("web")).said,
    /^web may be shop\/web\/app or blog\/web\/app\. Give the whole name\.$/,
  );
  assert.deepEqual(
    agent.desk.silences.kept.map(({ service }) => service),
    ["nightly.service", "web.servcie", "web.socket"],
  );
});

test("alert silence: that it is not on disk is said", async (t) => {
  const agent = await startExampleAgent(t);
  agent.desk.silences.durable = false;
  const { said } = await asked(["silence"], known(agent), { rule: "forecast", for: "1h" });
  assert.match(said, /^The history cannot be written: this is forgotten if the agent ends before it can/m);
});

test("alert: what others wrote moves no cursor and adds no line", async (t) => {
  const agent = await startExampleAgent(t);
  const evil = "a\u001b[2J\nforged \u202e";
  const silence = {
    ...{ id: "00aa", service: evil, rule: null, fingerprint: null, by: evil, comment: evil, endedAt: null },
    ...{ from: new Date().toISOString(), until: new Date(Date.now() + 3_600_000).toISOString() },
  };
  agent.desk.silences.kept = [silence];
  agent.desk.living = [alertOf({ service: evil, summary: evil, owner: evil, peer: evil, silence })];
  for (const wish of ["list", "silences"]) {
    const { said } = await asked([wish], known(agent));
    assert.ok(!said.includes("\u001b") && !said.includes("\u202e") && !said.includes("\nforged"), wish);
    assert.ok(said.includes("\\x1b[2J"));
  }
});

test("alert: what is wrong with what is asked is said before an agent is asked", async () => {
  const said = async (words: readonly string[], flags: RawFlags = {}) =>
    (await asked(words, { DESCRY_AGENT: "off" }, flags)).said;
  const service = ["a"];
  assert.match(await said(["silence"], { for: "2h" }), /needs --service, --rule or --fingerprint/);
  assert.match(await said(["silence"], { service }), /needs --for\. Say for how long/);
  assert.match(await said(["silence"], { service, for: "31d" }), /longer than 30 days/);
  assert.match(await said(["silence"], { service, for: "soon" }), /is not a duration/);
  assert.match(await said(["silence"], { service: ["a", "b"], for: "1h" }), /takes one --service/);
  assert.match(await said(["silence"], { rule: "close-wiat", for: "1h" }), /Did you mean close-wait\?/);
  assert.match(await said(["silence", "gunicorn"], { for: "1h" }), /takes no gunicorn/);
  assert.match(await said(["list"], { service }), /descry alert list takes no --service/);
  assert.match(await said(["unsilence"]), /needs the id of a silence/);
  assert.match(await said(["list"]), /^No agent is to be asked: DESCRY_AGENT is off/);
});

test("alert: without an agent, or with one that cannot be asked, that is what is said", async (t) => {
  const token = "0123456789abcdef0123456789abcdef";
  const agent = await startExampleAgent(t, {}, { token });
  const without = await asked(["list"], agent.environment);
  assert.match(without.said, /^What listens on \S+ cannot be asked: it wants its token\. .*DESCRY_TOKEN/);
  assert.equal((await asked(["list"], { ...agent.environment, DESCRY_TOKEN: token })).code, 0);
  await agent.stop();
  assert.match(
    (await asked(["list"], agent.environment)).said,
    /^No agent of this host answers on \S+\. Start it/,
  );
  const stranger = await startStranger(t, (_request, response) => response.end("hello"));
  assert.match((await asked(["list"], stranger)).said, /cannot be asked: its answer is no JSON\./);
  const other = await startExampleAgent(t, { agent: { ...agent.desk.agent, bootId: "another" } });
  assert.match((await asked(["list"], other.environment)).said, /^No agent of this host answers/);
});
