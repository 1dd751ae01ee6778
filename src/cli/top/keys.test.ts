import assert from "node:assert/strict";
import { test } from "node:test";
import type { Key } from "ink";
import { keysOf } from "./keys.ts";

const NONE: Key = {
  ...{
    upArrow: false,
    downArrow: false,
    leftArrow: false,
    rightArrow: false,
    pageDown: false,
    pageUp: false,
  },
  ...{ home: false, end: false, return: false, escape: false, ctrl: false, shift: false, tab: false },
  ...{
    backspace: false,
    delete: false,
    meta: false,
    super: false,
    hyper: false,
    capsLock: false,
    numLock: false,
  },
};

test("keys have one name, whatever a terminal sends for them", () => {
  assert.deepEqual(keysOf("", { ...NONE, upArrow: true }), ["up"]);
  assert.deepEqual(keysOf("\r", { ...NONE, return: true }), ["enter"]);
  assert.deepEqual(keysOf("\n", NONE), ["enter"]);
  assert.deepEqual(keysOf("", { ...NONE, delete: true }), ["backspace"]);
  assert.deepEqual(keysOf("c", { ...NONE, ctrl: true }), ["ctrl-c"]);
  assert.deepEqual(keysOf("x", { ...NONE, meta: true }), ["escape", "x"], "Escape and x");
});

test("pasted text is as many keys as it has characters, control characters none", () => {
  assert.deepEqual(keysOf("ab\r宽\x1b", NONE), ["a", "b", "enter", "宽"]);
  assert.deepEqual(keysOf("\ud800", NONE), []);
});
