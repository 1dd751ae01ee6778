// The history outlives whoever writes it: real processes that are killed, readers beside them, a disk that is full.
// usage, for more kills than a test makes: scripts/run test/live/history.test.ts KILLS
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { HISTORY_OPTIONS } from "../../src/model/history.ts";
import { History } from "../../src/store/history/history.ts";
import { HistoryReader } from "../../src/store/history/reader.ts";
import { sampleTick, sampleVerdict } from "../../src/store/history/sample-ticks.ts";
import { FIRST, openAt, SERVICES } from "./history-writer.ts";
import { fill, onSmallDisk } from "./small-disk.ts";

const WRITER = join(import.meta.dirname, "history-writer.ts");
const KILLS = import.meta.main ? Number(process.argv[2] ?? 20) : 20;
const EVENTS = {
  from: null,
  to: null,
  types: null,
  service: null,
  rule: null,
  fingerprint: null,
  before: null,
};

const scratch = mkdtempSync(join(tmpdir(), "descry-history-"));
const writers = new Set<ChildProcess>();
after(async () => {
  for (const writer of writers) {
    writer.kill("SIGKILL");
    await once(writer, "close");
  }
  rmSync(scratch, { recursive: true });
});
let folders = 0;
function newFolder(): string {
  const folder = join(scratch, String(folders++));
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

function startWriter(folder: string, start: number) {
  const args = ["--disable-warning=ExperimentalWarning", WRITER, folder, String(start)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  writers.add(child);
  child.on("close", () => writers.delete(child));
  /** The last tick that it said is committed, and what it complained of. */
  const said = { tick: start - 1, complaints: [] as string[] };
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const tick = Number.parseInt(line, 10);
    if (!Number.isNaN(tick)) said.tick = tick;
    const complaint = line.slice(line.indexOf(" ") + 1);
    if (complaint !== "") said.complaints.push(complaint);
  });
  return {
    said,
    async committed(ticks: number) {
      const wanted = said.tick + ticks;
      while (said.tick < wanted) await once(lines, "line");
    },
    async kill() {
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The number of the last tick in the file. All before have to be there, as they were. `atRest`: nobody writes now. */
function lastTickOf(folder: string, from: number, atRest: boolean): number {
  const reader = new HistoryReader(folder);
  try {
    // A window that an answer holds in seconds.
    const start = Math.max(0, from - 2000);
    const at = FIRST + start * 1000;
    let last = -1;
    for (const place of [0, SERVICES - 1]) {
      const name = { service: `service ${place}`, measure: "open-descriptors", label: null } as const;
      const { values, step } = reader.range(name, at, at + 5_000_000, 1000);
      assert.equal(step, 1000);
      const count = values.findLastIndex((value) => value !== null) + 1;
      assert.deepEqual(
        values.slice(0, count),
        Array.from({ length: count }, (_, tick) => openAt(start + tick, place)),
      );
      if (last >= 0 && atRest)
        assert.equal(start + count - 1, last, "a tick is there with all of its series or not at all");
      last = start + count - 1;
    }
    const [newest] = reader.events({ ...EVENTS, limit: 1 });
    const told = FIRST + Math.floor(last / 10) * 10_000;
    if (atRest) assert.equal(newest?.at, told, "events come with their tick");
    else assert.ok((newest?.at ?? 0) >= told);
    return last;
  } finally {
    reader.close();
  }
}

function integrityOf(folder: string): string {
  const database = new DatabaseSync(join(folder, "history.db"));
  const verdict = database.prepare("PRAGMA integrity_check").get()?.["integrity_check"];
  database.close();
  return String(verdict);
}

test(`kill -9 of the writer at ${KILLS} random moments loses nothing that was committed`, async () => {
  const folder = newFolder();
  let start = 0;
  for (let life = 0; life < KILLS; life++) {
    const writer = startWriter(folder, start);
    // In some lives blocks are sealed, in others it ends at once.
    await writer.committed(1 + Math.floor(Math.random() * (life % 4 === 3 ? 700 : 100)));
    await wait(Math.random() * 20);
    await writer.kill();
    assert.deepEqual(writer.said.complaints, []);
    const last = lastTickOf(folder, start, true);
    assert.ok(last >= writer.said.tick, `${last} is there, ${writer.said.tick} was said`);
    assert.equal(integrityOf(folder), "ok");
    start = last + 1;
  }
  const others = readdirSync(folder).filter((name) => !/^history\.(?:db|db-wal|db-shm|lock)$/.test(name));
  assert.deepEqual(others, [], "nothing was torn, so nothing was set aside");
});

test("while one process writes, another reads all that is committed, again and again", async () => {
  const folder = newFolder();
  const writer = startWriter(folder, 0);
  await writer.committed(1);
  for (let look = 0, last = 0; look < 30 || last < 1300; look++) {
    const said = writer.said.tick;
    const found = lastTickOf(folder, last, false);
    assert.ok(found >= said && found >= last);
    last = found;
    await writer.committed(1);
  }
  await writer.kill();
  assert.deepEqual(writer.said.complaints, []);
});

test("a full disk is told once; ticks wait, and are kept when there is room again", (t) => {
  if (process.getuid?.() !== 0) return t.skip("mounting a small file system needs root");
  return onSmallDisk(newFolder(), async (folder) => {
    const clock = { wall: () => Date.now(), monotonic: () => performance.now() };
    const history = await History.open(folder, HISTORY_OPTIONS, clock);
    const told: string[] = [];
    let tick = 0;
    const append = async () => {
      const at = FIRST + tick * 1000;
      const services = Array.from({ length: 40 }, (_, place) => ({
        service: `service ${place}`,
        open: openAt(tick, place),
      }));
      const events = [sampleVerdict(at, "service 0", { summary: `tick ${tick}` })];
      const kept = await history.append(sampleTick({ at, watchedSeconds: tick, services, events }));
      tick++;
      told.push(...kept.notices.map(({ why, what }) => `${why}: ${what.replace(/^.*: /, "")}`));
      return kept;
    };
    while (tick < 30) assert.equal((await append()).waiting, 0);
    const ballast = join(folder, "ballast");
    fill(ballast);
    while ((await append()).waiting === 0) assert.ok(tick < 5000, "it never got full");
    const fullAt = tick - 1;
    for (let more = 0; more < 60; more++) assert.ok((await append()).waiting > 0);
    assert.deepEqual(told, ["unwritable: database or disk is full"]);
    assert.equal(lastOn(folder, fullAt), fullAt - 1, "what was committed is there while it is full");
    rmSync(ballast);
    const { waiting, lost } = await append();
    assert.deepEqual([waiting, lost, told.length], [0, 0, 1]);
    assert.equal(lastOn(folder, fullAt), tick - 1);
    while (tick < fullAt + 1300) assert.equal((await append()).waiting, 0);
    assert.equal(lastOn(folder, tick - 100), tick - 1);
    assert.equal(told.length, 1);
    history.close();
    assert.equal(integrityOf(folder), "ok");
  });
});

/** The last tick that is known, and that all since `from` are. */
function lastOn(folder: string, from: number): number {
  const reader = new HistoryReader(folder);
  const name = { service: "service 7", measure: "open-descriptors", label: null } as const;
  const { values } = reader.range(name, FIRST + from * 1000 - 10_000, FIRST + from * 1000 + 4_000_000, 1000);
  reader.close();
  const count = values.findLastIndex((value) => value !== null) + 1;
  assert.deepEqual(
    values.slice(0, count),
    Array.from({ length: count }, (_, tick) => openAt(from - 10 + tick, 7)),
  );
  return from - 10 + count - 1;
}
