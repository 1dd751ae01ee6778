import assert from "node:assert/strict";
import { test } from "node:test";
import { isToFilter, type Key, stepOf } from "./keys.ts";

function key(name: string, tagName: string | null = null, traits: Partial<Key> = {}): Key {
  const target = tagName === null ? null : Object.assign(new EventTarget(), { tagName });
  return { key: name, ctrlKey: false, metaKey: false, altKey: false, target, ...traits };
}

test("arrows, j and k move by one row", () => {
  assert.deepEqual(
    ["ArrowDown", "j", "ArrowUp", "k", "x"].map((name) => stepOf(key(name, "A"))),
    [1, 1, -1, -1, null],
  );
});

test("letters stay in the filter, and down leads out of it", () => {
  assert.deepEqual(
    ["j", "k", "ArrowUp", "ArrowDown"].map((name) => stepOf(key(name, "INPUT"))),
    [null, null, null, 1],
  );
  assert.equal(stepOf(key("ArrowDown", "SELECT")), null);
  assert.equal(isToFilter(key("/")), true);
  assert.equal(isToFilter(key("/", "INPUT")), false);
});

test("a key with a modifier is the browser's", () => {
  assert.equal(stepOf(key("j", null, { ctrlKey: true })), null);
  assert.equal(isToFilter(key("/", null, { metaKey: true })), false);
});
