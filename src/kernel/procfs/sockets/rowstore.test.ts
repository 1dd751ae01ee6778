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
  store.begin();
  for (const [inode, print] of rows) if (store.see(inode, print, 0)) changed.push(inode);
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
