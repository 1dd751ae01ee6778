import assert from "node:assert/strict";
import { test } from "node:test";
import { packedRows } from "../../../test/fixtures/sockdiag/packed-rows.ts";
import { PackedDump, PackedRows, ROW_BYTES } from "./packed.ts";

test("addresses, ports and states of internet rows", () => {
  const buffer = packedRows([
    { state: 1, local: [127, 0, 0, 1], localPort: 3306, remote: [10, 0, 0, 7], remotePort: 65535, inode: 5 },
    {
      state: 10,
      local: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      localPort: 80,
      remote: Array.from({ length: 16 }, () => 0),
      remotePort: 0,
    },
    {
      state: 6,
      local: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1],
      localPort: 1,
      remote: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 7],
      remotePort: 65535,
    },
  ]);
  const rows = new PackedRows(buffer, 0, 3, "tcp");
  assert.ok(rows.next());
  const key = rows.remoteKey();
  assert.deepEqual(
    [rows.state, rows.local(), rows.remote(), rows.inode, rows.family, rows.isAnyLocal()],
    ["ESTABLISHED", "127.0.0.1:3306", "10.0.0.7:65535", 5, 4, false],
  );
  assert.ok(rows.next());
  assert.deepEqual(
    [rows.state, rows.local(), rows.remote(), rows.family],
    ["LISTEN", "[::1]:80", "[::]:0", 6],
  );
  assert.notEqual(rows.remoteKey(), key);
  assert.ok(rows.next());
  assert.deepEqual([rows.state, rows.local(), rows.remoteKey()], ["TIME_WAIT", "127.0.0.1:1", key]);
  assert.ok(!rows.next());
});

test("what is not known is null or not a number, never zero", () => {
  const rows = new PackedRows(
    packedRows([{}, { uid: 0, receiveQueue: 0, usedAt: 12.5, segments: 3 }]),
    0,
    2,
    "tcp",
  );
  rows.next();
  assert.deepEqual([rows.uid, rows.receiveQueue, rows.usedAt, rows.segments], [null, null, NaN, NaN]);
  rows.next();
  assert.deepEqual([rows.uid, rows.receiveQueue, rows.usedAt, rows.segments], [0, 0, 12.5, 3]);
});

test("a dump that did not fit, a table that is not there, one that changed while it was read", () => {
  const buffer = new ArrayBuffer(136 + ROW_BYTES);
  const [cost, needed] = [new Float64Array(buffer, 0, 1), new Float64Array(buffer, 8, 1)];
  const heads = new Uint32Array(buffer, 16, 30);
  cost[0] = 0.25;
  needed[0] = 300;
  const [ENOENT, EINTR] = [2, 4];
  heads.set([EINTR, 0, 1, ENOENT, 1, 0]);
  const dump = new PackedDump(buffer);
  assert.deepEqual([dump.cost, dump.needed], [0.25, 300]);
  const torn = dump.table(0, "tcp");
  assert.ok(typeof torn !== "number" && torn.torn);
  assert.deepEqual([torn.rows.next(), torn.rows.next()], [true, false]);
  assert.equal(dump.table(1, "udp"), ENOENT);
  const empty = dump.table(2, "udp");
  assert.ok(typeof empty !== "number" && !empty.torn && !empty.rows.next());
  dump.release();
  assert.equal(buffer.byteLength, 0, "its memory is given back");
});
