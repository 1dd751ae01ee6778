import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { cursorOf, FIRST_VIEW, pageOf, press, type Key, type View } from "./view.ts";

const NAMES = ["a", "b", "c", "d"];

function after(keys: readonly Key[], names = NAMES, from: View = FIRST_VIEW): View {
  return keys.reduce((view, key) => press(view, key, names).view, from);
}

test("the cursor moves, stops at both ends, and stays with its service when rows change places", () => {
  assert.equal(cursorOf(after(["down", "j"]), NAMES), 2);
  assert.equal(cursorOf(after(["up"]), NAMES), 0);
  assert.equal(cursorOf(after(["G", "down"]), NAMES), 3);
  assert.equal(cursorOf(after(["pagedown", "g"]), NAMES), 0);
  const onC = after(["down", "down"]);
  assert.equal(cursorOf(onC, ["c", "a", "b", "d"]), 0);
  assert.equal(cursorOf(onC, ["a", "b", "d"]), 2, "it has ended: the one in its place");
  assert.equal(cursorOf(onC, []), null);
  assert.equal(after(["down", "enter"], ["a", "b", "d"], onC).selected, "d", "not the one that has ended");
});

test("until a key is pressed the first row is the selected one, whoever stands there", () => {
  assert.equal(cursorOf(FIRST_VIEW, ["z", ...NAMES]), 0);
  const details = after(["enter"]);
  assert.equal(details.selected, "a", "details stay with the one they were opened for");
  assert.equal(pageOf(details), "details");
});

test("Esc and q go back page by page; q quits from the table only", () => {
  const deep = after(["enter", "a", "?"]);
  assert.deepEqual(deep.pages, ["table", "details", "advice", "words"]);
  assert.deepEqual(after(["escape", "q"], NAMES, deep).pages, ["table", "details"]);
  assert.equal(press(deep, "q", NAMES).wish, null);
  assert.equal(press(FIRST_VIEW, "q", NAMES).wish, "quit");
  assert.equal(press(deep, "ctrl-c", NAMES).wish, "quit");
  assert.deepEqual(after(["a", "a"]).pages, ["table"], "the same key closes what it opened");
  assert.deepEqual(after(["enter", "a", "enter"]).pages, ["table", "advice", "details"], "no page twice");
});

test("a filter is typed character by character; keys mean nothing else meanwhile", () => {
  const typed = after(["/", "q", "s", "é", "backspace", "p"]);
  assert.deepEqual([typed.filter, typed.typing, typed.paused, typed.sort], ["qsp", true, false, "risk"]);
  assert.equal(press(typed, "ctrl-c", NAMES).wish, "quit");
  assert.deepEqual(after(["enter"], NAMES, typed).filter, "qsp");
  assert.equal(after(["enter"], NAMES, typed).typing, false);
  assert.equal(after(["escape"], NAMES, typed).filter, "");
  assert.equal(after(["enter", "escape"], NAMES, typed).filter, "", "Esc on the table shows all again");
  assert.equal(after(["ctrl-u"], NAMES, typed).filter, "");
});

test("s goes through all orders and comes round, p pauses and goes on", () => {
  assert.equal(after(["s"]).sort, "open");
  assert.equal(after(["s", "s", "s", "s"]).sort, "name");
  assert.equal(after(["s", "s", "s", "s", "s"]).sort, "risk");
  assert.deepEqual([after(["p"]).paused, after(["p", "p"]).paused], [true, false]);
});

test("r asks for a recording of the service under the cursor", () => {
  const { view, wish } = press(after(["down"]), "r", NAMES);
  assert.deepEqual([view.selected, wish], ["b", "record"]);
});

test("no sequence of keys leaves the pages, the rows or the sense of it", () => {
  const keys = fc.array(
    fc.constantFrom(
      ...["up", "down", "pageup", "pagedown", "home", "end", "enter", "escape", "backspace", "left"],
      ...["a", "?", "/", "s", "p", "r", "j", "k", "g", "G", "ctrl-l", "ctrl-x", "x", "宽"],
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(keys, fc.subarray(NAMES), (pressed, names) => {
      const view = after(pressed, names);
      assert.equal(view.pages[0], "table");
      assert.equal(new Set(view.pages).size, view.pages.length);
      const cursor = cursorOf(view, names);
      assert.ok(cursor === null ? names.length === 0 : cursor >= 0 && cursor < names.length);
      assert.ok(Number.isInteger(view.scrolled) || view.scrolled === 1e6);
      assert.ok(view.scrolled >= 0);
    }),
  );
});
