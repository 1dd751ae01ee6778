// Silences over HTTP: what makes one, what is refused, and who may not.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlertsAnswer, SilenceAnswer, SilencesAnswer } from "./api.ts";
import { alertOf } from "./example-alerts.ts";
import { exampleDesk, HOST, HOSTILE_NAMES } from "./example-desk.ts";
import { assertFollows } from "./example-document.ts";
import { get, getJson, type Got, serve } from "./example-client.ts";
import type { RunningServer } from "./server.ts";

const PATH = "/api/v1/silences";
const JSON_BODY = { "content-type": "application/json" };
const GOOD = { service: "gunicorn.service", forSeconds: 7200, by: "ann", comment: "deploy" };
const TOKEN = "0123456789abcdef0123456789abcdef";

const post = (server: RunningServer, body: unknown, headers: Record<string, string> = {}): Promise<Got> =>
  get(
    server,
    PATH,
    { ...JSON_BODY, ...headers },
    "POST",
    typeof body === "string" ? body : JSON.stringify(body),
  );
const remove = (server: RunningServer, id: string, headers: Record<string, string> = {}): Promise<Got> =>
  get(server, `${PATH}/${id}`, headers, "DELETE");

test("a silence is made, listed and ended", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const before = Date.now();
  const got = await post(server, GOOD);
  assert.equal(got.status, 201);
  const made = JSON.parse(got.text) as SilenceAnswer;
  const { silence } = made;
  assert.deepEqual([made.host, made.alerts, made.durable], [HOST, 1, true]);
  assert.deepEqual(
    [silence.service, silence.rule, silence.fingerprint, silence.by, silence.comment, silence.endedAt],
    ["gunicorn.service", null, null, "ann", "deploy", null],
  );
  const lasts = Date.parse(silence.until) - before;
  assert.ok(lasts >= 7_200_000 && lasts < 7_260_000, silence.until);
  const list = async () => ((await getJson(server, PATH)) as SilencesAnswer).silences;
  assert.deepEqual(
    (await list()).map(({ id, state }) => [id, state]),
    [[silence.id, "active"]],
  );
  const ended = await remove(server, silence.id);
  assert.equal(ended.status, 200);
  assert.notEqual((JSON.parse(ended.text) as SilenceAnswer).silence.endedAt, null);
  assert.deepEqual(
    (await list()).map(({ state }) => state),
    ["ended"],
  );
  assert.equal((await remove(server, "00ff")).status, 404);
  desk.silences.durable = false;
  assert.equal((JSON.parse((await post(server, GOOD)).text) as SilenceAnswer).durable, false);
});

test("by rule, by fingerprint, until a time, of any name that a service may have", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const end = { until: until.replace("Z", "+00:00"), by: "ann" };
  for (const about of [
    { rule: "forecast" },
    { fingerprint: "fedcba9876543210" },
    ...HOSTILE_NAMES.filter((name) => name !== "" && name.length <= 1000).map((service) => ({ service })),
  ]) {
    const got = await post(server, { ...about, ...end });
    assert.equal(got.status, 201, JSON.stringify(about));
    const { silence } = JSON.parse(got.text) as SilenceAnswer;
    assert.equal(silence.until, until);
    assert.deepEqual({ ...silence, ...about }, silence);
  }
});

