import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { HELD_THINGS, type HeldFact } from "../../../model/facts.ts";
import { loadListingAddon } from "../addon.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import { MountedProc } from "../reading.ts";
import { HeldCount } from "./held.ts";
import { readFiles, readInAddon, readMounted } from "./reader.ts";

function countIn(of: HeldFact["of"], ...pieces: string[]): number | null {
  const held = new HeldCount(of);
  for (const piece of pieces) held.take(Buffer.from(piece, "latin1"));
  return held.end();
}

const HEAD = "pos:\t0\nflags:\t02\nmnt_id:\t15\nino:\t1057\n";

test("texts as Linux 6.18 gives them", () => {
  const watch = (wd: number): string =>
    `inotify wd:${wd} ino:2b0c sdev:fe00000 mask:2 ignored_mask:0 fhandle-bytes:c fhandle-type:1 f_handle:0c2b\n`;
  assert.equal(countIn("inotify-watches", HEAD), 0);
  assert.equal(countIn("inotify-watches", HEAD + watch(3) + watch(2) + watch(1)), 3);
  assert.equal(countIn("passed-descriptors", HEAD), null);
  assert.equal(countIn("passed-descriptors", `${HEAD}scm_fds: 3\n`), 3);
});

test("a ring counts the slots that are used, and says nothing while its lock is taken", () => {
  const ring = (slots: string): string =>
    `${HEAD}SqMask:\t0x3\nSqHead:\t0\n${slots}UserBufs:\t1\n    0: 0x1/4096\n`;
  assert.equal(countIn("fixed-files", ring("UserFiles:\t0\n")), 0);
  assert.equal(countIn("fixed-files", ring("UserFiles:\t3\n    0: /dev/null\n    2: /a:<none>\n")), 2);
  assert.equal(countIn("fixed-files", ring("UserFiles:\t3\n    0: /a\n    1: <none>\n    2: /b\n")), 2);
  assert.equal(countIn("fixed-files", ring("UserFiles:\t3\n")), null);
  assert.equal(countIn("fixed-files", HEAD), null);
});

const line = fc.oneof(
  fc.constantFrom(
    "inotify wd:1 ino:1",
    "inotify wd:",
    "inotify",
    "tfd:        5 events: 19",
    "tfd:",
    "scm_fds: 3",
    "scm_fds:\t12",
    "scm_fds: x",
    "scm_fds: 99999999999",
    "UserFiles:\t2",
    "UserFiles:\t0",
    "    0: /a",
    "    1: <none>",
    "12345: /b",
    "UserBufs:\t1",
    "",
    `    7: ${"/long".repeat(100)}`,
    `UserFiles:${" ".repeat(80)}5`,
  ),
  fc.string({ unit: "binary-ascii", maxLength: 80 }),
);

const text = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
  .map(([lines, ended]) => lines.join("\n") + (ended ? "\n" : ""));

test("it does not matter where a text is cut", () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...HELD_THINGS), fc.array(fc.nat(400)), (whole, of, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut <= whole.length), whole.length].toSorted(
        (a, b) => a - b,
      );
      const pieces = places.slice(1).map((place, at) => whole.slice(places[at], place));
      assert.equal(countIn(of, ...pieces), countIn(of, whole));
    }),
    { numRuns: 500 },
  );
});

test("every way of reading gives the same counts", async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descry-fdinfo-"));
  context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const addon = loadListingAddon();
  const ways = [readMounted(SYSTEM_CLOCK), readFiles(new MountedProc())];
  if (addon === null) context.diagnostic("the addon is not built here");
  else ways.push(readInAddon(addon));
  const file = path.join(folder, "text");
  await fc.assert(
    fc.asyncProperty(text, async (whole) => {
      fs.writeFileSync(file, whole, "latin1");
      const questions = HELD_THINGS.map((of) => ({ path: file, of }));
      const given = HELD_THINGS.map((of) => countIn(of, whole));
      for (const way of ways) {
        const answers = await way([...questions, { path: `${file} gone`, of: "fixed-files" }]);
        assert.deepEqual(
          answers.map(({ count }) => count),
          [...given, null],
        );
      }
    }),
    { numRuns: 300 },
  );
});
