import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../../lab/wait.ts";
import { run as top } from "../commands/top.ts";
import { json } from "../example/attached.ts";
import * as example from "../example/host.ts";
import { startExampleAgent } from "../example/running-agent.ts";
import { surroundingsOf } from "../example/surroundings.ts";
import type { RawFlags } from "../options.ts";
import { EventFeed } from "./event-feed.ts";

const OWN = { snapshot: example.exampleHost({ services: [example.serviceOf({ service: "own-look" })] }) };

function start(environment: Readonly<Record<string, string>>, flags: RawFlags = {}) {
  const { surroundings, recorded } = surroundingsOf({ ticks: [OWN], environment });
  return {
    recorded,
    ended: top(flags, null, surroundings),
    end: () => surroundings.interruption.end("quit"),
  };
}

const thumbs = example.verdictOf({ service: "thumbs", fingerprint: "a1", id: "a1", story: "a1" });

test("top on a pipe: the agent's table, what stands, then its events as they happen", async (t) => {
  const agent = await startExampleAgent(t);
  const { recorded, ended, end } = start(agent.environment);
  const says = (word: RegExp) => recorded.out.some((line) => word.test(line));
  await until("what stands", () => says(/^\d\d:\d\d:\d\d x LEAK .*gunicorn/));
  assert.match(recorded.out[2] ?? "", /^from the agent on /);
  assert.ok(!says(/first look/));
  await until("a listener", () => agent.desk.listeners.size > 0);
  agent.desk.send({ ...thumbs, at: new Date().toISOString() });
  await until("the event", () => says(/x LEAK .*thumbs/));
  end();
  assert.equal(await ended, 0);
  assert.match(recorded.out.at(-1) ?? "", / END /);
  assert.deepEqual(recorded.observed, []);
});

test("top --json on a pipe: the same shapes, of the services that were named alone", async (t) => {
  const agent = await startExampleAgent(t);
  const { recorded, ended, end } = start(agent.environment, { json: true, service: ["thumbs"] });
  await until("what stands", () => recorded.out.length >= 2);
  agent.desk.send(example.verdictOf());
  agent.desk.send(thumbs);
  agent.desk.send(example.gapOf());
  await until("the events", () => recorded.out.length >= 4);
  end();
  await ended;
  const printed = recorded.out.map(json);
  assert.deepEqual(
    printed.map(({ type, service }) => [type, service]),
    [
      ["first-look", undefined],
      ["verdict", "thumbs"],
      ["verdict", "thumbs"],
      ["gap", undefined],
      ["summary", undefined],
    ],
  );
  assert.deepEqual(printed[2], structuredClone(thumbs));
});

test("top on a pipe: when the agent has gone, one line says so and it goes on by itself", async (t) => {
  const agent = await startExampleAgent(t);
  const { recorded, ended } = start(agent.environment);
  await until("the agent's table", () => recorded.out.length > 0);
  await agent.stop();
  assert.equal(await ended, 0);
  assert.match(recorded.err.join("\n"), /^descry: the agent on \S+ was left at .*; descry looks by itself$/);
  assert.equal(recorded.observed.length, 1);
});

/** A server that answers each request for the stream with what the test writes. */
async function streams(t: TestContext, write: (response: ServerResponse, lastId: unknown) => void) {
  const server = createServer(({ headers }, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    write(response, headers["last-event-id"]);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const feed = new EventFeed({ address: "127.0.0.1", port, token: null });
  t.after(() => {
    feed.close();
    server.close();
    server.closeAllConnections();
  });
  return feed;
}

const frame = (event: object, id: string) =>
  `id: ${id}\nevent: verdict\ndata: ${JSON.stringify({ ...event, serviceId: null })}\n\n`;

test("a stream that ends is opened again where it was", async (t) => {
  const asked: unknown[] = [];
  const feed = await streams(t, (response, lastId) => {
    asked.push(lastId);
    response.end(`: still here\n\n${frame(thumbs, `run.${asked.length}`)}`);
  });
  const taken: unknown[] = [];
  await until("two events", () => {
    taken.push(...feed.take());
    return taken.length >= 2;
  });
  assert.deepEqual(asked.slice(0, 2), [undefined, "run.1"]);
  assert.deepEqual(taken[0], thumbs);
});

for (const [name, text] of [
  ["no JSON", "event: verdict\ndata: {\n\n"],
  ["an event of another kind", 'event: verdict\ndata: {"type":"verdict"}\n\n'],
  ["an event without an end", `event: verdict\ndata: ${"x".repeat(3 * 2 ** 20)}`],
] as const) {
  test(`${name} ends the stream for good`, async (t) => {
    let [opened, closed] = [0, 0];
    const feed = await streams(t, (response) => {
      opened++;
      response.on("close", () => closed++);
      response.write(frame(thumbs, "run.1") + text);
    });
    await until("its end", () => closed > 0);
    assert.deepEqual(feed.take(), [thumbs]);
    await pause(0);
    assert.deepEqual([feed.take(), opened], [[], 1]);
  });
}