test("what is wrong with a silence is said, and nothing is made", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const { service: _service, ...nothingNamed } = GOOD;
  const { forSeconds: _forSeconds, ...endless } = GOOD;
  const past = new Date(Date.now() - 1000).toISOString();
  const far = new Date(Date.now() + 31 * 86_400_000).toISOString();
  for (const [body, says] of [
    [nothingNamed, /Name a service, a rule or a fingerprint/],
    [endless, /either forSeconds or until/],
    [{ ...GOOD, until: far }, /either forSeconds or until/],
    [{ ...endless, until: past }, /has passed/],
    [{ ...endless, until: far }, /more than 30 days/],
    [{ ...endless, until: "tomorrow" }, /RFC 3339/],
    [{ ...endless, until: "2026-13-45T00:00:00Z" }, /is no time/],
    [{ ...GOOD, forSeconds: 30 * 86_400 + 1 }, /30 days at most/],
    [{ ...GOOD, forSeconds: 0 }, /forSeconds/],
    [{ ...GOOD, forSeconds: 1.5 }, /forSeconds/],
    [{ ...GOOD, forSeconds: "7200" }, /forSeconds/],
    [{ ...GOOD, rule: "none" }, /docs\/reference\/rules\.md/],
    [{ ...GOOD, fingerprint: "../x" }, /Alerts of this leak/],
    [{ ...GOOD, service: "" }, /service/],
    [{ ...GOOD, service: null }, /service/],
    [{ ...GOOD, service: "x".repeat(1001) }, /service/],
    [{ ...GOOD, by: "" }, /Who makes it/],
    [{ ...GOOD, by: undefined }, /by/],
    [{ ...GOOD, by: "a\nb" }, /Who makes it/],
    [{ ...GOOD, comment: "\u001b[31mred" }, /one line/],
    [{ ...GOOD, comment: "turned \u202e round" }, /one line/],
    [{ ...GOOD, comment: "x".repeat(501) }, /one line/],
    [{ ...GOOD, until_: 1 }, /There are: service, rule/],
    ['{"service":"a","forSeconds":60,"by":"ann","__proto__":{"rule":"x"}}', /cannot be read/],
    [[], /no JSON object/],
    ["null", /no JSON object/],
    ["", /cannot be read/],
    ["{", /cannot be read/],
  ] as const) {
    const got = await post(server, body);
    assert.equal(got.status, 400, `${JSON.stringify(body)}: ${got.text}`);
    assert.match(got.text, says, JSON.stringify(body));
    const { host, error, mend } = JSON.parse(got.text) as Record<string, string>;
    assert.deepEqual([host, error !== "", mend !== ""], [HOST, true, true]);
  }
  const long = await post(server, { ...GOOD, comment: "x".repeat(20_000) });
  assert.equal(long.status, 413);
  desk.silences.most = 0;
  const many = await post(server, GOOD);
  assert.deepEqual([many.status, /too many silences/.test(many.text)], [409, true]);
  assert.deepEqual(desk.silences.kept, []);
});

