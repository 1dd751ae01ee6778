import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Baselines, NOTHING_LEARNED } from "../model/baselines.ts";
import { readBaselines } from "../store/read-baselines.ts";
import { openMemory } from "./memory.ts";
import type { Tick } from "./observe.ts";

const AT = Date.parse("2026-11-23T03:04:51Z");

function scratch(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "descry-memory-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

const learnedUntil = (seconds: number): Baselines => ({
  services: [
    {
      service: "gunicorn.service",
      program: "/usr/bin/gunicorn",
      learnedFrom: AT,
      learnedUntil: AT + seconds * 1000,
      classes: [],
      pools: [],
      shape: null,
    },
  ],
});

function tickAt(seconds: number): Tick {
  return {
    facts: { at: AT + seconds * 1000, uptime: 5000 + seconds, facts: [] },
    events: [],
    missingPids: [],
    host: "web-12",
    learned: () => learnedUntil(seconds),
    standing: () => [],
    turnover: () => [],
    listing: function* () {},
    stages: [],
    snapshot: () => assert.fail("nobody looks"),
  };
}

const order = { named: true, writes: true, writtenBy: "descry test" };

/** How long the file's writer had learned, in seconds; null: there is no file. */
async function keptIn(folder: string): Promise<number | null> {
  const { baselines } = await readBaselines(folder);
  const service = baselines.services[0];
  return service === undefined ? null : (service.learnedUntil - AT) / 1000;
}

test("memory: kept every five minutes and at the end, known to the next", async () => {
  using folder = scratch();
  const first = await openMemory({ ...order, folder: folder.path });
  assert.equal(first.learned, NOTHING_LEARNED);
  for (let second = 0; second < 300; second++) assert.deepEqual(first.note(tickAt(second)), []);
  assert.equal(await keptIn(folder.path), null);
  first.note(tickAt(300));
  // The writing goes on beside the ticks; its end shows in the file alone.
  while ((await keptIn(folder.path)) === null) await new Promise((resolve) => void setTimeout(resolve, 1));
  assert.equal(await keptIn(folder.path), 300);
  first.note(tickAt(310));
  assert.deepEqual(await first.end(), []);
  assert.equal(await keptIn(folder.path), 310);
  const second = await openMemory({ ...order, folder: folder.path, writes: false });
  assert.deepEqual(second.learned, learnedUntil(310));
});

test("memory: who only reads writes nothing, makes no folder and takes no lock", async () => {
  using folder = scratch();
  const path = join(folder.path, "state");
  const reader = await openMemory({ ...order, folder: path, writes: false });
  reader.note(tickAt(0));
  reader.note(tickAt(400));
  await reader.end();
  assert.equal(existsSync(path), false);
  mkdirSync(path);
  const another = await openMemory({ ...order, folder: path, writes: false });
  another.note(tickAt(0));
  await another.end();
  assert.deepEqual(readdirSync(path), []);
});

test("memory: one keeps the folder at a time, the other knows that it does not", async () => {
  using folder = scratch();
  const first = await openMemory({ ...order, folder: folder.path });
  const second = await openMemory({ ...order, folder: folder.path });
  assert.deepEqual([first.keptElsewhere, second.keptElsewhere], [false, true]);
  const reader = await openMemory({ ...order, folder: folder.path, writes: false });
  assert.equal(reader.keptElsewhere, false);
  await first.end();
  await second.end();
});

test("memory: a folder that nobody named is used when it is there, and not made", async () => {
  using folder = scratch();
  const path = join(folder.path, "state");
  const absent = await openMemory({ ...order, named: false, folder: path });
  absent.note(tickAt(0));
  assert.deepEqual(await absent.end(), []);
  assert.equal(existsSync(path), false);
  mkdirSync(path, { mode: 0o700 });
  const present = await openMemory({ ...order, named: false, folder: path });
  present.note(tickAt(0));
  await present.end();
  assert.equal(await keptIn(path), 0);
});

test("memory: what is to be said comes with the first tick, once, as a gap", async () => {
  using folder = scratch();
  writeFileSync(join(folder.path, "baselines.json"), "torn");
  const memory = await openMemory({ ...order, folder: folder.path });
  const [gap, ...more] = memory.note(tickAt(0));
  assert.deepEqual(more, []);
  assert.deepEqual(
    [gap?.type, gap?.at, gap?.host, gap?.why, gap?.processes],
    ["gap", "2026-11-23T03:04:51.000Z", "web-12", "malformed", null],
  );
  assert.deepEqual(memory.note(tickAt(1)), []);
  rmSync(folder.path, { recursive: true });
  assert.deepEqual(
    (await memory.end()).map(({ why }) => why),
    ["unwritable"],
  );
  mkdirSync(folder.path);
});

test("memory: without one tick there is nothing to keep", async () => {
  using folder = scratch();
  const memory = await openMemory({ ...order, folder: folder.path });
  assert.deepEqual(await memory.end(), []);
  assert.deepEqual(readdirSync(folder.path), ["baselines.lock"]);
});
