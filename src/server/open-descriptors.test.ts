import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescriptorsAnswer } from "./api.ts";
import { exampleDesk } from "./example-desk.ts";
import { listingOf, openDescriptorOf } from "./example-listing.ts";
import { getJson, serve } from "./example-client.ts";
import { chosen, inOrder, sharesOf, type DescriptorFilter, type Sort } from "./open-descriptors.ts";

const tcp = { kind: "tcp", path: null } as const;
// Watched for 1,311 s.
const LISTING = listingOf([
  openDescriptorOf({ number: 0, kind: "tty", path: "/dev/pts/1" }),
  openDescriptorOf({ number: 3, openedAt: "2026-11-12T02:04:41.000Z" }),
  openDescriptorOf({ number: 5, ...tcp, peer: "10.0.0.2:80", state: "CLOSE_WAIT", unusedSeconds: 7 }),
  openDescriptorOf({
    ...{ number: 7, ...tcp, peer: "10.0.0.10:443", state: "ESTABLISHED", unusedSeconds: 0.5 },
    openedAt: "2026-11-12T02:03:51.000Z",
  }),
  openDescriptorOf({ number: 9, kind: "eventfd", path: null }),
]);

const numbers = (filter: DescriptorFilter): number[] => chosen(LISTING, filter).map(({ number }) => number);

test("descriptors are chosen by kind, state, and parts of the peer and of the path", () => {
  assert.deepEqual(numbers({}), [0, 3, 5, 7, 9]);
  assert.deepEqual(numbers({ kind: "tcp" }), [5, 7]);
  assert.deepEqual(numbers({ state: "CLOSE_WAIT" }), [5]);
  assert.deepEqual(numbers({ peer: ":443" }), [7]);
  assert.deepEqual(numbers({ path: "/dev" }), [0]);
  assert.deepEqual(numbers({ kind: "tcp", peer: "10.0.0." }), [5, 7]);
  assert.deepEqual(numbers({ kind: "file", peer: "10.0.0." }), []);
});

test("what was open before the watch is at least as old as the watch, and not known to be older", () => {
  assert.deepEqual(numbers({ olderThan: 5 }), [0, 3, 5, 7, 9]);
  assert.deepEqual(numbers({ olderThan: 10 }), [0, 5, 7, 9], "older, not as old");
  assert.deepEqual(numbers({ olderThan: 60 }), [0, 5, 9]);
  assert.deepEqual(numbers({ olderThan: 1310 }), [0, 5, 9]);
  assert.deepEqual(numbers({ olderThan: 1311 }), []);
});

test("descriptors are put in order both ways, what is not known last and equals by number", () => {
  const ordered = (sort: Sort, falling = false) =>
    inOrder(LISTING.descriptors, sort, falling).map(({ number }) => number);
  assert.deepEqual(ordered("number", true), [9, 7, 5, 3, 0]);
  assert.deepEqual(ordered("kind"), [9, 3, 5, 7, 0]);
  assert.deepEqual(ordered("name"), [0, 3, 7, 5, 9]);
  assert.deepEqual(ordered("name", true), [5, 7, 3, 0, 9]);
  assert.deepEqual(ordered("state"), [5, 7, 0, 3, 9]);
  assert.deepEqual(ordered("unused"), [7, 5, 0, 3, 9]);
  assert.deepEqual(ordered("unused", true), [5, 7, 0, 3, 9]);
  assert.deepEqual(ordered("age"), [3, 7, 0, 5, 9]);
  assert.deepEqual(ordered("age", true), [0, 5, 9, 7, 3]);
});

test("shares are counted, most first, without those that have no name", () => {
  assert.deepEqual(sharesOf(LISTING.descriptors, ({ kind }) => kind)[0], { name: "tcp", open: 2 });
  assert.deepEqual(
    sharesOf(LISTING.descriptors, ({ state }) => state),
    [
      { name: "CLOSE_WAIT", open: 1 },
      { name: "ESTABLISHED", open: 1 },
    ],
  );
});

test("the descriptors of a process are paged without a gap or a repeat, with their shares of the whole", async (t) => {
  const server = await serve(t, exampleDesk());
  const seen: number[] = [];
  for (let offset: number | null = 0; offset !== null;) {
    const query = `kind=tcp&sort=-number&limit=300&offset=${offset}`;
    const answer = (await getJson(server, `/api/v1/processes/812/descriptors?${query}`)) as DescriptorsAnswer;
    assert.deepEqual([answer.page.total, answer.open, answer.pid], [1000, 1001, 812]);
    assert.deepEqual(answer.kinds, [
      { name: "tcp", open: 1000 },
      { name: "file", open: 1 },
    ]);
    seen.push(...answer.descriptors.map(({ number }) => number));
    offset = answer.page.next;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 1000 }, (_, place) => 1003 - place),
  );
});