/** What a page of another origin can make a browser send, and what it would be answered. */
test("no page of another origin makes or ends a silence, on whatever port of this host, and though it may read", async (t) => {
  const allowed = "https://overview.example";
  const desk = exampleDesk();
  const server = await serve(t, desk, { origins: [allowed] });
  const { silence } = JSON.parse((await post(server, GOOD)).text) as SilenceAnswer;
  const own = `127.0.0.1:${server.port}`;
  const foreign = [
    // Rule one: the browser names the origin with POST and DELETE.
    ...["http://127.0.0.1:3000", "http://localhost:3000", "http://evil.example", "null", allowed].map(
      (origin) => ({ origin }),
    ),
    // Rule two: what a form of another site sends is a navigation; a link that is followed may read only.
    ...["cross-site", "same-site"].flatMap((site) =>
      ["navigate", "no-cors"].map((mode) => ({ "sec-fetch-site": site, "sec-fetch-mode": mode })),
    ),
    { host: "rebound.example", origin: "http://rebound.example" },
  ];
  for (const headers of foreign) {
    const words = JSON.stringify(headers);
    assert.equal((await post(server, GOOD, headers as Record<string, string>)).status, 403, words);
    assert.equal((await remove(server, silence.id, headers as Record<string, string>)).status, 403, words);
  }
  // Rule three: what needs no question before it is no JSON, whatever the origin says.
  for (const type of [
    ...["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
    ...["text/plain;application/json", "text/json", "application/jsonp", "application/json, text/plain", ""],
  ]) {
    const got = await post(server, GOOD, { "content-type": type });
    assert.equal(got.status, 415, type);
  }
  const untyped = await get(server, PATH, {}, "POST", JSON.stringify(GOOD));
  assert.equal(untyped.status, 415);
  // And to the question of an origin that may read the answer is that it may read.
  const question = { origin: allowed, "access-control-request-method": "DELETE" };
  const asked = await get(server, `${PATH}/${silence.id}`, question, "OPTIONS");
  assert.deepEqual([asked.status, asked.headers["access-control-allow-methods"]], [204, "GET, HEAD"]);
  assert.doesNotMatch(String(asked.headers["access-control-allow-headers"]), /content-type/);
  assert.deepEqual(
    desk.silences.kept.map(({ endedAt }) => endedAt),
    [null],
    "nothing was made and nothing ended",
  );
  const page = {
    host: own,
    origin: `http://${own}`,
    "sec-fetch-site": "same-origin",
    "sec-fetch-mode": "cors",
  };
  assert.equal((await post(server, GOOD, page)).status, 201, "its own page may");
  assert.equal((await remove(server, silence.id, page)).status, 200);
});

test("the token, the Host and the rate count for what writes as for what reads", async (t) => {
  const server = await serve(t, exampleDesk(), { token: TOKEN });
  assert.equal((await post(server, GOOD)).status, 401);
  assert.equal((await remove(server, "00ff")).status, 401);
  assert.equal((await post(server, GOOD, { host: "evil.example" })).status, 403);
  assert.equal((await post(server, GOOD, { authorization: `Bearer ${TOKEN}` })).status, 201);
  const slow = await serve(t, exampleDesk(), { requestsPerSecond: 5 });
  const many = await Promise.all(Array.from({ length: 20 }, () => post(slow, GOOD)));
  assert.ok(many.filter(({ status }) => status === 429).length >= 10);
});

test("other methods are refused, and the answer says which there are", async (t) => {
  const server = await serve(t, exampleDesk());
  const put = await get(server, PATH, JSON_BODY, "PUT", "{}");
  assert.deepEqual([put.status, /Use GET or POST/.test(put.text)], [405, true]);
  const read = await get(server, `${PATH}/00ff`);
  assert.deepEqual([read.status, /Use DELETE/.test(read.text)], [405, true]);
});

test("alerts are listed page by page, with what holds them back", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const { silence } = JSON.parse((await post(server, GOOD)).text) as SilenceAnswer;
  desk.living = Array.from({ length: 7 }, (_, at) =>
    alertOf({ id: String(at), silence: at === 0 ? silence : null }),
  );
  const seen: string[] = [];
  let next: number | null = 0;
  for (let page = 0; page < 5 && next !== null; page++) {
    const got = (await getJson(server, `/api/v1/alerts?limit=3&offset=${next}`)) as AlertsAnswer;
    assert.equal(got.page.total, 7);
    seen.push(...got.alerts.map(({ id }) => id));
    if (page === 0) assert.deepEqual(got.alerts[0]?.silence, silence);
    next = got.page.next;
  }
  assert.deepEqual(seen, ["0", "1", "2", "3", "4", "5", "6"]);
});

test("what makes and ends a silence is answered as the OpenAPI document says", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const good = JSON.stringify(GOOD);
  for (const [status, body, headers] of [
    [201, good, JSON_BODY],
    [400, "{}", JSON_BODY],
    [413, "x".repeat(20_000), JSON_BODY],
    [415, good, {}],
  ] as const) {
    const got = await get(server, PATH, headers, "POST", body);
    assert.equal(got.status, status, got.text);
    assertFollows(PATH, status, String(got.headers["content-type"]), got.text, "post");
  }
  for (const [status, id] of [
    [200, desk.silences.kept[0]?.id ?? ""],
    [404, "00ff"],
  ] as const) {
    const got = await get(server, `${PATH}/${id}`, {}, "DELETE");
    assert.equal(got.status, status);
    assertFollows(`${PATH}/{id}`, status, String(got.headers["content-type"]), got.text, "delete");
  }
  const list = await get(server, PATH);
  assertFollows(PATH, 200, String(list.headers["content-type"]), list.text);
});
