import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { ANY_EVENT, AT, HOUR, MINUTE, OPEN, Stage } from "./history-stage.ts";
import { sampleVerdict } from "./sample-ticks.ts";

test("history: a clock that jumps is told, and costs nothing that was kept", async () => {
  await using stage = new Stage();
  let watchedSeconds = 0;
  const tickAt = async (at: number, open: number) => {
    stage.now = at;
    const { notices } = await stage.tick({ at, open, watchedSeconds: watchedSeconds++ });
    return notices.map(({ what, why }) => `${why}: ${what}`);
  };
  await stage.open({ keepTicks: HOUR, keepMinutes: 6 * HOUR, keepHours: 24 * HOUR });
  for (let tick = 0; tick < 100; tick++) assert.deepEqual(await tickAt(AT + tick * 1000, tick), []);
  const year = 365 * 24 * HOUR;
  assert.deepEqual(await tickAt(AT + year + 100_000, 100), [
    "clock: the clock of this host went 31536000 s ahead",
  ]);
  for (let tick = 1; tick < 30; tick++) await tickAt(AT + year + 100_000 + tick * 1000, 100);
  assert.deepEqual(await tickAt(AT + 50_000, 200), ["clock: the clock of this host went 31536080 s back"]);
  for (let tick = 51; tick < 60; tick++) assert.deepEqual(await tickAt(AT + tick * 1000, 200), []);
  const first = stage.reader.range(OPEN, AT, AT + 100_000, 1000);
  assert.deepEqual(
    first.values,
    Array.from({ length: 100 }, (_, tick) => (tick >= 50 && tick < 60 ? 200 : tick)),
  );
  assert.equal(first.least[55], 55, "both are kept where that time was twice");
  const ahead = stage.reader.range(OPEN, AT + year, AT + year + 200_000, 1000);
  assert.equal(stage.known(ahead).length, 30);
});

