import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exampleDesk } from "./example-desk.ts";
import { get, sendRaw, serve } from "./example-client.ts";
import type { RunningServer } from "./server.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
/** Requests of one run are sent at once. */
const AT_ONCE = 20;
/** Of each of the five kinds: ten thousand requests in all. */
const RUNS = 100;

const PATHS = [
  ...["/api/v1/snapshot", "/api/v1/services", "/api/v1/services/gunicorn.service", "/api/v1/series"],
  ...[
    "/api/v1/services/gunicorn.service/series",
    "/api/v1/verdicts",
    "/api/v1/openapi.json",
    "/healthz",
    "/",
  ],
];
const NAMES = [
  "limit",
  "offset",
  "from",
  "to",
  "step",
  "cursor",
  "rule",
  "service",
  "fingerprint",
  "__proto__",
  "constructor",
  "toString",
];

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Each answer in what came back; a connection that is only closed gives none. */
function answersIn(text: string): Answer[] {
  const answers: Answer[] = [];
  for (const { 0: head, 1: status, index } of text.matchAll(/^HTTP\/1\.1 (\d{3}) [^]*?\r\n\r\n/gm)) {
    const length = Number(/^content-length: (\d+)\r$/im.exec(head)?.[1] ?? 0);
    const type = /^content-type: (.*)\r$/im.exec(head)?.[1] ?? "";
    const begin = index + head.length;
    answers.push({ status: Number(status), type, body: text.slice(begin, begin + length) });
  }
  return answers;
}

/** In words that say what is wrong and what to do, as JSON. */
function assertRefusal({ status, type, body }: Answer): void {
  assert.match(type, /^application\/json/, `${status}`);
  const refusal = JSON.parse(body) as Record<string, unknown>;
  assert.equal(refusal["status"], status);
  for (const words of [refusal["error"], refusal["mend"]])
    assert.ok(typeof words === "string" && words.length > 5, body);
}

/** Each is answered below 500 or cut off, refused in words, and afterwards the server answers as before. */
async function assertStands(server: RunningServer, requests: fc.Arbitrary<string | Uint8Array>) {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(requests, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (batch) => {
      const said = await Promise.all(batch.map((bytes) => sendRaw(server, bytes)));
      for (const [at, text] of said.entries()) {
        const sent = Buffer.from(batch[at] ?? "").toString("latin1");
        const answers = answersIn(text);
        if (text !== "") assert.ok(answers.length > 0, `no HTTP: ${text.slice(0, 80)}`);
        const refusals = answers.filter(({ status }) => status >= 400);
        if (refusals.length > 0) refused += 1;
        for (const answer of refusals) {
          assert.ok(answer.status < 500, `${answer.status} to ${JSON.stringify(sent)}`);
          // HEAD has no body, whatever it would be.
          if (!sent.includes("HEAD ")) assertRefusal(answer);
        }
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  const { status } = await get(server, "/healthz", { authorization: `Bearer ${TOKEN}` });
  assert.equal(status, 200);
  const sent = RUNS * AT_ONCE;
  assert.ok(refused > sent / 4, `${refused} of ${sent} were refused: these are malformed`);
}

const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
});
const pathText = fc.oneof(
  fc.constantFrom(...PATHS),
  printable.map((text) => `/${text}`),
  fc.webPath(),
  fc.tuple(fc.constantFrom(...PATHS), printable).map((parts) => parts.join("/")),
  fc.constantFrom(
    "/%",
    "/%zz",
    "/%00",
    "/..%2f..%2fetc/passwd",
    "/api/v1/services/%ff%fe",
    "/api/v1/services/" + "a".repeat(2000),
  ),
);
const queryText = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), printable), printable), { maxLength: 4 })
  .map((pairs) => pairs.map((pair) => pair.join("=")).join("&"));
const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");

test("requests for any path with any parameters", async (t) => {
  const server = await serve(t, exampleDesk());
  const own = `127.0.0.1:${server.port}`;
  const request = fc
    .tuple(pathText, queryText)
    .map(([path, query]) =>
      latin1(`GET ${path}?${query} HTTP/1.1\r\nHost: ${own}\r\nConnection: close\r\n\r\n`),
    );
  await assertStands(server, request);
});

