import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { run as inspect } from "../commands/inspect.ts";
import { run as top } from "../commands/top.ts";
import * as example from "../example/host.ts";
import { type ExampleAgent, hostNow, startExampleAgent } from "../example/running-agent.ts";
import { type Script, surroundingsOf } from "../example/surroundings.ts";
import { until } from "../../../lab/wait.ts";
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
