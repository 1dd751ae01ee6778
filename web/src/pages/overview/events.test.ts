import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, lastTold, lineOf } from "./events.ts";
import { inSeconds, verdictOf } from "./example.ts";

test("history and stream are one list of ten, newest first, each told once", () => {
  const history = Array.from({ length: 10 }, (_, place) =>
    verdictOf({ id: `h${place}`, at: inSeconds(-60 * place) }),
  );
  const live = [verdictOf({ id: "new", at: inSeconds(30) }), verdictOf({ id: "h0" })];
  const told = lastTold(history, live);
  assert.deepEqual(
    told.map(({ id }) => id),
    ["new", ...Array.from({ length: 9 }, (_, place) => `h${place}`)],
  );
  assert.equal(new Set(told.map(keyOf)).size, 10);
});

test("what is told again with another standing is another line", () => {
  const told = lastTold([verdictOf({ standing: "suspect", at: inSeconds(-90) })], [verdictOf()]);
  assert.deepEqual(
    told.map(({ standing }) => standing),
    ["confirmed", "suspect"],
  );
});

test("a line has a mark, a name and what is said", () => {
  const words = (traits: Parameters<typeof verdictOf>[0]): string => {
    const { mark, name, says } = lineOf(verdictOf(traits));
    return `${mark.sign} ${name} ${says}`;
  };
  assert.equal(words({}), "x gunicorn leaks connections to MySQL 127.0.0.1:3306");
  assert.equal(words({ standing: "suspect" }), "? gunicorn may leak connections to MySQL 127.0.0.1:3306");
  assert.equal(
    words({ standing: "cleared" }),
    "- gunicorn is no longer said to leak connections to MySQL 127.0.0.1:3306",
  );
  assert.equal(words({ rule: "at-limit" }), "x gunicorn cannot open more files");
  assert.equal(
    words({ rule: "port-exhaustion", service: null }),
    "x An unknown service uses up the local ports to 127.0.0.1:3306",
  );
  assert.equal(
    words({ rule: "pool-bypass" }),
    "x gunicorn opens connections to MySQL 127.0.0.1:3306 past its pool",
  );
  const { type: _, ...rest } = verdictOf({ service: "a" });
  assert.equal(
    lineOf({
      ...rest,
      service: "a",
      process: { pid: 1, startTicks: 1, command: "a" },
      open: 1,
      type: "forecast",
    }).says,
    "will run out of open files",
  );
});