test("parameters with values that nearly are right", async (t) => {
  const server = await serve(t, exampleDesk());
  const value = fc.oneof(
    fc.integer().map(String),
    fc.double().map(String),
    fc
      .date({ noInvalidDate: false })
      .map((date) => (Number.isNaN(date.valueOf()) ? "NaN" : date.toISOString())),
    fc.constantFrom(
      "",
      "0",
      "1e3",
      "1m",
      "0s",
      "-1",
      "99999999999999999999",
      "2026-02-31T00:00:00Z",
      "9999-12-31T23:59:59Z",
    ),
    fc.constantFrom(
      "0000-01-01T00:00:00Z",
      "2026-11-12T24:00:00Z",
      "2026-11-12T00:00:00+99:99",
      "v1",
      "249",
      "v249",
    ),
    fc.string(),
  );
  const request = fc
    .tuple(
      fc.constantFrom(...PATHS),
      fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { minLength: 1, maxLength: 4 }),
    )
    .map(([path, pairs]) => {
      const query = pairs
        .map(([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`)
        .join("&");
      return latin1(`GET ${path}?${query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    });
  await assertStands(server, request);
});

test("any headers, with a token to be guessed", async (t) => {
  const server = await serve(t, exampleDesk(), { token: TOKEN });
  const header = fc.tuple(
    fc.constantFrom(
      "Host",
      "Origin",
      "Authorization",
      "Last-Event-ID",
      "Content-Length",
      "Transfer-Encoding",
      "Expect",
      "Upgrade",
      "Connection",
      "Range",
      "Accept",
      "Sec-Fetch-Site",
      "Cookie",
      "X-Forwarded-Host",
    ),
    fc.oneof(
      printable,
      fc.constantFrom(
        "chunked",
        "Basic Og==",
        "Bearer ",
        "websocket",
        "100-continue",
        "-1",
        "18446744073709551616",
        "x".repeat(9000),
      ),
    ),
  );
  const request = fc
    .tuple(
      fc.constantFrom("GET", "HEAD", "POST", "OPTIONS", "TRACE", "PROPFIND", "BREW"),
      fc.constantFrom(...PATHS, "/api/v1/events"),
      fc.array(header, { maxLength: 6 }),
    )
    .map(([method, path, headers]) => {
      const lines = headers.map((pair) => `${pair.join(": ")}\r\n`).join("");
      return latin1(`${method} ${path} HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
    });
  await assertStands(server, request);
});

test("silences of any JSON, and of what nearly is a silence", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom("gunicorn.service", "close-wait", 60, "2027-01-01T00:00:00Z", "ann", "\u202e", null),
  );
  const field = fc.constantFrom(
    ...["service", "rule", "fingerprint", "forSeconds", "until", "by", "comment", "__proto__", "id"],
  );
  const body = fc.oneof(
    fc.json(),
    fc
      .array(fc.tuple(field, value), { maxLength: 6 })
      .map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
    printable,
  );
  const type = fc.constantFrom(
    "application/json",
    "application/json",
    "text/plain",
    "application/json;charset=x",
  );
  const request = fc.tuple(body, type, fc.constantFrom("POST", "DELETE")).map(([text, media, method]) => {
    const bytes = Buffer.from(text);
    const path = method === "POST" ? "/api/v1/silences" : "/api/v1/silences/00ff";
    const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ${media}\r\n`;
    return new Uint8Array(Buffer.concat([latin1(`${head}Content-Length: ${bytes.length}\r\n\r\n`), bytes]));
  });
  await assertStands(server, request);
  for (const { until, service, rule, fingerprint, by } of desk.silences.kept) {
    assert.ok(Date.parse(until) > Date.now() && [service, rule, fingerprint].some((about) => about !== null));
    assert.ok(!by.includes("\u202e"));
  }
});

test("any bytes, and requests with some bytes changed, cut off or repeated", async (t) => {
  const server = await serve(t, exampleDesk());
  const good = latin1(
    `GET /api/v1/services?limit=3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  );
  const changed = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    .map((changes) => {
      const bytes = Uint8Array.from(good);
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes;
    });
  const cut = fc.nat(good.length - 1).map((length) => good.slice(0, length));
  const pipelined = fc
    .array(fc.oneof(changed, fc.constant(good)), { minLength: 2, maxLength: 5 })
    .map((parts) => new Uint8Array(Buffer.concat(parts)));
  await assertStands(server, fc.oneof(fc.uint8Array({ maxLength: 300 }), changed, cut, pipelined));
});
