import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exampleDesk, HOST } from "../example-desk.ts";
import { get, sendRaw, serve } from "../example-client.ts";
import type { RunningServer } from "../server.ts";
import { type Allowed, isHostAllowed, isOriginAllowed } from "./host-header.ts";
import { tokenCheck } from "./token.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const PATHS = [
  "/api/v1/snapshot",
  "/api/v1/events",
  "/metrics",
  "/healthz",
  "/readyz",
  "/api/v1/openapi.json",
  "/nope",
];

const loopback: Allowed = { address: "127.0.0.1", names: [], origins: [] };
const everywhere: Allowed = { address: "0.0.0.0", names: ["web-12.example"], origins: [] };

async function statusFor(server: RunningServer, headers: Record<string, string>, path = "/healthz") {
  return (await get(server, path, headers)).status;
}

test("Host: the literal addresses of this server and localhost, with any port", () => {
  for (const host of [
    ...["127.0.0.1", "127.0.0.1:8321", "127.0.0.1:65535", "localhost", "LOCALHOST:9000", "127.0.0.2:80"],
    ...["[::1]", "[::1]:8321", "[0:0:0:0:0:0:0:1]:80", "[::FFFF:127.0.0.1]:80"],
  ])
    assert.equal(isHostAllowed(host, loopback), true, host);
});

