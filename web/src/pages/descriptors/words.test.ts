import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpenDescriptor } from "../../../../src/server/api.ts";
import { kindWord, openFor, unusedFor, whereOf } from "./words.ts";

function one(traits: Partial<OpenDescriptor>): OpenDescriptor {
  return {
    ...{ number: 3, kind: "tcp", path: null, local: null, peer: null, direction: null, state: null },
    ...{ openedAt: null, unusedSeconds: null, unread: null, ghost: false },
    ...traits,
  };
}

test("where a descriptor leads is said by what it is", () => {
  const ends = { local: "10.0.0.1:4000", peer: "10.0.0.2:80" };
  assert.deepEqual(whereOf(one({ ...ends, direction: "outbound" })), {
    ...{ word: "to", text: "10.0.0.2:80", near: "10.0.0.1:4000" },
  });
  assert.equal(whereOf(one({ ...ends, direction: "inbound" })).word, "from");
  assert.deepEqual(whereOf(one({ local: "0.0.0.0:80" })), { word: "on", text: "0.0.0.0:80", near: "" });
  assert.equal(whereOf(one({ kind: "file", path: "/a b" })).text, "/a b");
  assert.match(whereOf(one({ ghost: true })).text, /lsof/);
  assert.deepEqual(whereOf(one({ kind: "eventfd" })), { word: "", text: "", near: "" });
});

test("what was open before the watch is over its age; what is not known is never 0", () => {
  const [from, at] = ["2026-11-12T02:00:00.000Z", "2026-11-12T02:20:00.000Z"];
  assert.equal(openFor("2026-11-12T02:19:51.000Z", from, at), "9 s");
  assert.equal(openFor(null, from, at), "over 20 min");
  assert.equal(unusedFor(one({ unusedSeconds: 0 })), "0 s");
  assert.equal(unusedFor(one({})), "?");
  assert.equal(unusedFor(one({ state: "LISTEN" })), "");
  assert.equal(unusedFor(one({ kind: "file" })), "");
  assert.deepEqual(["deleted-file", "pipe"].map(kindWord), ["deleted file", "pipe"]);
});
