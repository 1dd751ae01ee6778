import assert from "node:assert/strict";
import { test } from "node:test";
import { isStoreSegment } from "./store-segments.ts";

test("segments of well-known stores are known by their names", () => {
  for (const name of [
    "/var/lib/kafka/orders-0/00000000000000368769.log",
    "/var/lib/kafka/orders-0/00000000000000368769.timeindex",
    "/data/rocksdb/000123.sst",
    "/data/leveldb/000004.ldb",
    "/index/_1a.cfs",
    "/index/_3_Lucene90_0.dvd",
    "/prometheus/wal/00000042",
    "/influx/000003-01.tsm",
    "/cassandra/t/nb-12-big-Data.db",
    "/cassandra/commitlog/CommitLog-7-1700000000000.log",
    "/q/segment_8.dat",
  ])
    assert.ok(isStoreSegment(name), name);
});

test("files that a program opens for a piece of work are not", () => {
  for (const name of [
    "/tmp/upload-12.part",
    "/tmp/tmpa8f3k2x9",
    "/tmp/f17",
    "/tmp/1.txt",
    "/var/log/app.log",
    "/tmp/report_2026.csv",
    "/tmp/123/data.bin",
    "/_/x.py",
    "/tmp/pid.4711",
    "",
  ])
    assert.ok(!isStoreSegment(name), name);
});
