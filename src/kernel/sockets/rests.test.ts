import assert from "node:assert/strict";
import { test } from "node:test";
import { packedRows, type Row } from "../../../test/fixtures/sockdiag/packed-rows.ts";
import { only } from "../../../test/fixtures/proc/fake-proc.ts";
import type { Fact } from "../../model/facts.ts";
import { PackedRows } from "../sockdiag/packed.ts";
import { RestingConnections } from "./rests.ts";

const DATABASE = { remote: [10, 0, 0, 7], remotePort: 3306, localPort: 40_000 };

/** Readings of one table, in which every row was first seen at `firstSeenAt`. */
function reading(
  rests: RestingConnections,
  uptime: number,
  rows: readonly Row[],
  opened: readonly Row[] = [],
) {
  const facts: Fact[] = [];
  const walk = (some: readonly Row[], take: (row: PackedRows) => void): void => {
    const packed = new PackedRows(packedRows(some), 0, some.length, "tcp");
    while (packed.next()) take(packed);
  };
  rests.begin(uptime);
  walk(rows, (row) => rests.take(row, row, 1000));
  walk(opened, (row) => rests.note(row.remoteKey(), row.remote()));
  rests.say(facts, 7);
  return only(facts, "resting");
}

test("connections that rested while others were opened to the same address are told, and for how long", () => {
  const rests = new RestingConnections();
  const rows = [
    { ...DATABASE, inode: 1, usedAt: 1095 },
    { ...DATABASE, inode: 2, usedAt: 1090.04 },
    { ...DATABASE, inode: 3, usedAt: 1099.5 },
    { ...DATABASE, inode: 4, usedAt: 1095, awaits: true },
    { ...DATABASE, inode: 5, usedAt: 1015 },
    { ...DATABASE, inode: 6 },
    { ...DATABASE, remotePort: 5432, inode: 7, usedAt: 1095 },
  ];
  assert.deepEqual(reading(rests, 1099, rows), [], "nothing was opened");
  assert.deepEqual(
    reading(rests, 1100, rows, [DATABASE]),
    [
      {
        fact: "resting",
        netns: 7,
        address: "10.0.0.7:3306",
        sockets: [
          [1, 5],
          [2, 10],
        ],
      },
    ],
    "not the one that was just used, that awaits an answer, that was never used again, or of which nothing is known",
  );
  assert.deepEqual(reading(rests, 1101, rows), [], "what was opened before counts once");
});

test("one that was used since the last reading may have been taken when another was opened", () => {
  const rests = new RestingConnections();
  reading(rests, 1100, []);
  const row = { ...DATABASE, inode: 1, usedAt: 1102 };
  assert.deepEqual(reading(rests, 1110, [row], [DATABASE]), []);
  assert.equal(reading(rests, 1111, [row], [DATABASE]).length, 1);
});

test("what was opened and closed between two looks asks for it too, and a hundred are enough", () => {
  const rests = new RestingConnections();
  reading(rests, 1100, []);
  const rows = Array.from({ length: 150 }, (_, at) => ({ ...DATABASE, inode: 1 + at, usedAt: 1050 }));
  const packed = new PackedRows(packedRows([DATABASE]), 0, 1, "tcp");
  packed.next();
  assert.ok(!rests.asked);
  rests.note(packed.remoteKey(), packed.remote());
  assert.ok(rests.asked);
  assert.equal(reading(rests, 1101, rows)[0]?.sockets.length, 100);
});
