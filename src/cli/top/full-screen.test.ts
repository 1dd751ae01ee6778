import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const SOURCES = join(import.meta.dirname, "../..");

/** Files of the program whose code loads something that matches; importing types loads nothing. */
function loaders(what: RegExp): string[] {
  return globSync("**/*.ts", { cwd: SOURCES })
    .filter((file) => !file.endsWith(".test.ts"))
    .filter((file) =>
      readFileSync(join(SOURCES, file), "utf8")
        .split("\n")
        .some((line) => !line.startsWith("import type ") && what.test(line)),
    );
}

test("ink and React are loaded by one file, and that only once something is drawn on a terminal", () => {
  assert.deepEqual(loaders(/\b(?:from |import\()"(?:ink|react)"/), ["cli/top/full-screen.ts"]);
  assert.deepEqual(loaders(/from ".*\/full-screen\.ts"/), []);
  assert.deepEqual(loaders(/import\(".*\/full-screen\.ts"\)/), ["cli/terminal.ts"]);
});
