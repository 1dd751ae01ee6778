import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { MAX_LINE_BYTES, MAX_TICK_BYTES } from "./limits.ts";
import { openRecording } from "./read.ts";
import { notReadable } from "./refusals.ts";
import { readAll, readBytes, scratchFolder } from "./scratch.ts";

const header = '{"descryRecording":1,"writtenBy":"test 1","host":"h","targets":{"pids":[],"services":[]}}\n';
const tick = '{"fact":"tick","at":1000,"uptime":5}\n';
const end = '{"fact":"end","ticks":1,"lines":3}\n';

const foreign: [name: string, bytes: Uint8Array | string, message: RegExp][] = [
  ["an empty file", "", /" is empty; a recording begins with a header line\.$/],
  ["a gzip of nothing", gzipSync(""), /" is empty;/],
  ["a file of blank lines", "\n\n", /is not a descry recording: its first line is empty\.$/],
  [
    "an ELF program",
    "\u007fELF\u0002\u0001\u0001\u0000",
    /is not a descry recording: its first line is "\?ELF\?\?\?\?"\.$/,
  ],
  ["a text", "Dear reader,\n", /its first line is "Dear reader,"\.$/],
  [
    "a text that a terminal would obey",
    "\u001b]0;x\u0007\u009b31m\n",
    /its first line is "\?\]0;x\?\?31m"\.$/,
  ],
  ["a JSON file", '{"name":"descry"}\n', /its first line is "\{"name":"descry"\}"\.$/],
  ["a JSON array", "[1,2]\n", /its first line is "\[1,2\]"/],
  ["a gzip of something else", gzipSync("hello\n"), /its first line is "hello"\.$/],
  [
    "a broken gzip",
    Buffer.from("1f8b0800ffffffffffffffffffff", "hex"),
    /is damaged: after line 0 its compressed bytes/,
  ],
  [
    "a later version",
    '{"descryRecording":2,"writtenBy":"descry 9.0"}\n',
    /was written by "descry 9\.0" in version 2 of the format, and this descry reads version 1\.$/,
  ],
  [
    "a version that never was",
    '{"descryRecording":0,"writtenBy":"x","host":"h"}\n',
    /its first line is no good header: descryRecording must be/,
  ],
  ["a version in words", '{"descryRecording":"one"}\n', /its first line is no good header/],
  [
    "a header without host",
    '{"descryRecording":1,"writtenBy":"x"}\n',
    /is no good header: it must have required propert/,
  ],
  [
    "a header with bad targets",
    header.replace("[]", "[-1]"),
    /is no good header: targets\.pids\.0 must be >= 1/,
  ],
  [
    "zstd",
    Buffer.from("28b52ffd00000000", "hex"),
    /is compressed with zstd, and a recording is gzip or plain text\.$/,
  ],
  ["xz", Buffer.from("fd377a585a000004", "hex"), /is compressed with xz/],
  [
    "a line without end",
    Buffer.alloc(MAX_LINE_BYTES + 1, "x"),
    /its first line is longer than 1048576 bytes/,
  ],
  [
    "a decompression bomb",
    gzipSync(Buffer.alloc(16 * MAX_LINE_BYTES)),
    /its first line is longer than 1048576 bytes/,
  ],
];
for (const [name, bytes, message] of foreign) {
  test(`recording: refused: ${name}`, async () => {
    using folder = scratchFolder();
    const { header: read, error } = await readBytes(folder.path, bytes);
    assert.equal(read, null);
    assert.match(error?.message ?? "", message);
    assert.notEqual(error?.mend ?? "", "");
  });
}

const pulse = '{"fact":"pulse","pid":1,"open":2}\n';
const bad: [name: string, lines: string, line: number, why: RegExp, ticks?: number][] = [
  ["no JSON", `${tick}hello\n`, 3, /is not a JSON object: "hello"\.$/],
  ["a JSON array", `${tick}[]\n`, 3, /is not a JSON object/],
  ["no fact", `${tick}{"pid":1}\n`, 3, /names no "fact"/],
  ["a fact before the first tick", pulse, 2, /is a "pulse" line before the first "tick" line\.$/],
  [
    "a field of the wrong type",
    `${tick}${pulse}{"fact":"pulse","pid":"1","open":2}\n`,
    4,
    /is no good "pulse" line: pid must be integer\.$/,
  ],
  [
    "a missing field",
    `${tick}{"fact":"exit","pid":1}\n`,
    3,
    /is no good "exit" line: it must have required properties startTicks\.$/,
  ],
  [
    "a field inside a list",
    `${tick}{"fact":"listing","pid":1,"first":true,"opened":[[1,"a"],[2,3]],"closed":[]}\n`,
    3,
    /opened\.1\.1 must be string/,
  ],
  ["an infinite number", `${tick}{"fact":"pulse","pid":1,"open":1e999}\n`, 3, /open must be integer/],
  [
    "a number past 2^53",
    `${tick}{"fact":"socket-gone","inode":9007199254740993}\n`,
    3,
    /inode must be <= 9007199254740991/,
  ],
  [
    "a link too long",
    `${tick}{"fact":"listing","pid":1,"first":true,"opened":[[1,"${"x".repeat(4097)}"]],"closed":[]}\n`,
    3,
    /opened\.0\.1 must not have more than 4096 characters/,
  ],
  [
    "too many openings",
    `${tick}{"fact":"listing","pid":1,"first":true,"opened":[${Array.from({ length: 1025 }, () => '[1,""]').join(",")}],"closed":[]}\n`,
    3,
    /opened must not have more than 1024 items/,
  ],
  [
    "an unknown state",
    `${tick}{"fact":"socket","netns":1,"inode":1,"protocol":"tcp","state":"OPEN","local":"","remote":"","receiveQueue":null}\n`,
    3,
    /state must be/,
  ],
  ["a tick without uptime", '{"fact":"tick","at":1}\n', 2, /is no good "tick" line/],
  ["a date beyond dates", '{"fact":"tick","at":1e300,"uptime":1}\n', 2, /at must be <= 8640000000000000/],
  [
    "time going back",
    `${tick}${pulse}{"fact":"tick","at":9,"uptime":4.99}\n`,
    4,
    /goes back in time: uptime 4\.99 follows uptime 5\.$/,
  ],
  [
    "an end that counts other ticks",
    `${tick}{"fact":"end","ticks":2,"lines":3}\n`,
    3,
    /says "ticks":2 and "lines":3, but "ticks":1 and "lines":3 were found\.$/,
  ],
  [
    "an end that counts other lines",
    `${tick}${pulse}${end}`,
    4,
    /says "ticks":1 and "lines":3, but "ticks":1 and "lines":4 were found\.$/,
  ],
  ["an end that is no good", `${tick}{"fact":"end"}\n`, 3, /is no good "end" line/],
  ["more after the end", `${tick}${end}${tick}`, 4, /stands after the "end" line/, 1],
  ["a line too long", `${tick}{"fact":"${"x".repeat(MAX_LINE_BYTES)}"}\n`, 3, /is longer than 1048576 bytes/],
  [
    "a line too long that never ends",
    `${tick}${"[".repeat(MAX_LINE_BYTES + 1)}`,
    3,
    /is longer than 1048576 bytes/,
  ],
  [
    "a line nested too deep to be anything",
    `${tick}${"[".repeat(MAX_LINE_BYTES)}\n`,
    3,
    /is not a JSON object/,
  ],
  [
    "a whole tick, then no JSON",
    `${tick}{"fact":"tick","at":9,"uptime":6}\n?\n`,
    4,
    /is not a JSON object/,
    1,
  ],
];
for (const [name, lines, line, why, ticks = 0] of bad) {
  test(`recording: refused with its line: ${name}`, async () => {
    using folder = scratchFolder();
    for (const bytes of [header + lines, gzipSync(header + lines)]) {
      const outcome = await readBytes(folder.path, bytes);
      assert.match(outcome.error?.message ?? "", why);
      assert.ok(outcome.error?.message.startsWith(`Line ${line} of "`), outcome.error?.message);
      assert.equal(outcome.ticks.length, ticks);
    }
  });
}

test("recording: deep nesting in a property that nobody knows is passed over", async () => {
  using folder = scratchFolder();
  const deep = `{"fact":"exit","pid":1,"startTicks":1,"x":${"[".repeat(200_000)}${"]".repeat(200_000)}}\n`;
  const { error, ticks } = await readBytes(
    folder.path,
    header + tick + deep + '{"fact":"end","ticks":1,"lines":4}\n',
  );
  assert.equal(error, null);
  assert.equal(ticks.length, 1);
});

test("recording: a bomb of good lines is refused when its tick grows too large", async () => {
  using folder = scratchFolder();
  const line = gzipSync(`{"fact":"unknown","x":"${"x".repeat(1_000_000)}"}\n`);
  const many = Array.from({ length: Math.ceil(MAX_TICK_BYTES / 1_000_000) + 1 }, () => line);
  const { error } = await readBytes(folder.path, Buffer.concat([gzipSync(header + tick), ...many]));
  assert.match(error?.message ?? "", /^Line 70 of ".*" makes its tick larger than 67108864 bytes\.$/);
});

test("recording: what is no readable file is told with its name", async () => {
  using folder = scratchFolder();
  const missing = join(folder.path, "missing.descry");
  assert.match(
    (await readAll(missing)).error?.message ?? "",
    /missing\.descry" cannot be read: no such file or directory \(ENOENT\)\.$/,
  );
  assert.match(
    (await readAll(folder.path)).error?.message ?? "",
    /cannot be read: illegal operation on a directory \(EISDIR\)\.$/,
  );
  const denied = notReadable('"x"', Object.assign(new Error("EACCES"), { code: "EACCES", errno: -13 }));
  assert.equal(denied.message, '"x" cannot be read: permission denied (EACCES).');
  assert.match(denied.mend, /as that user or as root/);
});

test("recording: a failed reading fails alike when asked again, and a closed one is at its end", async () => {
  using folder = scratchFolder();
  const { writeFileSync } = await import("node:fs");
  const path = join(folder.path, "bad.descry");
  writeFileSync(path, `${header}${tick}?\n`);
  const recording = await openRecording(path);
  const first = await recording.read().catch((error: unknown) => error);
  assert.equal(await recording.read().catch((error: unknown) => error), first);
  await recording.close();
  await recording.close();
  const closed = await openRecording(path);
  await closed.close();
  assert.equal(await closed.read(), null);
});
