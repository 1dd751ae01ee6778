import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { countOpen, hasMark, readDescent } from "./descent.ts";

test("a mark is a whole word of the environment", () => {
  const has = (text: string) => hasMark(Buffer.from(text), "DESCRY_EXEC=1a");
  assert.ok(has("DESCRY_EXEC=1a\0HOME=/\0"));
  assert.ok(has("A=DESCRY_EXEC=1a\0DESCRY_EXEC=1a\0"));
  for (const other of ["", "DESCRY_EXEC=1ab\0", "ADESCRY_EXEC=1a\0", "A=DESCRY_EXEC=1a\0", "DESCRY_EXEC=1a"])
    assert.ok(!has(other), other);
});

test("of a process: its session, its group and its mark, and nothing of one that is not there", async () => {
  // A session of its own: that of this process may have been begun outside of a container, where it has no number.
  const env = { ...process.env, DESCRY_EXEC: "1a" };
  const child = spawn("cat", { detached: true, env, stdio: ["pipe", "pipe", "ignore"] });
  // When it answers it is the program with that environment: a moment before, the kernel is still setting it up.
  child.stdin.write("there\n");
  await once(child.stdout, "data");
  const { pid } = child;
  assert.ok(pid !== undefined);
  const marked = { session: pid, group: pid, marked: true };
  assert.deepEqual(readDescent("/proc", pid, "DESCRY_EXEC=1a"), marked);
  assert.deepEqual(readDescent("/proc", pid, "DESCRY_EXEC=1b"), { ...marked, marked: false });
  child.stdin.end();
  await once(child, "exit");
  assert.deepEqual(readDescent("/proc", 4_194_305, "A=b"), { session: null, group: null, marked: false });
  assert.equal(countOpen("/proc", 4_194_305), null);
});
