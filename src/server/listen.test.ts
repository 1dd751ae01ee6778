import assert from "node:assert/strict";
import { createServer } from "node:http";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { DescryError } from "../model/error.ts";
import { exampleDesk } from "./example-desk.ts";
import { get, serve } from "./example-client.ts";
import type { Desk } from "./ports.ts";
import { checkToken, isLoopback, parseListen } from "./listen.ts";
import { DEFAULT_SERVER_OPTIONS, type ServerOptions } from "./options.ts";
import { startServer } from "./server.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

function start(desk: Desk, options: Partial<ServerOptions>) {
  return startServer(desk, { ...DEFAULT_SERVER_OPTIONS, ...options }, (error) => assert.fail(String(error)));
}

function refused(text: string): RegExp {
  try {
    parseListen(text);
  } catch (error) {
    assert.ok(error instanceof DescryError && error.mend !== "");
    return /refused/;
  }
  return assert.fail(`${text} was taken`);
}

test("an address to listen on is an IP address and a port", () => {
  assert.deepEqual(parseListen("127.0.0.1:8321"), { address: "127.0.0.1", port: 8321 });
  assert.deepEqual(parseListen("localhost:0"), { address: "127.0.0.1", port: 0 });
  assert.deepEqual(parseListen("[::1]:65535"), { address: "::1", port: 65_535 });
  assert.deepEqual(parseListen("0.0.0.0:80"), { address: "0.0.0.0", port: 80 });
  for (const text of [
    ...["", ":8321", "8321", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:99999999", "::1:8321"],
    ...[
      "[127.0.0.1]:80",
      "[::1]",
      "[::1%lo]:80",
      "web-12:80",
      "localhost.:80",
      "127.1:80",
      "0x7f.1:80",
      "*:80",
    ],
    ...["127.0.0.1:80\n", "127.0.0.1 :80", "127.0.0.1:8e3", "256.0.0.1:80", "010.0.0.1:80", "\u001b[31m:80"],
  ])
    refused(text);
});

test("loopback is 127.0.0.0/8 and ::1, nothing that looks like it", () => {
  for (const address of ["127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"])
    assert.equal(isLoopback(address), true, address);
  for (const address of [
    "0.0.0.0",
    "::",
    "128.0.0.1",
    "10.0.0.1",
    "fe80::1",
    "::2",
    "localhost",
    "",
    "::ffff:10.0.0.1",
  ])
    assert.equal(isLoopback(address), false, address);
});

test("off the loopback address it refuses to start without a token, or with one that can be guessed", async () => {
  for (const listen of ["0.0.0.0:0", "[::]:0", "10.1.2.3:0", "[fe80::1]:0"])
    await assert.rejects(start(exampleDesk(), { listen, token: null }), (error) => {
      assert.ok(error instanceof DescryError);
      assert.match(error.message, /without a token/);
      return true;
    });
  for (const token of [
    "",
    "short",
    "x".repeat(21),
    `with space ${TOKEN}`,
    `${TOKEN}\n`,
    `${TOKEN}é`,
    "x".repeat(513),
  ]) {
    assert.throws(
      () => checkToken({ address: "0.0.0.0", port: 0 }, token),
      DescryError,
      JSON.stringify(token),
    );
    assert.throws(() => checkToken({ address: "127.0.0.1", port: 0 }, token), DescryError);
  }
  checkToken({ address: "0.0.0.0", port: 0 }, TOKEN);
  checkToken({ address: "127.0.0.1", port: 0 }, null);
});

test("a refusal of a token does not repeat it", () => {
  assert.throws(
    () => checkToken({ address: "0.0.0.0", port: 0 }, "my secret word"),
    (error) => error instanceof DescryError && !`${error.message} ${error.mend}`.includes("secret"),
  );
});

test("with a token it listens on every address", async (t) => {
  const server = await serve(t, exampleDesk(), { listen: "0.0.0.0:0", token: TOKEN });
  const local = { address: "127.0.0.1", port: server.port };
  assert.equal((await get(local, "/healthz")).status, 401);
  assert.equal((await get(local, "/healthz", { authorization: `Bearer ${TOKEN}` })).status, 200);
});

const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);

test("on the loopback address of IPv6", { skip: hasIPv6 ? false : "this host has no ::1" }, async (t) => {
  const server = await serve(t, exampleDesk(), { listen: "[::1]:0" });
  assert.equal(server.url, `http://[::1]:${server.port}`);
  const origin = server.url;
  for (const headers of [{}, { host: `[::1]:${server.port}`, origin }, { host: "localhost:8321" }])
    assert.equal((await get(server, "/healthz", headers)).status, 200, JSON.stringify(headers));
  for (const host of ["[::2]", "[fe80::1%25lo]", "evil.example", "[::1].evil.example"])
    assert.equal((await get(server, "/healthz", { host })).status, 403, host);
});

test("an address that cannot be had is said with its mend, and leaves nothing behind", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  t.after(() => other.close());
  await new Promise((resolve) => other.once("listening", resolve));
  const bound = other.address();
  assert.ok(typeof bound === "object" && bound !== null);
  const desk = exampleDesk();
  const taken = start(desk, { listen: `127.0.0.1:${bound.port}`, token: null });
  await assert.rejects(taken, (error) => {
    assert.ok(error instanceof DescryError);
    assert.match(error.message, /Cannot listen on 127\.0\.0\.1:\d+: another program has that port\./);
    return true;
  });
  assert.equal(desk.listeners.size, 0);
  const foreign = start(desk, { listen: "192.0.2.1:0", token: TOKEN });
  await assert.rejects(foreign, /this host has no such address/);
});

test("a name or an origin that no request can have is refused at the start", async () => {
  const desk = exampleDesk();
  for (const name of ["http://web-12", "web-12:8321", "web 12", "", "[::1"])
    await assert.rejects(start(desk, { listen: "127.0.0.1:0", hostNames: [name] }), /is no name of a host/);
  for (const origin of [
    "*",
    "null",
    "overview.example",
    "https://overview.example/",
    "https://O.example",
    "file:///x",
  ])
    await assert.rejects(start(desk, { listen: "127.0.0.1:0", origins: [origin] }), /is no origin/);
});