test("history: a damaged file is set aside and told, and a new one begun", async () => {
  const damages: Record<string, (file: string) => void> = {
    "text in its place": (file) =>
      writeFileSync(file, "this is no data base at all, and long enough to be one".repeat(99)),
    "a data base of another program": (file) => {
      rmSync(file);
      const other = new DatabaseSync(file);
      other.exec("CREATE TABLE mine (a); INSERT INTO mine VALUES (1)");
      other.close();
    },
    "half of it": (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
    "garbage in the middle": (file) => {
      const bytes = readFileSync(file);
      bytes.fill(0xa5, 4096, bytes.length - 4096);
      writeFileSync(file, bytes);
    },
  };
  for (const [damage, put] of Object.entries(damages)) {
    await using stage = new Stage();
    await stage.ticks(700, 1000, (at) => at % 977);
    stage.history?.close();
    put(stage.file);
    const damaged = readFileSync(stage.file);
    await stage.open();
    const { waiting, notices } = await stage.tick({ open: 5 });
    assert.equal(waiting, 0, damage);
    assert.deepEqual(
      notices.map(({ why }) => why),
      ["malformed"],
      damage,
    );
    const aside = readdirSync(stage.folder).find((name) =>
      /^history\.db\.set-aside-\d{8}T\d{6}Z$/.test(name),
    );
    assert.deepEqual(readFileSync(join(stage.folder, aside ?? "")), damaged, `${damage}: as it was`);
    assert.deepEqual(
      stage.known(stage.reader.range(OPEN, AT, stage.now + 1000, 1000)),
      [[stage.now, 5]],
      damage,
    );
  }
});

test("history: a file that is damaged while it is open is set aside with the next tick that meets it", async () => {
  await using stage = new Stage();
  await stage.ticks(30, 1000, () => 1);
  stage.history?.close();
  await stage.open();
  await stage.ticks(1, 1000, () => 1);
  // Behind the back of SQLite, as a disk does it; a write by another keeps it from using what it remembers.
  const other = new DatabaseSync(stage.file);
  other.exec("UPDATE sqlite_sequence SET seq = seq; PRAGMA wal_checkpoint(TRUNCATE)");
  other.close();
  writeFileSync(stage.file, Buffer.alloc(statSync(stage.file).size, 0x5a), { flag: "r+" });
  const told: string[] = [];
  for (let tick = 0; tick < 20 && told.length === 0; tick++) {
    stage.now += 10 * MINUTE;
    const { notices } = await stage.tick({ open: 2 });
    told.push(...notices.map(({ why }) => why));
  }
  assert.deepEqual(told, ["malformed"]);
  stage.now += 1000;
  assert.deepEqual(await stage.tick({ open: 3 }), { waiting: 0, lost: 0, leftAlone: false, notices: [] });
  assert.deepEqual(stage.reader.range(OPEN, stage.now, stage.now + 1000, 1000).values, [3]);
});

test("history: a file of a newer version is left alone", async () => {
  await using stage = new Stage();
  await stage.ticks(3, 1000, () => 1);
  stage.history?.close();
  const database = new DatabaseSync(stage.file);
  database.exec("PRAGMA user_version = 99");
  database.close();
  const before = readFileSync(stage.file);
  await stage.open();
  const { notices, lost, leftAlone } = await stage.tick();
  assert.deepEqual([notices.map(({ why }) => why), lost, leftAlone], [["newer"], 1, true]);
  stage.now += 60_000;
  assert.deepEqual((await stage.tick()).notices, [], "once");
  stage.history?.close();
  assert.deepEqual(readFileSync(stage.file), before);
  assert.throws(() => stage.reader.services(), /version 99 of the format/);
});

test("history: one writer a folder; the next one goes on when the first ends", async () => {
  await using stage = new Stage();
  await stage.ticks(3, 1000, () => 1);
  const first = stage.history;
  await stage.open();
  const { waiting, notices } = await stage.tick({ open: 2 });
  assert.deepEqual([waiting, notices.map(({ why }) => why)], [1, ["locked"]]);
  first?.close();
  stage.now += 11_000;
  assert.deepEqual(await stage.tick({ open: 2 }), { waiting: 0, lost: 0, leftAlone: false, notices: [] });
  assert.equal(
    stage.known(stage.reader.range(OPEN, AT, stage.now + 1000, 1000)).length,
    5,
    "what waited is kept as well",
  );
});

test("history: while another program has the file locked ticks wait, and none is lost", async () => {
  await using stage = new Stage();
  await stage.ticks(3, 1000, () => 1);
  const other = new DatabaseSync(stage.file);
  other.exec("BEGIN IMMEDIATE");
  const told: string[] = [];
  for (let tick = 0; tick < 5; tick++) {
    const { notices, waiting } = await stage.tick({ open: 2 });
    assert.equal(waiting, tick + 1);
    told.push(...notices.map(({ why }) => why));
    stage.now += 1000;
  }
  assert.deepEqual(told, ["locked"]);
  other.exec("ROLLBACK");
  other.close();
  await stage.ticks(1, 1000, () => 2);
  assert.equal(stage.known(stage.reader.range(OPEN, AT, stage.now, 1000)).length, 9);
});

test("history: what waits too long is given up and told; the events of it are kept", async () => {
  await using stage = new Stage();
  await stage.ticks(1, 1000, () => 1);
  const first = stage.history;
  await stage.open();
  for (let tick = 0; tick < 150; tick++) {
    const { waiting, lost } = await stage.tick({
      at: AT + 1000 + tick,
      events: [sampleVerdict(AT + tick, "web")],
    });
    assert.deepEqual([waiting, lost], [Math.min(tick + 1, 120), Math.max(0, tick - 119)]);
  }
  first?.close();
  stage.now += 11_000;
  const { waiting, lost, notices } = await stage.tick();
  assert.deepEqual([waiting, lost], [0, 31]);
  assert.match(notices[0]?.what ?? "", /: 31 ticks could not be kept/);
  assert.equal(stage.reader.events(ANY_EVENT).length, 150);
});

test("history: a clock that is found set back after a restart is told", async () => {
  await using stage = new Stage();
  await stage.ticks(3, 1000, () => 1);
  stage.history?.close();
  stage.now -= 7200_000;
  await stage.open();
  assert.deepEqual(
    (await stage.tick()).notices.map(({ what }) => what),
    ["the clock of this host went 7199 s back"],
  );
});

test("history: a file that somebody deletes is begun anew", async () => {
  await using stage = new Stage();
  await stage.ticks(3, 1000, () => 1);
  for (const part of ["", "-wal", "-shm"]) rmSync(stage.file + part);
  const told = (await stage.tick()).notices.map(({ why }) => why);
  assert.deepEqual(told, ["unwritable"]);
  assert.deepEqual(stage.reader.services(), ["web"]);
});

test("history: of a folder that is taken away and put there anew another agent may be the writer", async () => {
  await using stage = new Stage();
  await stage.ticks(3, 1000, () => 1);
  const first = stage.history;
  rmSync(stage.folder, { recursive: true });
  mkdirSync(stage.folder);
  const second = await stage.open();
  stage.history = first;
  const told = (await stage.tick()).notices.map(({ what }) => what);
  assert.match(told.join(), /taken away.*is written by another descry/);
  stage.now += 11_000;
  assert.deepEqual(
    (await stage.tick()).notices.map(({ why }) => why),
    [],
    "told once",
  );
  second.close();
  stage.now += 11_000;
  assert.equal((await stage.tick()).waiting, 0);
});

test("history: where there is none the reader says what to do", async () => {
  await using stage = new Stage();
  assert.throws(() => stage.reader.services(), { name: "DescryError", mend: /descry agent/ });
});
