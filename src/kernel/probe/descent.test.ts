import assert from "node:assert/strict";
import { test } from "node:test";
import { countOpen, hasMark, readDescent } from "./descent.ts";

test("a mark is a whole word of the environment", () => {
  const has = (text: string) => hasMark(Buffer.from(text), "DESCRY_EXEC=1a");
  assert.ok(has("DESCRY_EXEC=1a\0HOME=/\0"));
  assert.ok(has("A=DESCRY_EXEC=1a\0DESCRY_EXEC=1a\0"));
  for (const other of ["", "DESCRY_EXEC=1ab\0", "ADESCRY_EXEC=1a\0", "A=DESCRY_EXEC=1a\0", "DESCRY_EXEC=1a"])
    assert.ok(!has(other), other);
});

test("of this process: its session, and nothing of one that is not there", () => {
  const own = readDescent("/proc", process.pid, "DESCRY_EXEC=none");
  assert.ok((own.session ?? 0) > 0 && (own.group ?? 0) > 0 && !own.marked);
  assert.deepEqual(readDescent("/proc", 4_194_305, "A=b"), { session: null, group: null, marked: false });
  assert.equal(countOpen("/proc", 4_194_305), null);
});
