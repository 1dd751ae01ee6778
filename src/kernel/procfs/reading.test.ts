import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { MountedProc } from "./reading.ts";

test("a small file of /proc/sys is read after a file of many megabytes: the kernel refuses to be asked for that much", () => {
  const folder = mkdtempSync(join(tmpdir(), "descry-reading-"));
  const large = join(folder, "large");
  const descriptor = openSync(large, "w");
  for (let megabyte = 0; megabyte < 6; megabyte++) writeSync(descriptor, Buffer.alloc(1024 * 1024, 120));
  closeSync(descriptor);
  const files = new MountedProc();
  const whole = files.read(large);
  rmSync(folder, { recursive: true });
  assert.equal(typeof whole === "string" ? whole : whole.length, 6 * 1024 * 1024);
  const name = files.read("/proc/sys/kernel/ostype");
  assert.equal(typeof name === "string" ? name : name.toString("latin1"), "Linux\n");
});
