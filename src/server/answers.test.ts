import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeriesAnswer } from "./api.ts";
import { DescryError } from "../model/error.ts";
import { exampleDesk, exampleServices, HOST, HOSTILE_NAMES, snapshotOf } from "./example-desk.ts";
import { get, getJson, serve } from "./example-client.ts";
import { assertFollows, checkOf, document } from "./example-document.ts";
import { serviceIdOf } from "./service-id.ts";

/** Each path of the document, with requests that it has to answer and what it answers. */
const REQUESTS: Readonly<Record<string, readonly (readonly [path: string, status: number])[]>> = {
  "/api/v1/snapshot": [
    ["/api/v1/snapshot", 200],
    ["/api/v1/snapshot?limit=1&offset=39", 200],
    ["/api/v1/snapshot?offset=10000000", 200],
    ["/api/v1/snapshot?limit=0", 400],
    ["/api/v1/snapshot?limit=1&limit=2", 400],
  ],
  "/api/v1/services": [
    ["/api/v1/services", 200],
    ["/api/v1/services?limit=3&offset=5", 200],
    ["/api/v1/services?offset=-1", 400],
    ["/api/v1/services?page=1", 400],
  ],
  "/api/v1/services/{id}": [
    ["/api/v1/services/gunicorn.service", 200],
    ["/api/v1/services/none", 404],
    ["/api/v1/services/gunicorn.service?limit=1", 400],
  ],
  "/api/v1/services/{id}/series": [
    ["/api/v1/services/gunicorn.service/series", 200],
    [
      "/api/v1/services/gunicorn.service/series?from=2026-11-12T00:00:00Z&to=2026-11-12T01:00:00.5Z&step=5m",
      200,
    ],
    [`/api/v1/services/${serviceIdOf("gone one")}/series?step=1h`, 200],
    ["/api/v1/services/none/series", 404],
    ["/api/v1/services/gunicorn.service/series?from=yesterday", 400],
    ["/api/v1/services/gunicorn.service/series?from=2026-13-45T00:00:00Z", 400],
    ["/api/v1/services/gunicorn.service/series?from=2026-11-12T00:00:00Z&to=2026-11-11T00:00:00Z", 400],
  ],
  "/api/v1/services/{id}/lives": [
    ["/api/v1/services/gunicorn.service/lives", 200],
    ["/api/v1/services/none/lives", 404],
    ["/api/v1/services/gunicorn.service/lives?limit=1", 400],
  ],
  "/api/v1/processes/{pid}/descriptors": [
    ["/api/v1/processes/812/descriptors", 200],
    [
      "/api/v1/processes/812/descriptors?kind=tcp&state=CLOSE_WAIT&peer=3306&olderThan=60&sort=-age&limit=5",
      200,
    ],
    ["/api/v1/processes/812/descriptors?path=/var&offset=10000000", 200],
    ["/api/v1/processes/812/descriptors?kind=teapot", 400],
    ["/api/v1/processes/812/descriptors?olderThan=-1", 400],
    ["/api/v1/processes/812/descriptors?limit=5001", 400],
    ["/api/v1/processes/813/descriptors", 403],
    ["/api/v1/processes/814/descriptors", 503],
    ["/api/v1/processes/815/descriptors", 503],
    ["/api/v1/processes/816/descriptors", 503],
    ["/api/v1/processes/99/descriptors", 404],
    ["/api/v1/processes/0/descriptors", 404],
    ["/api/v1/processes/-1/descriptors", 404],
    ["/api/v1/processes/self/descriptors", 404],
    ["/api/v1/processes/99999999999/descriptors", 404],
  ],
  "/api/v1/series": [["/api/v1/series?from=2026-11-12T00:00:00%2B02:00&to=2026-11-12T00:00:00Z", 200]],
  "/api/v1/verdicts": [
    ["/api/v1/verdicts", 200],
    ["/api/v1/verdicts?rule=close-wait&service=gunicorn.service&fingerprint=fedcba9876543210", 200],
    ["/api/v1/verdicts?from=2026-11-12T00:00:00Z&limit=5", 200],
    ["/api/v1/verdicts?to=2026-11-12T02:04:00Z&service=gunicorn.service&rule=close-wait", 200],
    ["/api/v1/verdicts?from=2026-11-12T00:00:00Z&service=none", 404],
    ["/api/v1/verdicts?rule=none", 400],
    ["/api/v1/verdicts?cursor=v1", 400],
  ],
  "/api/v1/alerts": [
    ["/api/v1/alerts", 200],
    ["/api/v1/alerts?limit=1&offset=1", 200],
    ["/api/v1/alerts?limit=501", 400],
  ],
  "/api/v1/silences": [
    ["/api/v1/silences", 200],
    ["/api/v1/silences?limit=1001", 400],
  ],
  "/api/v1/agent": [["/api/v1/agent", 200]],
  "/api/v1/openapi.json": [["/api/v1/openapi.json", 200]],
  "/metrics": [
    ["/metrics", 200],
    ["/metrics?collect[]=all", 200],
  ],
  "/healthz": [["/healthz", 200]],
  "/readyz": [["/readyz", 200]],
};

