import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { DESCRIPTOR_KINDS } from "../model/kinds.ts";
import { commonFolder, folderOf, parseLink } from "./link.ts";

describe("parseLink", () => {
  for (const [link, kind, inode, path] of [
    ["socket:[4711]", "socket-other", 4711, null],
    ["pipe:[12]", "pipe", 12, null],
    ["anon_inode:[eventfd]", "eventfd", null, null],
    ["anon_inode:[eventpoll]", "eventpoll", null, null],
    ["anon_inode:[timerfd]", "timerfd", null, null],
    ["anon_inode:[signalfd]", "signalfd", null, null],
    ["anon_inode:inotify", "inotify", null, null],
    ["anon_inode:[pidfd]", "pidfd", null, null],
    ["anon_inode:[io_uring]", "io_uring", null, null],
    ["anon_inode:bpf-map", "bpf", null, null],
    ["anon_inode:[userfaultfd]", "anon-other", null, null],
    ["anon_inode:constructor", "anon-other", null, null],
    ["/memfd:cache (deleted)", "memfd", null, null],
    ["/var/log/app.log", "file", null, "/var/log/app.log"],
    ["/tmp/x (deleted)", "deleted-file", null, "/tmp/x"],
    ["/dev/pts/3", "tty", null, "/dev/pts/3"],
    ["/dev/null", "device", null, "/dev/null"],
    ["/dev/shm/segment", "file", null, "/dev/shm/segment"],
    ["net:[4026531840]", "anon-other", null, null],
    ["socket:[99999999999999999999]", "socket-other", null, null],
    ["", "anon-other", null, null],
  ] as const) {
    it(`reads ${JSON.stringify(link)}`, () => assert.deepEqual(parseLink(link), { kind, inode, path }));
  }

  it("takes any text for some kind", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (link) => DESCRIPTOR_KINDS.includes(parseLink(link).kind)),
    );
  });
});

describe("folders", () => {
  it("names the folder of a path", () => {
    assert.equal(folderOf("/var/log/app.log"), "/var/log");
    assert.equal(folderOf("/app.log"), "/");
  });

  it("finds the folder that all share", () => {
    assert.equal(commonFolder(["/var/tmp/a/1", "/var/tmp/b/2"]), "/var/tmp");
    assert.equal(commonFolder(["/var/tmp/a", "/etc/b"]), "/");
    assert.equal(commonFolder([]), null);
  });
});

it("a named pipe is told from a file by what stands before its path", () => {
  assert.deepEqual(parseLink("fifo:/run/app/queue"), { kind: "fifo", inode: null, path: "/run/app/queue" });
  assert.deepEqual(parseLink("fifo:/run/q (deleted)"), { kind: "fifo", inode: null, path: "/run/q" });
});
