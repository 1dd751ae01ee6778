import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import type { Facts } from "../model/facts.ts";
import { createRecording } from "./write.ts";
import { HEADER, readAll, readBytes, scratchFolder, writeTicks } from "./scratch.ts";

const ticks: Facts[] = [1, 2, 3, 4].map((second) => ({
  at: second * 1000,
  uptime: second,
  facts: [
    { fact: "pulse", pid: 812, open: 100 + second },
    { fact: "listing", pid: 812, first: second === 1, opened: [[second, "/tmp/ü😀"]], closed: [] },
  ],
}));

test("recording: a file torn at any byte gives its whole ticks, then says that it is torn", async () => {
  using folder = scratchFolder();
  const path = join(folder.path, "whole.descry");
  // Flushed after each tick, as the live recorder does every few seconds.
  await writeTicks(path, ticks, 0);
  const whole = readFileSync(path);
  let most = 0;
  for (let size = 1; size < whole.length; size++) {
    const outcome = await readBytes(folder.path, whole.subarray(0, size));
    assert.deepEqual(outcome.ticks, ticks.slice(0, outcome.ticks.length));
    assert.ok(outcome.ticks.length >= most, "a longer file gives no fewer ticks");
    most = outcome.ticks.length;
    assert.match(
      outcome.error?.message ?? "",
      /^".*" is torn: it stops .*; \d whole ticks? (was|were) read\.$/,
    );
    assert.ok(outcome.error?.message.includes(`${most} whole tick`));
    assert.notEqual(outcome.error?.mend, "");
  }
  assert.equal(most, ticks.length);
});

test("recording: plain text torn at any byte gives its whole ticks and the exact line", async () => {
  using folder = scratchFolder();
  const path = join(folder.path, "whole.descry");
  await writeTicks(path, ticks);
  const whole = gunzipSync(readFileSync(path));
  // Without its last newline a text has lost nothing.
  for (let size = 1; size < whole.length - 1; size++) {
    const part = whole.subarray(0, size);
    const { error, ticks: read } = await readBytes(folder.path, part);
    const lines = part.toString().split("\n");
    const ticksBegun = lines.slice(0, -1).filter((line) => line.includes('"tick"')).length;
    assert.equal(read.length, Math.max(0, ticksBegun - 1), `torn after ${size} bytes`);
    const where =
      lines.length === 1
        ? "before the end of its header"
        : lines.at(-1) === ""
          ? `after line ${lines.length - 1}, without`
          : `in the middle of line ${lines.length}`;
    assert.ok(error?.message.includes(`is torn: it stops ${where}`), `${error?.message} should say ${where}`);
  }
});

test("recording: any one byte changed gives whole ticks or a DescryError, never a crash", async () => {
  using folder = scratchFolder();
  const path = join(folder.path, "whole.descry");
  await writeTicks(path, ticks, 0);
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (whole[at] as number) ^ 0x55;
    const outcome = await readBytes(folder.path, damaged);
    if (outcome.error === null) assert.deepEqual(outcome.ticks, ticks, `byte ${at}`);
  }
});

test("recording: bytes after the end are told, and cost no tick", async () => {
  using folder = scratchFolder();
  const path = join(folder.path, "whole.descry");
  await writeTicks(path, ticks);
  const text = gunzipSync(readFileSync(path));
  const twice = await readBytes(folder.path, Buffer.concat([text, text]));
  assert.equal(twice.ticks.length, 4);
  assert.match(twice.error?.message ?? "", /^Line 15 of ".*" stands after the "end" line/);
  const padded = await readBytes(folder.path, Buffer.concat([text, Buffer.alloc(3)]));
  assert.match(padded.error?.message ?? "", /^Line 15 of /);
});

test("recording: what was flushed can be read while the recorder still runs, or after it was killed", async () => {
  using folder = scratchFolder();
  const path = join(folder.path, "running.descry");
  const recorder = await createRecording(path, HEADER, { flushMilliseconds: 0 });
  for (const tick of ticks) await recorder.write(tick);
  // The compressor has given the bytes up; the write into the file follows within a moment.
  let outcome = await readAll(path);
  while (outcome.ticks.length < 3) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    outcome = await readAll(path);
  }
  assert.deepEqual(outcome.ticks, ticks.slice(0, 3));
  assert.match(outcome.error?.message ?? "", /is torn/);
  await recorder.close();
  assert.deepEqual((await readAll(path)).ticks, ticks);
});

test("recording: any bytes, with any beginning, are refused or read, and nothing crashes", async () => {
  using folder = scratchFolder();
  const header = Buffer.from(`${JSON.stringify({ descryRecording: 1, ...HEADER })}\n`);
  const beginning = fc.constantFrom(
    Buffer.alloc(0),
    Buffer.from([0x1f, 0x8b]),
    Buffer.from([0x1f, 0x8b, 8, 0]),
    header,
  );
  const property = fc.asyncProperty(beginning, fc.uint8Array({ maxLength: 300 }), async (first, rest) => {
    const { error, ticks: read } = await readBytes(folder.path, Buffer.concat([first, rest]));
    assert.notEqual(error, null);
    assert.equal(read.length, 0);
  });
  await fc.assert(property, { numRuns: 200 });
  const words = fc.constantFrom(
    '"fact"',
    '"tick"',
    '"end"',
    '"listing"',
    ":",
    ",",
    "{",
    "}",
    "[",
    "]",
    "1",
    "-1e400",
    "null",
    "\n",
    '"pid"',
  );
  const lines = fc.asyncProperty(fc.array(words, { maxLength: 60 }), async (soup) => {
    assert.notEqual((await readBytes(folder.path, header.toString() + soup.join(""))).error, null);
  });
  await fc.assert(lines, { numRuns: 200 });
});
