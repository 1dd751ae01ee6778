import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "../model/facts.ts";
import type { DescriptorListing, NoListing, OpenDescriptor } from "../model/open-descriptor.ts";
import type { SocketFact } from "../model/socket-facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import { Analysis } from "./analysis.ts";
import { AT_ONCE, type ListingHead, MOST_DESCRIPTORS, drawListing } from "./listing-view.ts";

const AT = Date.parse("2026-11-12T02:00:00Z");

function processFact(pid: number): Fact {
  return {
    ...{ fact: "process", pid, startTicks: pid * 10, parent: 1, name: "app", command: ["app", "--fast"] },
    ...{ cgroup: null, uid: 0, netns: 4, softLimit: 1024, hardLimit: 4096 },
  };
}

function listing(pid: number, opened: readonly [number, string][], first = true): Fact {
  return { fact: "listing", pid, first, opened, closed: [] };
}

function socket(inode: number, traits: Partial<SocketFact>): SocketFact {
  return {
    ...{ fact: "socket", netns: 4, inode, protocol: "tcp", state: "ESTABLISHED", receiveQueue: 0 },
    ...{ local: "10.0.0.1:40000", remote: "10.0.0.2:3306" },
    ...traits,
  };
}

/** A host after ticks at these seconds since boot. */
function watched(ticks: Readonly<Record<number, readonly Fact[]>>): Analysis {
  const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true });
  for (const [uptime, facts] of Object.entries(ticks))
    analysis.take({ at: AT + Number(uptime) * 1000, uptime: Number(uptime), facts: [...facts] });
  return analysis;
}

/** The parts together, and how many there were. */
function listed(analysis: Analysis, pid: number): DescriptorListing & { readonly parts: number } {
  let head: ListingHead | null = null;
  const descriptors: OpenDescriptor[] = [];
  let parts = 0;
  for (const part of drawListing(analysis, pid)) {
    parts++;
    if ("none" in part) assert.fail(part.none);
    if ("head" in part) head = part.head;
    else descriptors.push(...part.descriptors);
  }
  assert.ok(head !== null);
  return { ...head, descriptors, parts };
}

function refused(analysis: Analysis, pid: number): NoListing {
  const [part, ...more] = drawListing(analysis, pid);
  assert.ok(part !== undefined && "none" in part && more.length === 0);
  return part.none;
}

test("a listing says what each descriptor is, how old and how long unused, as far as that is known", () => {
  const tables: Fact = { fact: "tables", netns: 4, timeWait: 0, unaccepted: 0 };
  const analysis = watched({
    100: [
      processFact(7),
      { fact: "pulse", pid: 7, open: 4 },
      listing(7, [
        [0, "/dev/pts/1"],
        [3, "socket:[30]"],
        [4, "socket:[40]"],
      ]),
      socket(30, { usedAt: 90, segments: 4 }),
      socket(40, { state: "LISTEN", local: "0.0.0.0:80", remote: "0.0.0.0:0" }),
      tables,
    ],
    101: [
      listing(
        7,
        [
          [5, "/tmp/x (deleted)"],
          [6, "socket:[60]"],
          [7, "socket:[70]"],
          [8, "pipe:[80]"],
        ],
        false,
      ),
      socket(60, { receiveQueue: 12, local: "10.0.0.1:40001" }),
      socket(70, { protocol: "unix", state: "LISTEN", local: "@name", remote: "" }),
      tables,
    ],
    105: [{ fact: "pulse", pid: 7, open: 6 }],
  });
  const { descriptors, parts, ...head } = listed(analysis, 7);
  assert.equal(parts, 2);
  assert.deepEqual(head, {
    ...{ at: "2026-11-12T02:01:45.000Z", watchedFrom: "2026-11-12T02:01:40.000Z" },
    ...{ pid: 7, startTicks: 70, command: "app --fast", service: "app", open: 6, leftOut: 0 },
  });
  const byNumber = new Map(descriptors.map((one) => [one.number, one]));
  const none = {
    ...{ path: null, local: null, peer: null, direction: null, state: null },
    ...{ openedAt: null, unusedSeconds: null, unread: null, ghost: false },
  };
  assert.deepEqual([...byNumber.keys()], [0, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(byNumber.get(0), { ...none, number: 0, kind: "tty", path: "/dev/pts/1" });
  assert.deepEqual(byNumber.get(3), {
    ...none,
    ...{ number: 3, kind: "tcp", local: "10.0.0.1:40000", peer: "10.0.0.2:3306", direction: "outbound" },
    ...{ state: "ESTABLISHED", unusedSeconds: 15, unread: false },
  });
  const { kind, local, peer, state } = byNumber.get(4) ?? assert.fail();
  assert.deepEqual([kind, local, peer, state], ["tcp", "0.0.0.0:80", null, "LISTEN"]);
  const opened = byNumber.get(5)?.openedAt ?? "";
  assert.ok(opened >= "2026-11-12T02:01:40" && opened <= "2026-11-12T02:01:41.5", opened);
  assert.deepEqual([byNumber.get(5)?.kind, byNumber.get(5)?.path], ["deleted-file", "/tmp/x"]);
  assert.deepEqual([byNumber.get(6)?.unread, byNumber.get(6)?.unusedSeconds], [true, null]);
  const unix = byNumber.get(7) ?? assert.fail();
  assert.deepEqual([unix.kind, unix.path, unix.local, unix.state], ["unix", "@name", null, "LISTEN"]);
  assert.equal(byNumber.get(8)?.kind, "pipe");
});

test("a socket that is in no table is said to be, once the tables were read again", () => {
  const tables: Fact = { fact: "tables", netns: 4, timeWait: 0, unaccepted: 0 };
  const opened: Fact[] = [processFact(7), listing(7, [[3, "socket:[30]"]]), tables];
  const [early] = listed(watched({ 100: opened }), 7).descriptors;
  assert.deepEqual([early?.kind, early?.ghost], ["socket-other", false]);
  const [late] = listed(watched({ 100: opened, 101: [tables], 102: [tables], 110: [tables] }), 7).descriptors;
  assert.deepEqual([late?.ghost, late?.state, late?.peer], [true, null, null]);
});

test("why there is no listing is told", () => {
  const analysis = watched({
    100: [
      processFact(7),
      processFact(8),
      { fact: "gap", pid: 8, what: "descriptors", why: "denied" },
      processFact(9),
      listing(9, []),
    ],
  });
  assert.equal(refused(analysis, 6), "gone");
  assert.equal(refused(analysis, 7), "unlisted");
  assert.equal(refused(analysis, 8), "denied");
  assert.deepEqual(listed(analysis, 9).descriptors, []);
});

test("of a process with very many the lowest numbers are told, in parts that are little work each", () => {
  const more = 500;
  const opened = Array.from({ length: MOST_DESCRIPTORS + more }, (_, at): [number, string] => [at, "/a"]);
  const analysis = watched({ 100: [processFact(7), listing(7, opened)] });
  const { descriptors, leftOut, open } = listed(analysis, 7);
  assert.deepEqual([descriptors.length, leftOut, open], [MOST_DESCRIPTORS, more, MOST_DESCRIPTORS + more]);
  assert.equal(descriptors.at(-1)?.number, MOST_DESCRIPTORS - 1);
  for (const part of drawListing(analysis, 7))
    assert.ok(!("descriptors" in part) || part.descriptors.length <= AT_ONCE);
});
