import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import type { Facts, ListingFact, Opening } from "../model/facts.ts";
import { arbitraryTicks } from "./arbitrary-facts.ts";
import { LineSplitter } from "./lines.ts";
import { HEADER, readAll, readBytes, scratchFolder, writeTicks } from "./scratch.ts";

test("recording: any facts come back as they were written, from gzip and from plain text", async () => {
  using folder = scratchFolder();
  let run = 0;
  const property = fc.asyncProperty(arbitraryTicks, async (ticks) => {
    const path = join(folder.path, `${run++}.descry`);
    await writeTicks(path, ticks);
    const compressed = await readAll(path);
    assert.deepEqual(compressed, { header: HEADER, ticks, error: null, passedOver: null });
    const text = gunzipSync(readFileSync(path));
    assert.deepEqual((await readBytes(folder.path, text)).ticks, ticks);
    // The end line counts what wc -l counts.
    const end: unknown = JSON.parse(text.toString().trimEnd().split("\n").at(-1) ?? "");
    assert.deepEqual(end, {
      fact: "end",
      ticks: ticks.length,
      lines: text.toString().split("\n").length - 1,
    });
  });
  await fc.assert(property, { numRuns: 100 });
});

test("recording: bytes cut anywhere give the lines that they give in one piece", () => {
  const pieces = fc.array(
    fc.oneof(fc.constantFrom("\n", "ü", "😀", "{}", ""), fc.string({ unit: "binary" })),
  );
  const property = fc.property(
    pieces,
    fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    (strings, sizes) => {
      const bytes = Buffer.from(strings.join(""));
      const splitter = new LineSplitter();
      const lines: string[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        splitter.feed(bytes.subarray(at, at + size));
        for (let line = splitter.next(); line !== null; line = splitter.next()) lines.push(line);
        at += size;
      }
      const expected = bytes.toString().split("\n");
      assert.equal(splitter.line, expected.length - 1);
      assert.deepEqual([...lines, splitter.rest()], expected);
    },
  );
  fc.assert(property);
});

const minimal = `${JSON.stringify({ descryRecording: 1, ...HEADER })}\n`;
const oneTick = '{"fact":"tick","at":1000,"uptime":5}\n{"fact":"pulse","pid":7,"open":3}\n';

test("recording: several gzip members one after the other are one recording", async () => {
  using folder = scratchFolder();
  const members = [minimal, oneTick, '{"fact":"end","ticks":1,"lines":4}\n'].map((text) => gzipSync(text));
  const { ticks, error } = await readBytes(folder.path, Buffer.concat(members));
  assert.equal(error, null);
  assert.deepEqual(ticks, [{ at: 1000, uptime: 5, facts: [{ fact: "pulse", pid: 7, open: 3 }] }]);
});

test("recording: blank lines, carriage returns, a missing last newline and left-out targets do no harm", async () => {
  using folder = scratchFolder();
  const text =
    '{"descryRecording":1,"writtenBy":"awk","host":"h"}\r\n\n' +
    oneTick +
    '{"fact":"end","ticks":1,"lines":5}';
  const { header, ticks, error } = await readBytes(folder.path, text);
  assert.equal(error, null);
  assert.equal(ticks.length, 1);
  assert.deepEqual(header, { writtenBy: "awk", host: "h", targets: { pids: [], services: [] } });
});

test("recording: what a later version adds is passed over and told", async () => {
  using folder = scratchFolder();
  const later =
    '{"fact":"cpu\\u001b[0m","cores":4}\n{"fact":"__proto__"}\n{"fact":"exit","pid":1,"startTicks":2,"code":3}\n';
  const { ticks, error, passedOver } = await readBytes(
    folder.path,
    minimal + oneTick + later + '{"fact":"end","ticks":1,"lines":7,"sum":0}\n',
  );
  assert.equal(error, null);
  assert.equal(ticks[0]?.facts.length, 2);
  assert.equal(passedOver?.lines, 2);
  assert.match(
    passedOver?.sentence ?? "",
    /^2 lines of ".*" are of a type .* the first "cpu\?\[0m" in line 4\.$/,
  );
});

test("recording: a listing longer than a line may be becomes several that say the same", async () => {
  using folder = scratchFolder();
  const opened = Array.from({ length: 2500 }, (_, number): Opening => [
    number,
    `/${"\u0001".repeat(number % 1000)}`,
  ]);
  const fact: ListingFact = {
    fact: "listing",
    pid: 9,
    first: false,
    opened,
    closed: opened.map(([number]) => number),
    renamed: opened.slice(0, 1500),
  };
  const path = join(folder.path, "long.descry");
  await writeTicks(path, [{ at: 1, uptime: 1, facts: [fact] }]);
  const { ticks, error } = await readAll(path);
  assert.equal(error, null);
  const pieces = (ticks[0]?.facts ?? []) as ListingFact[];
  assert.ok(pieces.length > 8);
  assert.deepEqual(
    pieces.flatMap((piece) => [...piece.opened]),
    fact.opened,
  );
  assert.deepEqual(
    pieces.flatMap((piece) => piece.closed),
    fact.closed,
  );
  assert.deepEqual(
    pieces.flatMap((piece) => piece.renamed ?? []),
    fact.renamed,
  );
  // Closings first: a number that is given out again must not be closed after it was opened.
  const lastClosing = pieces.findLastIndex((piece) => piece.closed.length > 0);
  assert.ok(lastClosing < pieces.findIndex((piece) => piece.opened.length > 0));
});

test("recording: a command line longer than a line may be loses its end and nothing else", async () => {
  using folder = scratchFolder();
  const process = { fact: "process", pid: 1, startTicks: 1, parent: 0, name: "java", cgroup: null } as const;
  const rest = { uid: null, netns: null, softLimit: null, hardLimit: null };
  const commands = [
    ["java", "x".repeat(3_000_000), "y"],
    Array.from({ length: 9000 }, () => "argument"),
    Array.from({ length: 300 }, () => "\u0001".repeat(10_000)),
  ];
  const written: Facts = {
    at: 1,
    uptime: 1,
    facts: commands.map((command) => ({ ...process, ...rest, command })),
  };
  const path = join(folder.path, "long.descry");
  await writeTicks(path, [written]);
  const { ticks, error } = await readAll(path);
  assert.equal(error, null);
  for (const [at, fact] of (ticks[0]?.facts ?? []).entries()) {
    assert.ok(fact.fact === "process" && fact.command.length >= 3);
    assert.equal(fact.command[0], commands[at]?.[0]?.slice(0, fact.command[0]?.length));
    assert.ok(fact.command.some((argument) => argument.endsWith("…")));
  }
});
