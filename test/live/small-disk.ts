// A disk that can be full: some megabytes of memory, mounted for a test.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

/** The folder, which has to be there, is one while `work` is under way. Needs root. */
export async function onSmallDisk(folder: string, work: (folder: string) => Promise<void>): Promise<void> {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=0700", "descry-test", folder]);
  try {
    await work(folder);
  } finally {
    execFileSync("umount", [folder]);
  }
}

/** Writes until nothing more fits. */
export function fill(path: string): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(4096), { flag: "a" });
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error && error.code === "ENOSPC", String(error));
  }
}
