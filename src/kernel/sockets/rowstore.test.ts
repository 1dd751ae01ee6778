import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RowStore } from "./rowstore.ts";

interface Reading {
  readonly changed: number[];
  readonly gone: number[];
  readonly waiting: number;
}

function read(store: RowStore, rows: Iterable<readonly [inode: number, print: number]>): Reading {
  const changed: number[] = [];
  const gone: number[] = [];
  store.begin(0);
  for (const [inode, print] of rows)
    if (store.see(inode, print, 0, Number.NaN) === "row") changed.push(inode);
  const waiting = store.end(
    (inode) => gone.push(inode),
    () => {},
  );
  return { changed, gone, waiting };
}

test("a socket that one reading misses is not gone; missed twice it is", () => {
  const store = new RowStore();
  assert.deepEqual(read(store, [[7, 1]]), { changed: [7], gone: [], waiting: 0 });
  assert.deepEqual(read(store, []), { changed: [], gone: [], waiting: 1 });
  assert.deepEqual(read(store, [[7, 1]]), { changed: [], gone: [], waiting: 0 });
  assert.deepEqual(read(store, []), { changed: [], gone: [], waiting: 1 });
  assert.deepEqual(read(store, []), { changed: [], gone: [7], waiting: 0 });
  assert.deepEqual(read(store, [[7, 1]]).changed, [7]);
});

test("a row that comes twice counts once", () => {
  const store = new RowStore();
  read(store, [[7, 1]]);
  assert.deepEqual(
    read(store, [
      [7, 2],
      [7, 1],
    ]).changed,
    [7],
  );
  assert.deepEqual(
    read(store, [
      [7, 2],
      [7, 1],
    ]).changed,
    [],
  );
});

test("what was said and not taken back is what is there", () => {
  const table = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.nat(3)), {
    selector: ([inode]) => inode,
    maxLength: 150,
  });
  fc.assert(
    fc.property(fc.array(table, { maxLength: 10 }), (tables) => {
      const store = new RowStore();
      const said = new Map<number, number>();
      for (const rows of tables) {
        // Each table stands for two readings: the second confirms what the first missed.
        for (let times = 0; times < 2; times++) {
          const byInode = new Map(rows);
          const { changed, gone } = read(store, rows);
          for (const inode of changed) said.set(inode, byInode.get(inode) ?? -1);
          for (const inode of gone) assert.ok(said.delete(inode));
        }
        assert.deepEqual(said, new Map([...said].filter(([inode]) => new Map(rows).has(inode))));
        assert.equal(said.size, rows.length);
        assert.equal(store.size, rows.length);
        for (const [inode, print] of rows) assert.equal(said.get(inode), print);
      }
    }),
  );
});

test("a use is told when it is five seconds later, or an eighth of the time for which the socket was seen", () => {
  const store = new RowStore();
  const seeAt = (uptime: number, usedAt: number): string => {
    store.begin(uptime);
    return store.see(7, 1, 0, usedAt);
  };
  assert.equal(seeAt(100, Number.NaN), "row");
  assert.equal(seeAt(101, 100.5), "use");
  assert.equal(seeAt(106, 105), "none");
  assert.equal(seeAt(106, 105.5), "use");
  assert.equal(seeAt(106, 105.5), "none");
  // Seen for 400 s: 50 s.
  assert.equal(seeAt(500, 155), "none");
  assert.equal(seeAt(500, 156), "use");
  assert.equal(seeAt(501, Number.NaN), "none");
  // What a socket fact says it says with the use.
  store.begin(502);
  assert.equal(store.see(7, 2, 0, 501), "row");
  store.begin(503);
  assert.equal(store.see(7, 2, 0, 501), "none");
});
