import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { exampleDesk, HOST } from "./example-desk.ts";
import { get, sendRaw, serve } from "./example-client.ts";
import { PAGE_POLICY, siteOf, VIEW_PATHS } from "./site.ts";

const PAGE = `<!doctype html><html lang="en"><body>${"<p>a page</p>".repeat(50)}</body></html>`;
const SCRIPT = `console.log("${"x".repeat(500)}");`;
const SITE = siteOf([
  ["index.html", Buffer.from(PAGE)],
  ["icon.svg", Buffer.from("<svg/>")],
  ["assets/index-abc.js", Buffer.from(SCRIPT)],
  ["assets/index-abc.css", Buffer.from("p{}")],
  ["assets/index-abc.js.map", Buffer.from("{}")],
]);
const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const TOKEN = "0123456789abcdef0123456789abcdef";

test("every view is the one page, under its policy", async (t) => {
  const server = await serve(t, exampleDesk(), {}, SITE);
  for (const path of [
    ...VIEW_PATHS.map((view) => view.replace(":id", "a~0f6c")),
    "/incidents?from=1",
    "/?x=%2F",
  ]) {
    const { status, headers, text } = await get(server, path, BROWSER);
    assert.deepEqual([status, text], [200, PAGE], path);
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.equal(headers["content-security-policy"], PAGE_POLICY);
    assert.equal(headers["cache-control"], "no-cache");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["x-frame-options"], "DENY");
  }
  assert.doesNotMatch(PAGE_POLICY, /unsafe|\*|data:|blob:|https?:/);
  assert.match(PAGE_POLICY, /default-src 'none'.*require-trusted-types-for 'script'/);
});

