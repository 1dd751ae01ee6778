import assert from "node:assert/strict";
import { createServer } from "node:net";
import { once } from "node:events";
import { test } from "node:test";
import { run as check } from "../commands/check.ts";
import { run as inspect } from "../commands/inspect.ts";
import { run as top } from "../commands/top.ts";
import { isOwn, play } from "../example/attached.ts";
import * as example from "../example/host.ts";
import { hostNow, startExampleAgent, startStranger } from "../example/running-agent.ts";

/** Answers of what is no agent: each ends in a look by itself, within the limits, in at most one harmless line. */
const STRANGE: Readonly<Record<string, Parameters<typeof startStranger>[1]>> = {
  "a page": (_request, response) => response.setHeader("content-type", "text/html").end("<h1>hello</h1>"),
  "no JSON": (_request, response) => response.setHeader("content-type", "application/json").end("{"),
  "JSON of another kind": (_request, response) =>
    response.setHeader("content-type", "application/json").end('{"host":"\\u001b[2J","version":7}'),
  "JSON that is nested deep": (_request, response) =>
    response.setHeader("content-type", "application/json").end("[".repeat(500_000)),
  "a redirection": (_request, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
  "a status of its own": (_request, response) =>
    response.writeHead(418, { "content-type": "application/json" }).end("{}"),
  "a body that says that it is huge": (_request, response) =>
    response
      .writeHead(200, { "content-type": "application/json", "content-length": "99999999999" })
      .flushHeaders(),
  "a body that is huge": (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => {
      while (!response.destroyed && response.write(" ".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  },
  "a trickle": (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const drip = setInterval(() => response.write(" "), 50);
    response.on("close", () => clearInterval(drip));
  },
  nothing: () => {},
};

for (const [name, answer] of Object.entries(STRANGE)) {
  test(`${name} is no answer`, async (t) => {
    const shown = await play(check, await startStranger(t, answer));
    assert.deepEqual([isOwn(shown), shown.code, shown.err.length], [true, 0, 1], shown.err.join("\n"));
    assert.match(shown.err[0] ?? "", /^[\x20-\x7e]+$/);
    assert.ok(shown.milliseconds < 3000, `${shown.milliseconds} ms`);
  });
}

test("what speaks no HTTP is no answer either", async (t) => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end("SSH-2.0-OpenSSH_9.2\r\n\x1b]0;title\x07");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const shown = await play(check, { DESCRY_AGENT: `127.0.0.1:${port}` });
  assert.deepEqual([isOwn(shown), shown.code], [true, 0]);
  assert.match(shown.err.join("\n"), /^descry: What listens on \S+ is not asked: .*does not speak HTTP\./);
});

test("names that an agent tells reach the terminal harmless", async (t) => {
  const { environment, desk } = await startExampleAgent(t);
  const service = "\x1b]0;owned\x07\u202eevil";
  const verdict = example.verdictOf({ service });
  desk.current = hostNow({ services: [example.serviceOf({ service, verdicts: [verdict] })] });
  for (const [command, flags] of [
    [top, { once: true }],
    [inspect, {}],
    [check, {}],
    [check, { json: true }],
  ] as const) {
    const { out, err, observed } = await play(command, environment, flags);
    assert.deepEqual(observed, []);
    for (const line of [...out, ...err]) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
  }
});
