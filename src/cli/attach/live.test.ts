import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { NOTHING_LEARNED } from "../../model/baselines.ts";
import { run as inspect } from "../commands/inspect.ts";
import { run as top } from "../commands/top.ts";
import * as example from "../example/host.ts";
import { type ExampleAgent, hostNow, startExampleAgent } from "../example/running-agent.ts";
import { type Script, surroundingsOf } from "../example/surroundings.ts";
import { until } from "../../../lab/wait.ts";
import { findAgent } from "./find.ts";
import { agentFirst } from "./sighting.ts";
import type { RawFlags } from "../options.ts";
import type { Command } from "../surroundings.ts";

/** By itself a command would see one service that is not among the agent's. */
const OWN = example.exampleHost({ services: [example.serviceOf({ service: "own-look" })] });

function start(command: Command, agent: ExampleAgent, flags: RawFlags = {}, script: Partial<Script> = {}) {
  const { surroundings, recorded } = surroundingsOf({
    ...{ ticks: [{ snapshot: OWN }], outputIsTerminal: true, rows: 24, ...script },
    environment: agent.environment,
  });
  const ended = command(flags, null, surroundings);
  return { recorded, ended };
}

const LOOKED_AT = { procfs: "/proc", config: null };

/** As seen without an agent. */
const tickOfOwn = () => ({
  ...{ events: [], missingPids: [], host: "web-12", learned: () => NOTHING_LEARNED, standing: () => [] },
  ...{
    facts: { at: Date.now(), uptime: Number(process.hrtime.bigint()) / 1e9, facts: [] },
    turnover: () => [],
    stages: [],
    snapshot: () => OWN,
  },
  listing: function* () {},
});

const lastOf = (frames: readonly (readonly string[])[]) => frames.at(-1)?.join("\n") ?? "";

/** A service whose open files tell which picture it is. */
function picture(agent: ExampleAgent, open: number): void {
  const service = example.serviceOf({ processes: [example.processOf({ open })] });
  agent.desk.current = hostNow({ services: [service] });
}

test("top: the agent's pictures as they come, until q", async (t: TestContext) => {
  const agent = await startExampleAgent(t);
  picture(agent, 1001);
  const { recorded, ended } = start(top, agent);
  await until("the first picture", () => lastOf(recorded.frames).includes("1,001"));
  assert.match(lastOf(recorded.frames), /^from the agent on 127\.0\.0\.1:\d+, watching since .*$/m);
  assert.deepEqual(recorded.remembered, [], "the agent keeps what is learned");
  picture(agent, 1002);
  await until("the second picture", () => lastOf(recorded.frames).includes("1,002"));
  recorded.press("q");
  assert.equal(await ended, 0);
  assert.deepEqual(recorded.observed, []);
});

test("top: when the agent has gone it says so, and goes on by itself", async (t) => {
  const agent = await startExampleAgent(t);
  const { recorded, ended } = start(top, agent);
  await until("the agent's picture", () => lastOf(recorded.frames).includes("gunicorn"));
  await agent.stop();
  assert.equal(await ended, 0, "the ticks of its own end");
  assert.match(lastOf(recorded.frames), /own-look/);
  assert.match(lastOf(recorded.frames), /^the agent on \S+ was left at .*; descry looks by itself$/m);
  assert.equal(recorded.observed.length, 1);
});

test("top: an agent that comes back is gone by again, and is asked for what is there now", async (t) => {
  const agent = await startExampleAgent(t);
  const { surroundings } = surroundingsOf({ ticks: [] });
  const first = await findAgent({ ...LOOKED_AT, quiet: true }, {}, { ...surroundings, ...agent });
  const back = await startExampleAgent(t);
  let [sought, closed] = [0, false];
  /** Two searches find nothing. */
  const again = async () =>
    ++sought < 3 ? null : findAgent({ ...LOOKED_AT, quiet: true }, {}, { ...surroundings, ...back });
  async function* own() {
    try {
      for (;;) {
        await wait(20);
        yield tickOfOwn();
      }
    } finally {
      closed = true;
    }
  }
  const seen = agentFirst({
    ...{ attached: first, own, again, searchEvery: 50, surroundings, options: { forMilliseconds: null } },
    pick: (snapshot) => snapshot,
  });
  const who: string[] = [];
  let seenAt = 0;
  for await (const { from, facts } of seen) {
    assert.ok(facts.uptime > seenAt, "a screen draws nothing that is older than what it drew last");
    seenAt = facts.uptime;
    const words = from?.words(new Date().toISOString(), "UTC") ?? "nobody";
    const last = words.startsWith("from") ? words.split(",", 1)[0] : "itself";
    if (last !== who.at(-1)) who.push(last ?? "");
    if (who.length === 1 && from !== undefined) await agent.stop();
    if (who.length === 3) break;
  }
  assert.deepEqual(who, [
    `from the agent on ${agent.environment["DESCRY_AGENT"]}`,
    "itself",
    `from the agent on ${back.environment["DESCRY_AGENT"]}`,
  ]);
  assert.deepEqual([closed, sought], [true, 3]);
});