test("Host: names that an attacker may resolve to this address, and texts that only look right", () => {
  for (const host of [
    ...[
      "evil.example",
      "evil.example:8321",
      "localhost.evil.example",
      "127.0.0.1.evil.example",
      "xlocalhost",
    ],
    ...["127.0.0.1.nip.io", "localtest.me", "foo.localhost", "web-12", HOST, "descry"],
    // A trailing dot, with and without a port.
    ...["localhost.", "localhost.:8321", "127.0.0.1.", "127.0.0.1.:8321", "evil.example."],
    // Ports that are none.
    ...[
      "localhost:",
      "localhost:65536",
      "localhost:80:80",
      "localhost:+80",
      "localhost: 80",
      "127.0.0.1:0x50",
    ],
    // IPv6 literals that are not ours, or are written wrongly.
    ...[
      "[::2]",
      "[::]",
      "[fe80::1]:8321",
      "[fe80::1%25eth0]",
      "[::1%25lo]",
      "::1",
      "::1:8321",
      "[::1",
      "::1]",
      "[]",
    ],
    ...[
      "[::1]x",
      "x[::1]",
      "[::1].evil.example",
      "[::1]:",
      "[::1]:99999",
      "[::ffff:10.0.0.1]",
      "[evil.example]",
    ],
    // Other ways to write 127.0.0.1, and addresses that are not loopback.
    ...["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "10.0.0.1", "128.0.0.1"],
    ...[
      "",
      " ",
      "localhost ",
      " localhost",
      "localhost,evil.example",
      "evil.example@localhost",
      "localhost/",
      "localhost#",
    ],
    ...[
      "localhost\\",
      "user@127.0.0.1",
      "127.0.0.1\t",
      "127.0.0.1\u0000",
      "ｌocalhost",
      "１２７.0.0.1",
      "lo\u00adcalhost",
    ],
  ])
    assert.equal(isHostAllowed(host, loopback), false, JSON.stringify(host));
});

test("Host: what listens everywhere answers to every literal address and to its own names only", () => {
  for (const host of [
    "10.1.2.3:8321",
    "[2001:db8::1]:8321",
    "web-12.example",
    "WEB-12.example:443",
    "localhost",
  ])
    assert.equal(isHostAllowed(host, everywhere), true, host);
  for (const host of ["evil.example", "web-12.example.", "web-12.example.evil", "a.web-12.example", "web-12"])
    assert.equal(isHostAllowed(host, everywhere), false, host);
  const one: Allowed = { address: "2001:db8::5", names: [], origins: [] };
  assert.equal(isHostAllowed("[2001:DB8:0::5]:80", one), true);
  for (const host of ["[2001:db8::6]", "127.0.0.1", "localhost", "[::1]"])
    assert.equal(isHostAllowed(host, one), false, host);
});

test("Host: no domain name gets in, whatever it is", () => {
  fc.assert(
    fc.property(fc.domain(), fc.option(fc.nat(70_000)), (domain, port) => {
      const host = port === null ? domain : `${domain}:${port}`;
      assert.equal(isHostAllowed(host, loopback), false);
      assert.equal(isHostAllowed(`${host}.`, loopback), false);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.string(), (text) => isHostAllowed(text, loopback) !== undefined),
    { numRuns: 2000 },
  );
});

test("Origin: this server's own or an allowed one, to the letter", () => {
  const allowed: Allowed = { ...loopback, origins: ["https://overview.example"] };
  const host = "127.0.0.1:8321";
  for (const origin of ["http://127.0.0.1:8321", "https://127.0.0.1:8321", "https://overview.example"])
    assert.equal(isOriginAllowed(origin, host, allowed), true, origin);
  for (const origin of [
    ...[
      "null",
      "",
      "http://127.0.0.1",
      "http://127.0.0.1:8322",
      "http://localhost:8321",
      "http://evil.example",
    ],
    ...["http://overview.example", "https://overview.example.", "https://overview.example:443", "file://"],
    ...[
      "https://overview.example.evil",
      "https://OVERVIEW.example",
      "http://127.0.0.1:8321/",
      "127.0.0.1:8321",
    ],
  ])
    assert.equal(isOriginAllowed(origin, host, allowed), false, origin);
});

test("a foreign Host or Origin is 403 on every path, and is not told the host's name", async (t) => {
  const server = await serve(t, exampleDesk());
  for (const path of PATHS) {
    for (const headers of [
      { host: "evil.example" },
      { host: `localhost.:${server.port}` },
      { host: `[fe80::1]:${server.port}` },
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: `http://localhost:${server.port}` },
      { host: "evil.example", origin: "http://evil.example" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
      { "sec-fetch-site": "same-site" },
    ]) {
      const got = await get(server, path, headers);
      assert.equal(got.status, 403, `${path} ${JSON.stringify(headers)}`);
      assert.equal(got.text.includes(HOST), false);
      assert.deepEqual((JSON.parse(got.text) as { host: null }).host, null);
      assert.equal(got.headers["access-control-allow-origin"], undefined);
    }
  }
});

test("its own pages, programs and followed links get in", async (t) => {
  const server = await serve(t, exampleDesk());
  const own = `127.0.0.1:${server.port}`;
  for (const headers of [
    {},
    { host: own },
    { host: own, origin: `http://${own}` },
    { host: "localhost:9000", origin: "http://localhost:9000" },
    { host: own, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" },
    { host: own, "sec-fetch-site": "none", "sec-fetch-mode": "navigate" },
    { host: own, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
  ])
    assert.equal(await statusFor(server, headers as Record<string, string>), 200, JSON.stringify(headers));
});

test("no Host, two Hosts, and one of HTTP/1.0 are refused", async (t) => {
  const server = await serve(t, exampleDesk());
  const own = `127.0.0.1:${server.port}`;
  const ask = async (lines: string) => (await sendRaw(server, lines)).split("\r\n", 1)[0];
  assert.match((await ask(`GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n`)) ?? "", / 400 /);
  assert.match((await ask(`GET /healthz HTTP/1.0\r\n\r\n`)) ?? "", / 403 /);
  assert.match((await ask(`GET /healthz HTTP/1.0\r\nHost: ${own}\r\n\r\n`)) ?? "", / 200 /);
  for (const second of ["evil.example", own])
    assert.match(
      (await ask(`GET /healthz HTTP/1.1\r\nHost: ${own}\r\nHost: ${second}\r\nConnection: close\r\n\r\n`)) ??
        "",
      / 40[03] /,
    );
  assert.match(
    (await ask(`GET http://evil.example/healthz HTTP/1.1\r\nHost: ${own}\r\nConnection: close\r\n\r\n`)) ??
      "",
    / 400 /,
  );
});

test("a page elsewhere that was allowed reads answers, and may ask whether it may", async (t) => {
  const origin = "https://overview.example";
  const server = await serve(t, exampleDesk(), { origins: [origin], token: TOKEN });
  const got = await get(server, "/healthz", { origin, authorization: `Bearer ${TOKEN}` });
  assert.deepEqual([got.status, got.headers["access-control-allow-origin"]], [200, origin]);
  const asked = await get(server, "/api/v1/snapshot", { origin }, "OPTIONS");
  assert.deepEqual([asked.status, asked.text], [204, ""]);
  assert.match(String(asked.headers["access-control-allow-headers"]), /authorization/);
  assert.equal(
    (await get(server, "/api/v1/snapshot", { origin })).status,
    401,
    "the token is asked for all the same",
  );
  const other = await get(server, "/api/v1/snapshot", { origin: "https://other.example" }, "OPTIONS");
  assert.equal(other.status, 403);
});

test("without the token every path is 401, and says how to send it", async (t) => {
  const server = await serve(t, exampleDesk(), { token: TOKEN });
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;
  for (const path of PATHS) {
    for (const authorization of [
      undefined,
      ...[
        "",
        TOKEN,
        "Bearer",
        "Bearer ",
        `Bearer ${TOKEN}x`,
        `Bearer ${TOKEN.slice(1)}`,
        `Bearer ${TOKEN} x`,
      ],
      ...[
        `Bearer ${TOKEN.toUpperCase()}`,
        `Digest ${TOKEN}`,
        "Basic !!!",
        basic(TOKEN),
        basic(`:${TOKEN}x`),
        basic(":"),
      ],
    ]) {
      const got = await get(server, path, authorization === undefined ? {} : { authorization });
      assert.equal(got.status, 401, `${path} ${authorization}`);
      assert.equal(got.text.includes(HOST) || got.text.includes(TOKEN), false);
      assert.match(String(got.headers["www-authenticate"]), /Bearer.*Basic/);
    }
  }
  for (const authorization of [
    `Bearer ${TOKEN}`,
    `bearer  ${TOKEN}`,
    basic(`:${TOKEN}`),
    basic(`any:${TOKEN}`),
  ])
    assert.equal(await statusFor(server, { authorization }), 200, authorization);
  assert.equal((await get(server, `/healthz?token=${TOKEN}`)).status, 401, "never in a URL, which is logged");
});

test("a foreign Host is 403 even with the token", async (t) => {
  const server = await serve(t, exampleDesk(), { token: TOKEN });
  const authorization = `Bearer ${TOKEN}`;
  assert.equal(await statusFor(server, { authorization, host: "evil.example" }), 403);
});

test("a token with a colon goes through Basic", () => {
  const check = tokenCheck("a:b:c");
  assert.equal(check(`Basic ${Buffer.from("user:a:b:c").toString("base64")}`), true);
  assert.equal(check(`Basic ${Buffer.from("a:b:c").toString("base64")}`), false);
});

test("more requests a second than allowed are 429, those with a wrong token too", async (t) => {
  for (const token of [null, TOKEN]) {
    const server = await serve(t, exampleDesk(), { token, requestsPerSecond: 20 });
    const got = await Promise.all(Array.from({ length: 60 }, () => get(server, "/healthz")));
    const limited = got.filter(({ status }) => status === 429);
    assert.ok(limited.length >= 20, `${limited.length} of 60`);
    assert.ok(limited.every(({ headers }) => Number(headers["retry-after"]) >= 1));
    assert.ok(got.some(({ status }) => status === (token === null ? 200 : 401)));
  }
});