test("a file whose name says what is in it is kept for ever, the others are asked for again", async (t) => {
  const server = await serve(t, exampleDesk(), {}, SITE);
  const script = await get(server, "/assets/index-abc.js");
  assert.deepEqual([script.status, script.text], [200, SCRIPT]);
  assert.equal(script.headers["content-type"], "text/javascript; charset=utf-8");
  assert.equal(script.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.equal(
    (await get(server, "/assets/index-abc.css")).headers["content-type"],
    "text/css; charset=utf-8",
  );
  const icon = await get(server, "/icon.svg");
  assert.deepEqual(
    [icon.headers["content-type"], icon.headers["cache-control"]],
    ["image/svg+xml", "no-cache"],
  );
});

test("what a browser has already is not sent again", async (t) => {
  const server = await serve(t, exampleDesk(), {}, SITE);
  const etag = String((await get(server, "/incidents", BROWSER)).headers["etag"]);
  assert.match(etag, /^W\/"[\w-]{22}"$/);
  for (const has of [etag, etag.slice(2), `"other", ${etag}`]) {
    const { status, text, headers } = await get(server, "/incidents", { ...BROWSER, "if-none-match": has });
    assert.deepEqual([status, text], [304, ""], has);
    assert.equal(headers["content-security-policy"], PAGE_POLICY);
  }
  assert.equal((await get(server, "/incidents", { "if-none-match": '"other"' })).status, 200);
});

test("what gets smaller is sent compressed to who takes that", async (t) => {
  const server = await serve(t, exampleDesk(), {}, SITE);
  const encodingFor = async (path: string, encodings: string) =>
    (await get(server, path, { ...BROWSER, "accept-encoding": encodings })).headers["content-encoding"];
  for (const takes of ["gzip", "deflate, gzip;q=1.0, *;q=0.5", "br,gzip"])
    assert.equal(await encodingFor("/", takes), "gzip", takes);
  for (const refuses of ["", "br", "gzip;q=0", "gzip; q=0.00, br", "x-gzipped"])
    assert.equal(await encodingFor("/", refuses), undefined, refuses);
  assert.equal(await encodingFor("/icon.svg", "gzip"), undefined, "five bytes do not get smaller");
  const head = `GET /assets/index-abc.js HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n`;
  const raw = await sendRaw(server, `${head}Accept-Encoding: gzip\r\nConnection: close\r\n\r\n`);
  const body = Buffer.from(raw.slice(raw.indexOf("\r\n\r\n") + 4), "latin1");
  assert.ok(body.length < SCRIPT.length);
  assert.equal(gunzipSync(body).toString(), SCRIPT);
});

test("HEAD says the same as GET, without the file", async (t) => {
  const server = await serve(t, exampleDesk(), {}, SITE);
  for (const path of ["/", "/services/a", "/assets/index-abc.js"]) {
    const got = await get(server, path, BROWSER);
    const head = await get(server, path, BROWSER, "HEAD");
    assert.deepEqual([head.status, head.text], [200, ""], path);
    for (const name of ["content-type", "content-length", "etag", "cache-control", "content-security-policy"])
      assert.equal(head.headers[name], got.headers[name], `${path} ${name}`);
  }
});

test("any other path is refused in JSON as before, also one that would leave the folder", async (t) => {
  const server = await serve(t, exampleDesk(), {}, SITE);
  const strange = [
    "/nothing",
    "/assets/",
    "/assets/other.js",
    "/assets/index-abc.js.map",
    "/services",
    "/services/a/b",
  ];
  const leaving = [
    ...[
      "/../package.json",
      "/assets/../../package.json",
      "/%2e%2e/package.json",
      "/assets/..%2f..%2fpackage.json",
    ],
    ...[
      "/assets/%00",
      "//etc/passwd",
      "/assets//index-abc.js",
      "/index.html/",
      "/ASSETS/index-abc.js",
      "/%5c..%5cx",
    ],
  ];
  for (const path of [...strange, ...leaving]) {
    const { status, headers, text } = await get(server, path, BROWSER);
    assert.equal(status, 404, path);
    assert.equal(headers["content-type"], "application/json; charset=utf-8", path);
    assert.equal((JSON.parse(text) as { status: number }).status, 404);
  }
  assert.equal((await get(server, "/services/%E0%A4%A", BROWSER)).status, 400, "no UTF-8");
  assert.equal((await get(server, "/incidents", BROWSER, "POST")).status, 404);
  assert.equal((await get(server, "/api/v1/none", BROWSER)).status, 404);
});

test("the address alone is a page to a browser and a list of paths to other programs, as where no page was built", async (t) => {
  const server = await serve(t, exampleDesk(), {}, SITE);
  const bare = await serve(t, exampleDesk());
  for (const [from, headers] of [
    [server, {}],
    [server, { accept: "*/*" }],
    [bare, BROWSER],
  ] as const) {
    const got = await get(from, "/", headers);
    assert.equal(got.headers["content-type"], "text/plain; charset=utf-8");
    assert.match(got.text, new RegExp(`^descry on ${HOST}\n[^]*GET +/api/v1/snapshot `));
  }
  assert.equal((await get(bare, "/incidents", BROWSER)).status, 404);
  assert.equal(siteOf([["assets/a.js", Buffer.from("")]]), null, "a dashboard without its page is none");
});

test("the guard stands before the page: token, Host, Origin", async (t) => {
  const server = await serve(t, exampleDesk(), { token: TOKEN }, SITE);
  const basic = { authorization: `Basic ${Buffer.from(`:${TOKEN}`).toString("base64")}` };
  for (const path of ["/", "/services/a", "/assets/index-abc.js", "/icon.svg"]) {
    const refused = await get(server, path, BROWSER);
    assert.equal(refused.status, 401, path);
    assert.match(
      String(refused.headers["www-authenticate"]),
      /Basic realm="descry"/,
      "browsers ask for the token",
    );
    assert.equal((await get(server, path, { ...BROWSER, ...basic })).status, 200, path);
    assert.equal((await get(server, path, { ...basic, host: "evil.example" })).status, 403, path);
    assert.equal((await get(server, path, { ...basic, origin: "https://evil.example" })).status, 403, path);
    const embedded = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    assert.equal((await get(server, path, { ...basic, ...embedded })).status, 403, path);
  }
});

test("the rate limit counts files as well, and lets a page with its parts through", async (t) => {
  const server = await serve(t, exampleDesk(), { requestsPerSecond: 20 }, SITE);
  const parts = ["/", "/assets/index-abc.js", "/assets/index-abc.css", "/icon.svg"];
  const page = await Promise.all([...parts, ...parts].map((path) => get(server, path, BROWSER)));
  assert.deepEqual(new Set(page.map(({ status }) => status)), new Set([200]));
  const flood = await Promise.all(Array.from({ length: 40 }, () => get(server, "/icon.svg")));
  assert.ok(flood.some(({ status }) => status === 429));
});
