import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type Changes,
  type DescriptorTable,
  emptyTable,
  mergeListing,
  type MissedSockets,
} from "./descriptors.ts";

const NEVER: MissedSockets = new Map();

/** Without the rests in between. */
function inOneGo(merging: Generator<void, Changes>): Changes {
  for (;;) {
    const step = merging.next();
    if (step.done === true) return step.value;
  }
}

function merge(
  table: DescriptorTable,
  open: ReadonlyMap<number, string>,
  now: number,
  missed: MissedSockets = NEVER,
): Changes {
  const numbers = Int32Array.from(open.keys()).toSorted();
  return inOneGo(mergeListing(table, numbers, now, (number) => open.get(number) ?? null, missed));
}

/** What somebody who only reads the changes believes to be open. */
function follow(believed: Map<number, string>, { opened, closed, renamed }: Changes): void {
  for (const number of closed) assert.ok(believed.delete(number), `closed ${number} that was not open`);
  for (const [number, link] of opened) {
    assert.ok(!believed.has(number), `opened ${number} twice`);
    believed.set(number, link);
  }
  for (const [number, link] of renamed) {
    assert.equal(link, `${believed.get(number)} (deleted)`);
    believed.set(number, link);
  }
}

test("who follows the changes knows what is open, half a minute after the last change at the latest", () => {
  const link = fc.constantFrom(
    "socket:[1]",
    "socket:[2]",
    "pipe:[1]",
    "/a",
    "/a (deleted)",
    "/b",
    "anon_inode:[eventfd]",
  );
  const state = fc.uniqueArray(fc.tuple(fc.nat(30), link), { selector: ([number]) => number, maxLength: 25 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), state), { minLength: 1, maxLength: 12 }),
      (steps) => {
        const table = emptyTable();
        const believed = new Map<number, string>();
        let now = 100;
        for (const [seconds, open] of steps) {
          now += seconds;
          const actual = new Map(open);
          follow(believed, merge(table, actual, now));
          assert.deepEqual(new Set(believed.keys()), new Set(actual.keys()));
          assert.equal(table.length, actual.size);
        }
        const last = new Map(steps.at(-1)?.[1]);
        follow(believed, merge(table, last, now + 30));
        assert.deepEqual(believed, last);
        const again = merge(table, last, now + 31);
        assert.deepEqual([again.opened, again.closed, again.renamed], [[], [], []]);
      },
    ),
    { numRuns: 500 },
  );
});

test("a young number that is given out again is seen in the next listing", () => {
  const table = emptyTable();
  merge(table, new Map([[3, "/a"]]), 100);
  assert.deepEqual(merge(table, new Map([[3, "/b"]]), 101), {
    opened: [[3, "/b"]],
    closed: [3],
    renamed: [],
    holding: [],
  });
});

test("an old number is looked at again when its socket was missed in the tables", () => {
  const table = emptyTable();
  merge(table, new Map([[3, "socket:[7]"]]), 100);
  merge(table, new Map([[3, "socket:[7]"]]), 1000);
  const reopened = new Map([[3, "socket:[8]"]]);
  assert.deepEqual(merge(table, reopened, 1001).opened, []);
  assert.deepEqual(merge(table, reopened, 1002, new Map([[7, 1001.5]])).opened, [[3, "socket:[8]"]]);
});

test("a refused look leaves the table as it was", () => {
  const table = emptyTable();
  merge(table, new Map([[3, "/a"]]), 100);
  const refuse = (): string => {
    throw new Error("denied");
  };
  assert.throws(() => inOneGo(mergeListing(table, Int32Array.of(3, 4), 101, refuse, NEVER)));
  assert.deepEqual(merge(table, new Map([[3, "/a"]]), 102), {
    opened: [],
    closed: [],
    renamed: [],
    holding: [],
  });
});

test("100,000 descriptors take less than 4 MB", () => {
  const table = emptyTable();
  const numbers = Int32Array.from({ length: 100_000 }, (_, number) => number);
  inOneGo(mergeListing(table, numbers, 1, (number) => `/f/${number}`, NEVER));
  const arrays = [table.numbers, table.identities, table.seenAt, table.lookedAt];
  assert.ok(arrays.reduce((bytes, array) => bytes + array.byteLength, 0) < 4e6);
});
