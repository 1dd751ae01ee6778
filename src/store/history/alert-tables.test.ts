import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { AlertReport, AlertsState, OutboxEntry, Silence } from "../../model/alert.ts";
import { HISTORY_OPTIONS } from "../../model/history.ts";
import { History } from "./history.ts";
import { SCRATCH } from "./history-stage.ts";
import { sampleTick } from "./sample-ticks.ts";
import { APPLICATION, MIGRATIONS } from "./schema.ts";
import { HistoryReader } from "./reader.ts";

const AT = Date.parse("2026-11-23T04:00:00Z");
const at = new Date(AT).toISOString();

function entry(key: string, attempts = 0): OutboxEntry {
  const alert = { id: key, service: "web" } as AlertReport;
  const notification = { id: key, kind: "firing", at, why: null, before: null, alert } as const;
  return {
    key,
    channel: "ops",
    notification,
    addedAt: AT,
    attempts,
    lastFailure: attempts === 0 ? null : "no answer",
  };
}

const state = (watched: number): AlertsState => ({
  version: 1,
  at,
  watched,
  resumedAt: 0,
  alerts: [],
  unheld: 0,
});

const silence: Silence = {
  id: "s1",
  service: "web",
  rule: null,
  fingerprint: null,
  from: at,
  until: new Date(AT + 3_600_000).toISOString(),
  endedAt: null,
  by: "someone",
  comment: "a \u{1F41F} and a ' quote",
};

class Stage implements Disposable {
  readonly folder = mkdtempSync(join(SCRATCH, "descry-alerts-"));
  readonly file = join(this.folder, "history.db");
  now = AT;
  readonly #open = new Set<History>();

  async open(): Promise<History> {
    const clock = { wall: () => this.now, monotonic: () => this.now };
    const history = await History.open(this.folder, HISTORY_OPTIONS, clock);
    this.#open.add(history);
    return history;
  }

  close(history: History): void {
    history.close();
    this.#open.delete(history);
  }

  tick() {
    this.now += 1000;
    return sampleTick({ at: this.now, services: [{ service: "web", open: 1 }] });
  }

