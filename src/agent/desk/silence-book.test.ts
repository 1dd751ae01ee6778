import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { AlertIdentity } from "../../model/alert.ts";
import { HISTORY_OPTIONS } from "../../model/history.ts";
import { History } from "../../store/history/history.ts";
import { sampleTick } from "../../store/history/sample-ticks.ts";
import { SilenceBook } from "./silence-book.ts";

const START = Date.parse("2026-11-23T03:00:00Z");
const HOUR = 3_600_000;
const identity: AlertIdentity = {
  ...{ host: "web-12", service: "gunicorn.service", rule: "close-wait", fingerprint: "f0f0" },
  ...{ peer: null, owner: null },
};

/** Books over real histories in one folder, with one clock. */
function stage(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "descry-silences-"));
  const opened: History[] = [];
  t.after(() => {
    for (const history of opened) history.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const on = {
    folder,
    now: START,
    open: async () => {
      const clock = { wall: () => on.now, monotonic: () => on.now };
      const history = await History.open(folder, HISTORY_OPTIONS, clock);
      opened.push(history);
      return {
        history,
        book: new SilenceBook(
          history.alerts,
          () => [{ identity }],
          () => on.now,
        ),
      };
    },
    /** Wanted for so many hours. */
    order: (hours: number, service = "gunicorn.service") => ({
      ...{ service, rule: null, fingerprint: null, by: "ann", comment: "" },
      until: new Date(on.now + hours * HOUR).toISOString(),
    }),
  };
  return on;
}

test("what is made is on disk, counts what it is about, and outlives its program", async (t) => {
  const on = stage(t);
  const { history, book } = await on.open();
  const made = book.add(on.order(2));
  assert.deepEqual([made?.durable, made?.alerts], [true, 1]);
  assert.equal(book.add(on.order(1, "another"))?.alerts, 0);
  history.close();
  const again = (await on.open()).book;
  assert.deepEqual(
    again.list().map(({ service }) => service),
    ["another", "gunicorn.service"],
  );
  assert.deepEqual(again.list()[1], made?.silence);
});

test("one that is ended or has ended is listed for a day", async (t) => {
  const on = stage(t);
  const { book } = await on.open();
  const long = book.add(on.order(40));
  const short = book.add(on.order(1));
  assert.ok(long !== null && short !== null);
  on.now += 60_000;
  const ended = book.end(long.silence.id);
  assert.equal(ended?.silence.endedAt, new Date(on.now).toISOString());
  on.now += 60_000;
  assert.deepEqual(book.end(long.silence.id)?.silence, ended?.silence, "it stays as it is");
  assert.deepEqual(
    book.active().map(({ id }) => id),
    [short.silence.id],
  );
  on.now += HOUR;
  assert.deepEqual(book.active(), []);
  assert.deepEqual(
    book.list().map(({ id }) => id),
    [short.silence.id, long.silence.id],
    "the one that ended last in front",
  );
  on.now -= 3 * HOUR;
  assert.ok(!book.active().some(({ id }) => id === long.silence.id), "a clock set back does not revive it");
  on.now += 28 * HOUR;
  assert.deepEqual(book.list(), []);
  assert.equal(book.end(long.silence.id), null);
});

test("there are so many and no more, and ended ones do not add up", async (t) => {
  const on = stage(t);
  const kept = { silences: [] as readonly unknown[] };
  const store = {
    silences: () => kept.silences as never,
    commit: (change: { silences?: readonly unknown[] }) => {
      kept.silences = change.silences ?? kept.silences;
      return true;
    },
  };
  const book = new SilenceBook(
    store,
    () => [],
    () => on.now,
  );
  for (let at = 0; at < 1000; at++) assert.notEqual(book.add(on.order(1)), null);
  assert.equal(book.add(on.order(1)), null);
  on.now += 2 * HOUR;
  assert.notEqual(book.add(on.order(1)), null);
  assert.equal(kept.silences.length, 201);
});

test("without a file it holds in memory and says so, and is written with those that the file has", async (t) => {
  const on = stage(t);
  const first = await on.open();
  first.book.add(on.order(2, "before"));
  // The second finds the file locked by the first.
  const second = await on.open();
  const made = second.book.add(on.order(2, "meanwhile"));
  assert.equal(made?.durable, false);
  assert.deepEqual(
    second.book.active().map(({ service }) => service),
    ["meanwhile"],
  );
  first.history.close();
  on.now += 60_000;
  await second.history.append(sampleTick({ at: on.now, services: [{ service: "web", open: 1 }] }));
  assert.deepEqual(
    second.book.active().map(({ service, until }) => [service, until]),
    [
      ["before", new Date(START + 2 * HOUR).toISOString()],
      ["meanwhile", made?.silence.until],
    ],
  );
  assert.equal(second.book.add(on.order(2, "after"))?.durable, true);
  second.history.close();
  assert.equal((await on.open()).book.active().length, 3);
});
