import assert from "node:assert/strict";
import { chmodSync, mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DescryError } from "../../model/error.ts";
import { expectClosedFolder } from "./folder.ts";

test("state folder: one into which everybody may write is refused, as /tmp is", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "descry-folder-"));
  await expectClosedFolder(folder.path);
  for (const mode of [0o777, 0o1777]) {
    chmodSync(folder.path, mode);
    await assert.rejects(expectClosedFolder(folder.path), (error) => {
      assert.ok(error instanceof DescryError);
      assert.match(`${error.message} ${error.mend}`, /Everybody may write .*chmod o-w/);
      return true;
    });
  }
  chmodSync(folder.path, 0o770);
  await expectClosedFolder(folder.path);
});
