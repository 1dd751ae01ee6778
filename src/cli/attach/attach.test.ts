import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runningAgent } from "../../agent/here.ts";
import { run as check } from "../commands/check.ts";
import { run as inspect } from "../commands/inspect.ts";
import { run as top } from "../commands/top.ts";
import { isOwn, json, type Outcome, play } from "../example/attached.ts";
import * as example from "../example/host.ts";
import { hostNow, startExampleAgent, startStranger } from "../example/running-agent.ts";
import type { RawFlags } from "../options.ts";

test("top --once: the agent's table, who says it and since when it watches", async (t) => {
  const { environment, desk } = await startExampleAgent(t);
  const shown = await play(top, environment, { once: true });
  assert.equal(isOwn(shown), false);
  assert.deepEqual([shown.code, shown.err], [0, []]);
  assert.match(shown.out[2] ?? "", /^from the agent on 127\.0\.0\.1:\d+, watching since .*\d\d:\d\d$/);
  assert.match(shown.out[4] ?? "", /^x gunicorn /);
  const printed = await play(top, environment, { once: true, json: true });
  assert.deepEqual(json(printed.out[0]), structuredClone(desk.current), "the same shape as without an agent");
  const named = await play(top, environment, { once: true, json: true, service: ["thumbs"] });
  const { services, coverage } = json(named.out[0]) as unknown as ReturnType<typeof hostNow>;
  assert.deepEqual([services.map(({ service }) => service), coverage.processes], [["thumbs"], 1]);
});

test("inspect: a service by name or by one of its processes, and the one most at risk", async (t) => {
  const { environment } = await startExampleAgent(t);
  const riskiest = await play(inspect, environment);
  assert.match(riskiest.out[0] ?? "", /^LEAK {2}gunicorn\.service/);
  assert.match(riskiest.out[2] ?? "", /^from the agent on .*, watching since /);
  assert.ok(riskiest.out.length <= 25);
  assert.match((await play(inspect, environment, {}, "977")).out[0] ?? "", /^SUSPECT {2}thumbs/);
  const named = await play(inspect, environment, { json: true }, "celery");
  assert.equal(json(named.out[0])["service"], "celery");
  assert.deepEqual([isOwn(named), Object.hasOwn(json(named.out[0]), "id")], [false, false]);
});

test("check: the exit codes of the moment, at once", async (t) => {
  const { environment, desk } = await startExampleAgent(t);
  const asked = (flags: RawFlags = {}) => play(check, environment, flags);
  const critical = await asked();
  assert.deepEqual([critical.code, isOwn(critical)], [2, false]);
  assert.match(
    critical.out[0] ?? "",
    /^DESCRY CRITICAL - gunicorn\.service \(pid 812\) leaks .*; from the agent on \S+, watching since .* \| 'leaks'=1;/,
  );
  assert.ok(critical.milliseconds < 1000, `${critical.milliseconds} ms`);
  assert.equal((await asked({ service: ["thumbs"] })).code, 1);
  assert.equal((await asked({ pid: ["977"] })).code, 1);
  assert.equal((await asked({ pid: ["812"] })).code, 2);
  const worker = await asked({ pid: ["813"] });
  assert.match(
    worker.out[0] ?? "",
    /^DESCRY OK - gunicorn\.service \(pid 813\) leaks nothing: 40 of 4,096 open, watched/,
  );
  const healthy = await asked({ service: ["nginx"] });
  assert.equal(healthy.code, 0);
  assert.match(healthy.out[0] ?? "", /^DESCRY OK - nginx .* leaks nothing: .*; from the agent on /);
  const denied = example.serviceOf({ service: "vault", processes: [example.processOf({ readable: false })] });
  desk.current = hostNow({ services: [denied] });
  const unknown = await asked({ service: ["vault"] });
  assert.equal(unknown.code, 3);
  assert.match(unknown.out[0] ?? "", /^DESCRY UNKNOWN - what vault holds is not permitted/);
});

test("check: what is no service's stands as well, unless services are named", async (t) => {
  const { environment, desk } = await startExampleAgent(t);
  desk.current = hostNow({ services: [example.serviceOf()] });
  const nobodys = example.verdictOf({ service: null, process: null, open: null, rule: "port-exhaustion" });
  desk.standing = () => [nobodys];
  assert.equal((await play(check, environment)).code, 2);
  assert.equal((await play(check, environment, { service: ["nginx"] })).code, 0);
  const printed = await play(check, environment, { json: true });
  assert.deepEqual(
    printed.out.map((line) => json(line)["type"]),
    ["verdict", "summary"],
  );
  assert.deepEqual(json(printed.out[0]), structuredClone(nobodys));
});

test("what was named and the agent does not know is looked for here", async (t) => {
  const { environment } = await startExampleAgent(t);
  for (const flags of [{ pid: ["4000001"] }, { service: ["nginx", "none"] }]) {
    const shown = await play(check, environment, flags).catch((error: unknown) => error);
    assert.ok(shown instanceof Error || isOwn(shown as Outcome), JSON.stringify(flags));
  }
  await assert.rejects(play(inspect, environment, {}, "none"), /no service named none here/);
  await assert.rejects(play(top, environment, { once: true, service: ["none"] }), /no service named none/);
});

