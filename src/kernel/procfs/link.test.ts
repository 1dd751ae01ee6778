import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { identityOf, isDeletionOf, linkText, socketInode } from "./link.ts";

const raw = fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes).toString("latin1"));

test("links that differ have different identities and different texts", () => {
  fc.assert(
    fc.property(raw, raw, (one, other) => {
      assert.equal(identityOf(one) === identityOf(other), one === other);
      assert.equal(linkText(one) === linkText(other), one === other);
    }),
    {
      examples: [
        ["\xff", "\xfe"],
        ["\xff", "\xed\xb3\xbf"],
        ["socket:[1]", "pipe:[1]"],
        ["socket:[01]", "/1"],
      ],
    },
  );
});

test("valid UTF-8 stands as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      assert.equal(linkText(Buffer.from(text).toString("latin1")), text);
    }),
  );
  assert.equal(linkText("/a\nb\xff"), "/a\nb\udcff");
  assert.equal(linkText("/".repeat(5000)).length, 4096);
});

test("a socket is its inode and nothing else is one", () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), (inode) =>
      assert.equal(socketInode(identityOf(`socket:[${inode}]`)), inode),
    ),
  );
  for (const link of [
    "pipe:[7]",
    "/socket:[7]",
    "socket:[]",
    "socket:[x]",
    "socket:[7] ",
    "anon_inode:[eventfd]",
    "",
  ]) {
    assert.equal(socketInode(identityOf(link)), null);
  }
});

test("a deletion is the same path with its mark", () => {
  assert.ok(isDeletionOf("/tmp/a (deleted)", identityOf("/tmp/a")));
  assert.ok(!isDeletionOf("/tmp/b (deleted)", identityOf("/tmp/a")));
  assert.ok(!isDeletionOf("/tmp/a", identityOf("/tmp/a")));
});