test("top: an agent that is back and does not read its host is not gone by", async (t) => {
  const agent = await startExampleAgent(t);
  const { surroundings } = surroundingsOf({ ticks: [] });
  const find = () => findAgent({ ...LOOKED_AT, quiet: true }, {}, { ...surroundings, ...agent });
  const attached = await find();
  const old = hostNow({ at: new Date(Date.now() - 60_000).toISOString() });
  let sought = 0;
  const again = () => {
    sought++;
    return find();
  };
  async function* own() {
    while (sought < 4) {
      await wait(10);
      yield tickOfOwn();
    }
  }
  const seen = agentFirst({
    ...{ attached, own, again, searchEvery: 10, surroundings, options: { forMilliseconds: null } },
    pick: (snapshot) => snapshot,
  });
  const who = new Set<boolean>();
  for await (const { from } of seen) {
    const words = from?.words(new Date().toISOString(), "UTC") ?? "nobody";
    who.add(words.startsWith("from"));
    agent.desk.current = old;
  }
  assert.deepEqual([...who], [true, false], "and its own look went on undisturbed");
});

test("top: an agent that does not read its host any more is left", async (t) => {
  const agent = await startExampleAgent(t);
  const { recorded, ended } = start(top, agent);
  await until("the agent's picture", () => lastOf(recorded.frames).includes("gunicorn"));
  agent.desk.current = hostNow({ at: new Date(Date.now() - 60_000).toISOString() });
  assert.equal(await ended, 0);
  assert.match(lastOf(recorded.frames), /it does not read its host any more; descry looks by itself/);
});

test("top: a service that is named is shown alone, and its details tell how it leaked before", async (t) => {
  const agent = await startExampleAgent(t);
  const from = new Date(Date.now() - 7_200_000).toISOString();
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const events = [
    example.verdictOf({ at: from, since: from, netPerMinute: 118 }),
    example.verdictOf({ at, standing: "cleared", reason: "they were closed: 9 of 9" }),
  ];
  agent.desk.kept = {
    services: () => [],
    ranges: () => [],
    events: () => events.map((event, number) => ({ number, event })).toReversed(),
  };
  const { recorded, ended } = start(top, agent, { service: ["gunicorn"] });
  await until("the agent's picture", () => lastOf(recorded.frames).includes("gunicorn"));
  assert.doesNotMatch(lastOf(recorded.frames), /thumbs/);
  recorded.press("enter");
  await until("the earlier life", () => {
    recorded.press("redraw");
    return /^BEFORE .*, 1h 00m +\+118 a minute +given back/m.test(lastOf(recorded.frames));
  });
  recorded.press("q");
  recorded.press("q");
  assert.equal(await ended, 0);
});

test("inspect on a terminal: the agent's picture, until q", async (t) => {
  const agent = await startExampleAgent(t);
  const { recorded, ended } = start(inspect, agent);
  await until("the agent's picture", () => recorded.drawn.some((text) => text.includes("from the agent on")));
  assert.ok(recorded.drawn.some((text) => text.includes("gunicorn.service")));
  recorded.press("q");
  assert.equal(await ended, 0);
  assert.deepEqual(recorded.observed, []);
});

test("--for ends what the agent shows as well", async (t) => {
  const agent = await startExampleAgent(t);
  const { recorded, ended } = start(top, agent, { for: "1s" });
  assert.equal(await ended, 0);
  assert.match(lastOf(recorded.frames), /gunicorn/);
  assert.deepEqual(recorded.observed, []);
});