test("every path answers as the OpenAPI document says, refusals included", async (t) => {
  const server = await serve(t, exampleDesk());
  const streamed = "/api/v1/events";
  const read = Object.keys(document.paths).filter((path) => document.paths[path]?.get !== undefined);
  assert.deepEqual(read.toSorted(), [...Object.keys(REQUESTS), streamed].toSorted());
  for (const [form, requests] of Object.entries(REQUESTS)) {
    for (const [path, status] of requests) {
      const got = await get(server, path);
      assert.equal(got.status, status, `${path}: ${got.text.slice(0, 300)}`);
      assertFollows(form, status, String(got.headers["content-type"]), got.text);
      assert.equal(got.headers["x-content-type-options"], "nosniff");
      assert.match(String(got.headers["content-security-policy"]), /default-src 'none'/);
      const head = await get(server, path, {}, "HEAD");
      assert.deepEqual([head.status, head.text], [status, ""]);
    }
  }
});

test("a check by the document finds what is missing, too much or of another kind", () => {
  const check = checkOf({ $ref: "#/components/schemas/HealthAnswer" });
  const good = { host: HOST, status: "ok", at: "2026-11-12T02:04:51.000Z" };
  assert.equal(check.Check(good), true);
  for (const bad of [
    { host: HOST, status: "ok" },
    { ...good, more: 1 },
    { ...good, at: "now" },
    { ...good, host: null },
  ])
    assert.equal(check.Check(bad), false, JSON.stringify(bad));
});

test("everything carries the host", async (t) => {
  const server = await serve(t, exampleDesk());
  for (const [path] of Object.values(REQUESTS).flat()) {
    const { text, headers } = await get(server, path);
    if (path.includes("openapi") || !String(headers["content-type"]).startsWith("application/json")) continue;
    assert.equal((JSON.parse(text) as { host: string }).host, HOST, path);
  }
});

test("services with hostile names are listed with ids by which they are found", async (t) => {
  const server = await serve(t, exampleDesk());
  const list = (await getJson(server, "/api/v1/services")) as { services: { id: string; service: string }[] };
  const byName = new Map(list.services.map(({ id, service }) => [service, id]));
  for (const name of HOSTILE_NAMES) {
    const id = byName.get(name) ?? assert.fail(`${name.slice(0, 20)} is not listed`);
    const one = (await getJson(server, `/api/v1/services/${id}`)) as { id: string; service: string };
    assert.deepEqual([one.id, one.service], [id, name]);
  }
});

test("before the first tick the answer is 503, and the history is there already", async (t) => {
  const desk = exampleDesk();
  desk.current = null;
  desk.ready = {
    ready: false,
    checks: [{ name: "kernel", ok: false, says: "not read yet", mend: "Wait a second." }],
  };
  const server = await serve(t, desk);
  for (const path of ["/api/v1/snapshot", "/api/v1/services", "/api/v1/services/{id}", "/readyz"]) {
    const got = await get(server, path.replace("{id}", "gunicorn.service"));
    assert.equal(got.status, 503, path);
    assertFollows(path, 503, String(got.headers["content-type"]), got.text);
  }
  assert.equal((await get(server, "/healthz")).status, 200);
  assert.equal((await get(server, "/api/v1/verdicts")).status, 200);
  assert.equal((await get(server, "/api/v1/services/gunicorn.service/series")).status, 200);
});

