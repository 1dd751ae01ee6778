import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CaptureFault } from "./faults.ts";
import { type Part, PartSplitter } from "./parts.ts";

const MARK = "04a4417b-759c-4dbf-bbb4-00c5fdf1f70c";

function cut(bytes: Buffer, sizes: readonly number[]): Part[] {
  const splitter = new PartSplitter(MARK, 1);
  const parts: Part[] = [];
  const take = (chunk: Buffer): void => {
    splitter.feed(chunk);
    for (let part = splitter.next(); part !== null; part = splitter.next()) parts.push(part);
  };
  let from = 0;
  for (const size of sizes) take(bytes.subarray(from, (from += size)));
  take(bytes.subarray(from));
  return parts;
}

test("parts come out byte for byte, whatever they hold and however the stream is cut", () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom("\n", `\n${MARK}`, `${MARK} file x`, "\n\n", `\n${MARK.slice(0, 20)} done\n`)
      .map((text) => Buffer.from(text)),
  );
  const sizes = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(content, { minLength: 1, maxLength: 6 }), sizes, (contents, cuts) => {
      const heads = contents.flatMap((bytes, at) => [Buffer.from(`\n${MARK} file ${at}\n`), bytes]);
      const parts = cut(Buffer.concat([...heads, Buffer.from(`\n${MARK} end\n`)]), cuts);
      assert.deepEqual(
        parts.map(({ kind, subject, content: found }) => [kind, subject, found.toString("latin1")]),
        [...contents.map((bytes, at) => ["file", String(at), bytes.toString("latin1")]), ["end", "", ""]],
      );
    }),
  );
});

test("a part without content is there with its head: a round is done before the next begins", () => {
  const parts = cut(Buffer.from(`\n${MARK} file a\nx\n\n${MARK} done\n`), []);
  assert.deepEqual(
    parts.map(({ kind, line }) => [kind, line]),
    [
      ["file", 3],
      ["done", 6],
    ],
  );
});

test("a head without an end is refused", () => {
  assert.throws(() => cut(Buffer.from(`\n${MARK} ${"x".repeat(600)}`), []), CaptureFault);
});