test("--no-agent, DESCRY_AGENT=off, a time to watch for and a memory of one's own look here, without a word", async (t) => {
  const { environment } = await startExampleAgent(t);
  for (const [command, flags] of [
    [top, { once: true, agent: false }],
    [inspect, { agent: false }],
    [check, { agent: false }],
    [check, { for: "1s" }],
    [check, { stateDir: "off" }],
    [top, { once: true, for: "1s" }],
    [top, { once: true, pid: ["1"] }],
    [inspect, { for: "1s" }],
  ] as const) {
    const shown = await play(command, environment, flags);
    assert.deepEqual([isOwn(shown), shown.err], [true, []], JSON.stringify(flags));
  }
  const off = await play(check, { DESCRY_AGENT: "off" }, {});
  assert.deepEqual([isOwn(off), off.err], [true, []]);
  const wrong = await play(check, { DESCRY_AGENT: "agent.example:80" });
  assert.equal(wrong.code, 3);
  assert.match(wrong.out[0] ?? "", /"agent\.example:80" is no address to listen on/);
});

test("an agent of another host, of another pid namespace, or one that has read nothing is passed by without a word", async (t) => {
  const own = runningAgent("/proc", "0.1.0", Date.now());
  const { process } = own;
  assert.ok(process !== null);
  for (const agent of [
    { ...own, bootId: "00000000-0000-4000-8000-000000000000" },
    { ...own, bootId: null },
    { ...own, process: { ...process, startTicks: process.startTicks + 1 } },
    { ...own, process: null },
  ]) {
    const { environment } = await startExampleAgent(t, { agent });
    const shown = await play(check, environment);
    assert.deepEqual([isOwn(shown), shown.code, shown.err], [true, 0, []], JSON.stringify(agent));
  }
  const { environment, desk } = await startExampleAgent(t);
  desk.current = null;
  const early = await play(check, environment);
  assert.deepEqual([isOwn(early), early.err], [true, []]);
});

test("the token lets in, and what refuses it or does not read its host any more is said in one line", async (t) => {
  const token = "0123456789abcdef0123456789abcdef";
  const { environment, desk } = await startExampleAgent(t, {}, { token });
  const without = await play(check, environment);
  assert.equal(isOwn(without), true);
  assert.match(
    without.err.join("\n"),
    /^descry: What listens on \S+ is not asked: it wants its token\. .*itself\.$/,
  );
  const wrong = await play(top, { ...environment, DESCRY_TOKEN: "wrong" }, { once: true });
  assert.deepEqual([isOwn(wrong), wrong.err.length], [true, 1]);
  const quiet = await play(check, environment, { quiet: true });
  assert.deepEqual([isOwn(quiet), quiet.err], [true, []]);
  const right = { ...environment, DESCRY_TOKEN: token };
  assert.deepEqual([(await play(check, right)).code, (await play(check, right)).err], [2, []]);
  desk.current = hostNow({ at: new Date(Date.now() - 60_000).toISOString() });
  const stale = await play(check, right);
  assert.equal(isOwn(stale), true);
  assert.match(stale.err.join("\n"), /does not read its host any more/);
});

test("where it listens and what lets in there stand in the configuration; what is wrong with that is said", async (t) => {
  const token = "0123456789abcdef0123456789abcdef";
  const { environment } = await startExampleAgent(t, {}, { token });
  const folder = mkdtempSync(join(tmpdir(), "descry-attach-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [config, secret] = [join(folder, "descry.yaml"), join(folder, "token")];
  writeFileSync(secret, `${token}\n`);
  writeFileSync(config, `agent: { listen: "${environment["DESCRY_AGENT"]}", token: "file:${secret}" }\n`);
  const told = await play(check, { DESCRY_AGENT: "" }, { config });
  assert.deepEqual([told.code, isOwn(told), told.err], [2, false, []]);
  rmSync(secret);
  const unread = await play(check, { DESCRY_AGENT: "" }, { config });
  assert.match(unread.err.join("\n"), /it wants its token/);
  writeFileSync(config, "agent: { listen: 8321 }\n");
  const wrong = await play(check, environment, { config });
  assert.equal(wrong.code, 3);
  assert.match(wrong.out[0] ?? "", /descry\.yaml:1: /);
});

test("a port that belongs to another user is not asked, nor given the token", async (t) => {
  let asked = 0;
  const environment = await startStranger(t, (_request, response) => {
    asked++;
    response.end("{}");
  });
  const here = {
    bootId: () => null,
    startOf: () => null,
    withDescendants: () => new Set<number>(),
    usersListeningOn: () => [0, 54_321],
  };
  const shown = await play(check, { ...environment, DESCRY_TOKEN: "secret" }, {}, null, { here });
  assert.deepEqual([isOwn(shown), asked], [true, 0]);
  assert.match(shown.err.join("\n"), /belongs to user 54321/);
});
