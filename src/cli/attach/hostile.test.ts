import assert from "node:assert/strict";
import { createServer } from "node:net";
import { once } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import type { JsonSchema } from "../../server/openapi.ts";
import { livesAnswer, snapshotAnswer } from "../../server/schema/answers.ts";
import { run as check } from "../commands/check.ts";
import { run as inspect } from "../commands/inspect.ts";
import { run as top } from "../commands/top.ts";
import { isOwn, play } from "../example/attached.ts";
import * as example from "../example/host.ts";
import { judge } from "../judgement.ts";
import { healthyText } from "../screen/healthy.ts";
import { inspectLines } from "../screen/inspect.ts";
import { judgedText, measures } from "../screen/plugin-line.ts";
import { topLines } from "../screen/top.ts";
import { asLives, asSnapshot } from "./checked.ts";
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
  "another protocol": (request) =>
    request.socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nhello"),
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

/** Anything that passes the schema, with the extremes of each kind of value. */
function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const {
    anyOf,
    enum: words,
    const: only,
    type,
    properties,
    items,
    format,
    pattern,
    minimum,
    maximum,
  } = schema;
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(arbitraryOf));
  if (words !== undefined) return fc.constantFrom(...words);
  if (only !== undefined) return fc.constant(only);
  if (type === "object")
    return fc.record(
      Object.fromEntries(Object.entries(properties ?? {}).map(([name, one]) => [name, arbitraryOf(one)])),
    );
  if (type === "array") return fc.array(arbitraryOf(items ?? {}), { maxLength: 4 });
  if (format === "date-time") return fc.constantFrom(...INSTANTS);
  if (pattern !== undefined) return fc.constant("a.service");
  if (type === "string")
    return fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom(...TEXTS));
  if (type === "boolean") return fc.boolean();
  if (type === "null") return fc.constant(null);
  const [least, most] = [minimum ?? -1e300, maximum ?? 1e300];
  const numbers = [0, 1, 60, 2 ** 53, 1e300, -1, -1e300].filter((one) => one >= least && one <= most);
  return fc.constantFrom(...numbers);
}

const INSTANTS = ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2026-02-28T03:04:05Z"];
const TEXTS = [
  "",
  "\x1b[2J\x07",
  "\u202e",
  "127.0.0.1:3306",
  "[::1]:80",
  "/",
  "a.service",
  "\ud800",
  "w\u0301".repeat(99),
];

test("whatever passes for an answer can be drawn, and nothing of it is obeyed by a terminal", () => {
  const hosts = arbitraryOf(snapshotAnswer as JsonSchema).map((value) => asSnapshot(value));
  const lives = arbitraryOf(livesAnswer as JsonSchema).map((value) => asLives(value));
  const look = fc.record({ columns: fc.constantFrom(40, 80, 180), rows: fc.constantFrom(null, 24) });
  fc.assert(
    fc.property(hosts, lives, look, (snapshot, told, { columns, rows }) => {
      const screen = { ...example.lookOf(columns, rows) };
      const source = "from the agent on 127.0.0.1:8321";
      const lines = topLines(snapshot, null, screen, { source });
      for (const service of snapshot.services)
        lines.push(...inspectLines(service, snapshot, screen, { source, lives: told.lives }));
      const { verdicts, forecasts } = snapshot.services[0] ?? { verdicts: [], forecasts: [] };
      const judgement = judge({ verdicts, forecasts }, Date.parse(snapshot.at), 60_000);
      lines.push(judgedText(judgement, screen.zone), healthyText(snapshot, true));
      lines.push(...measures(snapshot, judgement, true, null));
      for (const line of lines) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
    { numRuns: 400 },
  );
});
