import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Check } from "typebox/value";
import { stringify } from "yaml";
import { nearest } from "../cli/nearest.ts";
import { agentSettingsOf } from "./agent.ts";
import { brokenAt, goodAt, SECRET } from "./arbitrary-settings.ts";
import { YamlText } from "./document.ts";
import { SETTINGS } from "./schema.ts";
import { settingsOf } from "./settings.ts";
import { yamlOf } from "./show.ts";

const judged = (text: string) => settingsOf(new YamlText(text, SETTINGS), nearest);

test("configuration: what keeps to the schema is taken, and what is shown of it is the same again", () => {
  const property = fc.property(goodAt(SETTINGS), (said) => {
    const { settings, faults } = judged(stringify(said));
    assert.deepEqual(faults, []);
    assert.ok(settings !== null && Check(SETTINGS, settings));
    assert.deepEqual(judged(yamlOf(settings)), { settings, faults: [] });
    const { channels, declared } = agentSettingsOf(settings);
    assert.deepEqual(
      channels.map(({ name }) => name),
      Object.keys(settings.channels),
    );
    assert.deepEqual([...declared.services.keys()], Object.keys(settings.services));
  });
  fc.assert(property, { numRuns: 300 });
});

test("configuration: ten thousand that break the schema in one place are refused each, with a line and a mend", () => {
  const property = fc.property(brokenAt(SETTINGS), (said) => {
    const text = stringify(said);
    const { settings, faults } = judged(text);
    assert.equal(settings, null, text);
    assert.ok(faults.length > 0);
    const lines = text.split("\n").length;
    for (const { line, message, mend } of faults) {
      assert.ok(line >= 1 && line <= lines && message !== "" && mend.length > 5);
      assert.doesNotMatch(message + mend, /[\p{Cc}\p{Zl}\p{Zp}]|undefined|\[object/u);
      assert.ok(!`${message} ${mend}`.includes(SECRET), message);
    }
  });
  fc.assert(property, { numRuns: 10_000 });
});

test("configuration: a good file with letters lost or put in is taken or refused, and says no secret", () => {
  const cut = fc.tuple(
    fc.nat(10_000),
    fc.nat(3),
    fc.constantFrom("", " ", "\n", ":", "*", "&", "!", "|", '"', "'", "{", "[", "- ", "%", "\t", "# ", "\0"),
  );
  const property = fc.property(
    goodAt(SETTINGS),
    fc.array(cut, { minLength: 1, maxLength: 3 }),
    (said, cuts) => {
      let text = stringify(said).replaceAll(/(?<=file:|env:)\S+/g, SECRET);
      for (const [at, length, put] of cuts) {
        const from = at % (text.length + 1);
        text = text.slice(0, from) + put + text.slice(from + length);
      }
      const { settings, faults } = judged(text);
      assert.equal(settings === null, faults.length > 0);
      for (const { message } of faults) assert.ok(!message.includes(SECRET), `${text}\n${message}`);
    },
  );
  fc.assert(property, { numRuns: 2000 });
});

test("configuration: no text crashes it, and none is both good and faulty", () => {
  const word = fc.constantFrom(
    ...[
      "services",
      "a",
      "pools",
      "shape",
      "steady",
      '"*:1"',
      "*x",
      "&x",
      ":",
      " ",
      "\n",
      "\n  ",
      "\n    ",
      "{",
      "}",
      "[",
      "]",
      "-",
      "|",
      "1",
      "!!map",
      "? ",
      ", ",
      "'",
      '"',
      "#",
      "%",
      "<<",
      "\t",
      "---",
    ],
    ": ",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(word, { maxLength: 40 }).map((words) => words.join("")),
  );
  const property = fc.property(text, (some) => {
    const { settings, faults } = judged(some);
    assert.equal(settings === null, faults.length > 0);
    for (const { line, message, mend } of faults) {
      assert.ok(line >= 1 && mend !== "");
      assert.doesNotMatch(message, /[\p{Cc}\p{Zl}\p{Zp}]/u);
    }
  });
  fc.assert(property, { numRuns: 2000 });
});