  [Symbol.dispose](): void {
    for (const history of this.#open) history.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** What another process would find after this one was killed. */
function committed(file: string): { readonly keys: unknown[]; readonly kept: unknown[] } {
  const database = new DatabaseSync(file, { readOnly: true });
  const keys = database.prepare("SELECT key FROM outbox ORDER BY place").all();
  const kept = database.prepare("SELECT name FROM kept ORDER BY name").all();
  database.close();
  return { keys: keys.map(({ key }) => key), kept: kept.map(({ name }) => name) };
}

test("alert tables: what was committed is in the file at once, and there after a restart, in its order", async () => {
  using stage = new Stage();
  const history = await stage.open();
  assert.deepEqual(
    [history.alerts.alerts(), history.alerts.silences(), history.alerts.waiting()],
    [null, [], []],
  );
  history.alerts.commit({ put: [entry("a"), entry("b"), entry("c")], alerts: state(1), silences: [silence] });
  history.alerts.commit({ put: [entry("a", 2), entry("d")], remove: ["b", "never there"], alerts: state(2) });
  assert.deepEqual(committed(stage.file), { keys: ["a", "c", "d"], kept: ["alerts", "silences"] });
  const wanted = [entry("a", 2), entry("c"), entry("d")];
  assert.deepEqual(history.alerts.waiting(), wanted);
  stage.close(history);
  const { alerts } = await stage.open();
  assert.deepEqual([alerts.alerts(), alerts.silences(), alerts.waiting()], [state(2), [silence], wanted]);
});

test("alert tables: what cannot be written is kept in memory, told once, and written when it can be", async () => {
  using stage = new Stage();
  const history = await stage.open();
  history.alerts.commit({ put: [entry("a")] });
  const other = new DatabaseSync(stage.file);
  other.exec("BEGIN IMMEDIATE");
  history.alerts.commit({ put: [entry("b")], alerts: state(1) });
  history.alerts.commit({ remove: ["a"] });
  assert.deepEqual(history.alerts.waiting(), [entry("b")]);
  const { notices } = await history.append(stage.tick());
  assert.deepEqual(
    notices.map(({ why }) => why),
    ["locked", "locked"],
    "of the alerts and of the tick",
  );
  assert.deepEqual(committed(stage.file).keys, ["a"]);
  other.exec("ROLLBACK");
  other.close();
  assert.deepEqual((await history.append(stage.tick())).notices, []);
  assert.deepEqual(committed(stage.file), { keys: ["b"], kept: ["alerts"] });
});

test("alert tables: what an earlier run kept is known also where the file can only be read", async () => {
  using stage = new Stage();
  const first = await stage.open();
  first.alerts.commit({ put: [entry("a"), entry("b")], alerts: state(1) });
  stage.close(first);
  // As on a full disk: the index of the log cannot be made.
  symlinkSync("/nowhere/index", `${stage.file}-shm`);
  const history = await stage.open();
  assert.deepEqual([history.alerts.alerts(), history.alerts.waiting()], [state(1), [entry("a"), entry("b")]]);
  history.alerts.commit({ remove: ["a"], alerts: state(2) });
  const { waiting, notices } = await history.append(stage.tick());
  assert.deepEqual([waiting, notices.map(({ why }) => why)], [1, ["unwritable"]]);
  rmSync(`${stage.file}-shm`);
  stage.now += 11_000;
  assert.equal((await history.append(stage.tick())).waiting, 0);
  assert.deepEqual(committed(stage.file).keys, ["b"]);
  assert.deepEqual([history.alerts.alerts(), history.alerts.waiting()], [state(2), [entry("b")]]);
});

test("alert tables: a damaged file takes nothing with it that is in memory", async () => {
  using stage = new Stage();
  const history = await stage.open();
  history.alerts.commit({ put: [entry("a")], alerts: state(7), silences: [silence] });
  for (const part of ["-wal", "-shm", ""]) rmSync(stage.file + part);
  await history.append(stage.tick());
  assert.deepEqual(committed(stage.file), { keys: ["a"], kept: ["alerts", "silences"] });
});

test("alert tables: what was said while another had the lock comes on top of what is in the file", async () => {
  using stage = new Stage();
  const first = await stage.open();
  first.alerts.commit({ put: [entry("a"), entry("b")], alerts: state(1), silences: [silence] });
  const second = await stage.open();
  second.alerts.commit({ put: [entry("c"), entry("b", 1)], alerts: state(2) });
  stage.close(first);
  stage.now += 11_000;
  await second.append(stage.tick());
  assert.deepEqual(second.alerts.waiting(), [entry("a"), entry("b", 1), entry("c")]);
  assert.deepEqual([second.alerts.alerts(), second.alerts.silences()], [state(2), [silence]]);
  assert.deepEqual(committed(stage.file).keys, ["a", "b", "c"]);
});

test("alert tables: an entry that is no JSON any more is left out", async () => {
  using stage = new Stage();
  const history = await stage.open();
  history.alerts.commit({ put: [entry("a"), entry("b")], alerts: state(1) });
  stage.close(history);
  const other = new DatabaseSync(stage.file);
  other.exec("UPDATE outbox SET body = '{' WHERE key = 'a'; UPDATE kept SET body = ''");
  other.close();
  const { alerts } = await stage.open();
  assert.deepEqual([alerts.waiting(), alerts.alerts()], [[entry("b")], null]);
});

test("history: a file of every older version is brought to today's, with all that is in it", async () => {
  for (let version = 1; version < MIGRATIONS.length; version++) {
    using stage = new Stage();
    const old = new DatabaseSync(stage.file);
    for (const statements of MIGRATIONS.slice(0, version)) old.exec(statements);
    old.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${version}`);
    // A tick of one series, 5, as version 1 wrote it: the number of the series, then the figure.
    old.exec(`INSERT INTO series (id, service, measure, label) VALUES (1, 'web', 'open-descriptors', NULL);
      INSERT INTO period (id, tier, start, until, watched, written, sealed) VALUES (1, 0, ${AT}, ${AT}, 0, 0, 0);
      INSERT INTO tick (block, at, body) VALUES (1, ${AT}, x'0114');
      INSERT INTO event (at, type, body) VALUES (${AT}, 'gap', '{"type":"gap"}')`);
    old.close();
    const history = await stage.open();
    assert.deepEqual((await history.append(stage.tick())).notices, []);
    history.alerts.commit({ put: [entry("a")] });
    const reader = new HistoryReader(stage.folder);
    const name = { service: "web", measure: "open-descriptors", label: null } as const;
    assert.deepEqual(reader.range(name, AT, AT + 2000, 1000).values, [5, 1]);
    reader.close();
    assert.deepEqual(committed(stage.file).keys, ["a"]);
    const others = readdirSync(stage.folder).filter((found) => found.includes("set-aside"));
    assert.deepEqual(others, []);
  }
});

test("history: a migration that is broken off leaves the older version", async () => {
  using stage = new Stage();
  const old = new DatabaseSync(stage.file);
  old.exec(`${MIGRATIONS[0]} PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = 1`);
  // In the way of version 2, so that its second half fails.
  old.exec("CREATE VIEW kept AS SELECT 1");
  old.close();
  const history = await stage.open();
  const { notices, waiting } = await history.append(stage.tick());
  assert.deepEqual([waiting, notices.map(({ why }) => why)], [1, ["unwritable"]]);
  stage.close(history);
  const after = new DatabaseSync(stage.file);
  assert.equal(after.prepare("PRAGMA user_version").get()?.["user_version"], 1);
  assert.equal(
    after.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'outbox'").get()?.["n"],
    0,
  );
  after.close();
});

test("history: an empty file is begun, as one that was made and never written", async () => {
  using stage = new Stage();
  writeFileSync(stage.file, "");
  const history = await stage.open();
  assert.deepEqual(await history.append(stage.tick()), {
    waiting: 0,
    lost: 0,
    leftAlone: false,
    notices: [],
  });
});