test("a history that is not kept, or cannot be read, is said with its mend", async (t) => {
  const desk = exampleDesk();
  desk.kept = null;
  const server = await serve(t, desk);
  const none = await get(server, "/api/v1/series");
  assert.equal(none.status, 503);
  assert.match(none.text, /--state-dir/);
  desk.kept = {
    services: () => [],
    ranges: () => {
      throw new DescryError("The history cannot be read: the disk is full.", "Make room.");
    },
    events: () => [],
  };
  const failed = await get(server, "/api/v1/series");
  assert.equal(failed.status, 503);
  assert.match(failed.text, /the disk is full.*Make room/);
  assertFollows("/api/v1/series", 503, String(failed.headers["content-type"]), failed.text);
});

test("a step that is too fine is widened, and the answer says to what", async (t) => {
  const server = await serve(t, exampleDesk());
  const query = "from=2025-11-12T00:00:00Z&to=2026-11-12T00:00:00Z&step=1s";
  const year = (await getJson(server, `/api/v1/series?${query}`)) as SeriesAnswer;
  assert.equal(year.stepSeconds, Math.ceil((365 * 86_400) / 2000));
  const points = year.series[0]?.values ?? [];
  assert.ok(points.length > 1900 && points.length <= 2001);
  assert.deepEqual(points.slice(0, 3), [0, null, 2], "unknown stays null");
  assert.equal(Date.parse(year.to) - Date.parse(year.from), points.length * year.stepSeconds * 1000);
});

test("only the measures that are asked for are answered", async (t) => {
  const server = await serve(t, exampleDesk());
  const measured = async (query: string) => {
    const answer = (await getJson(
      server,
      `/api/v1/services/gunicorn.service/series${query}`,
    )) as SeriesAnswer;
    return answer.series.map(({ measure }) => measure);
  };
  assert.deepEqual(await measured(""), ["open-descriptors", "runway-seconds"]);
  assert.deepEqual(await measured("?measure=none,runway-seconds"), ["runway-seconds"]);
  assert.deepEqual(await measured("?measure=none"), []);
});

test("the history of verdicts is paged without a gap or a repeat", async (t) => {
  const server = await serve(t, exampleDesk());
  type Page = { view: string; verdicts: { id: string; serviceId: string }[]; next: string | null };
  const seen: string[] = [];
  let cursor = "";
  for (let page = 0; page < 10; page++) {
    const path = `/api/v1/verdicts?from=2026-11-01T00:00:00Z&limit=60${cursor}`;
    const { view, verdicts, next } = (await getJson(server, path)) as Page;
    assert.equal(view, "history");
    assert.ok(verdicts.length <= 60 && verdicts.every(({ serviceId }) => serviceId === "gunicorn.service"));
    seen.push(...verdicts.map(({ id }) => id));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 250 }, (_, place) => String(place)),
  );
});

test("the address itself tells what there is", async (t) => {
  const server = await serve(t, exampleDesk());
  const { status, text } = await get(server, "/");
  assert.equal(status, 200);
  for (const path of [HOST, ...Object.keys(document.paths)]) assert.ok(text.includes(path), path);
});

test("what is no path is 404, and what is only read is 405", async (t) => {
  const server = await serve(t, exampleDesk());
  for (const path of ["/nope", "/api/v1", "/api/v1/snapshot/", "//api/v1/snapshot", "/api/v1/services/"])
    assert.equal((await get(server, path)).status, 404, path);
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    for (const path of ["/api/v1/snapshot", "/api/v1/events", "/api/v1/services/x"])
      assert.equal((await get(server, path, {}, method)).status, 405, `${method} ${path}`);
});

test("a new tick is answered at once", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  type Head = { at: string; page: { total: number } };
  assert.equal(((await getJson(server, "/api/v1/services")) as Head).page.total, 40);
  desk.current = { ...snapshotOf(exampleServices(3)), at: "2026-11-12T02:04:52.000Z" };
  const next = (await getJson(server, "/api/v1/services")) as Head;
  assert.deepEqual([next.page.total, next.at], [3, "2026-11-12T02:04:52.000Z"]);
});
