import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePortList, parsePortRange } from "./settings.ts";

test("the range of local ports", () => {
  assert.deepEqual(parsePortRange("32768\t60999\n"), [32_768, 60_999]);
  for (const text of ["", "0 10", "5 4", "1 65536", "1 2 3", "x 2", "-1 5"])
    assert.equal(parsePortRange(text), null, text);
});

test("reserved ports, one by one and in ranges", () => {
  assert.deepEqual([...(parsePortList("8080,9148-9151\n") ?? [])], [8080, 9148, 9149, 9150, 9151]);
  assert.deepEqual(parsePortList("\n"), new Set());
  assert.equal(parsePortList("1-99999")?.size, 65_535);
  for (const text of ["a", "1,,2", "1-", "1-2-3"]) assert.equal(parsePortList(text), null, text);
});
