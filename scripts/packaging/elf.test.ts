import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { noteIn, withNote } from "./elf.ts";

for (const program of ["/bin/true", process.execPath]) {
  test(`a note is found again, and the program still runs: ${program.split("/").at(-1)}`, (context) => {
    const folder = fs.mkdtempSync(join(tmpdir(), "descry-elf-"));
    context.after(() => fs.rmSync(folder, { recursive: true }));
    const content = Buffer.from("what is in it\0\u{1f600}".repeat(1000));
    const made = withNote(fs.readFileSync(fs.realpathSync(program)), "TEST_NOTE", content);
    assert.deepEqual(noteIn(made, "TEST_NOTE"), content);
    assert.equal(noteIn(made, "TEST_NOT"), null);
    const file = join(folder, "made");
    fs.writeFileSync(file, made, { mode: 0o755 });
    const { status, stderr } = spawnSync(file, ["--version"], { encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
  });
}

test("what is no such executable is refused", () => {
  for (const file of ["", "#!/bin/sh\n", "\x7fELF\x01\x01".padEnd(64, "\0")])
    assert.throws(() => withNote(Buffer.from(file, "latin1"), "N", Buffer.alloc(0)), /no 64-bit/);
});
