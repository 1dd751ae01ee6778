import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { cut, cutMiddle, hanging, harmless, jsonLine, left, right, widthOf, wrap } from "./text.ts";

// eslint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** Names as an attacker would choose them, mixed with whatever else Unicode has. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("\x1b[2J", "\n", "\r", "\u202e", "\u009b31m", "宽", "é", "👩", "\ud800", "|", "a b"),
      fc.string({ unit: "binary" }),
    ),
  )
  .map((parts) => parts.join(""));

test("what a terminal would obey is written out", () => {
  assert.equal(harmless("\x1b[31mred\x1b[0m"), "\\x1b[31mred\\x1b[0m");
  assert.equal(harmless("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  assert.equal(harmless("txt.\u202eexe"), "txt.\\u{202e}exe");
  assert.equal(harmless("\u009b2J"), "\\x9b2J");
  assert.equal(harmless("half \ud83d pair"), "half \\u{d83d} pair");
  assert.equal(harmless("Grüße 你好 😀"), "Grüße 你好 😀");
});

test("no byte that moves a cursor or turns the direction leaves, whatever the name", () => {
  fc.assert(
    fc.property(hostile, (name) => {
      assert.doesNotMatch(harmless(name), OBEYED);
    }),
  );
});

test("a JSON line is safe to print and reads back the same", () => {
  fc.assert(
    fc.property(hostile, (name) => {
      const line = jsonLine({ name });
      assert.doesNotMatch(line, OBEYED);
      assert.deepEqual(JSON.parse(line), { name });
    }),
  );
});

test("wide characters count two columns, combining ones none", () => {
  assert.equal(widthOf("abc"), 3);
  assert.equal(widthOf("宽宽"), 4);
  assert.equal(widthOf("e\u0301"), 1);
  assert.equal(widthOf("😀"), 2);
  assert.equal(widthOf("▁▂▃█…"), 5);
});

test("cutting and padding give exactly the columns asked for", () => {
  assert.equal(cut("gunicorn", 5), "guni…");
  assert.equal(cutMiddle("/var/lib/mysql/tmp", 9), "/var…/tmp");
  fc.assert(
    fc.property(hostile, fc.integer({ min: 1, max: 60 }), (name, columns) => {
      const safe = harmless(name);
      assert.ok(widthOf(cut(safe, columns)) <= columns);
      assert.ok(widthOf(cutMiddle(safe, columns)) <= columns);
      assert.equal(widthOf(left(safe, columns)), columns);
      assert.equal(widthOf(right(safe, columns)), columns);
    }),
  );
});

test("wrapping keeps every word and no line is too long", () => {
  assert.deepEqual(wrap("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/)),
      fc.integer({ min: 2, max: 40 }),
      (words, columns) => {
        const lines = wrap(words.join(" "), columns);
        assert.ok(lines.every((line) => widthOf(line) <= columns));
        assert.equal(lines.join("").replaceAll(" ", ""), words.join(""));
      },
    ),
  );
});

test("a paragraph hangs under its heading and says when more was left out", () => {
  assert.deepEqual(hanging("WHY  ", "one two three four", 15, 3), ["WHY  one two", "     three four"]);
  assert.deepEqual(hanging("WHY  ", "one two three four", 15, 1), ["WHY  one two …"]);
});
