import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { NotificationKind, OutboxEntry } from "../model/alert.ts";
import { backOff, fitted, nextOf } from "./backlog.ts";
import { entryOf } from "./courier.ts";
import { notificationOf } from "./made-notifications.ts";

/** What is told of alerts, one after another as life does it. */
const told = fc.array(fc.tuple(fc.nat(5), fc.boolean()), { maxLength: 60 }).map((news) => {
  const alerts = new Map<number, { life: number; times: number }>();
  return news.map(([of, over]): OutboxEntry => {
    const { life, times } = alerts.get(of) ?? { life: 0, times: 0 };
    const kind: NotificationKind = times === 0 ? "firing" : over ? "resolved" : "updated";
    alerts.set(of, kind === "resolved" ? { life: life + 1, times: 0 } : { life, times: times + 1 });
    return entryOf(
      notificationOf(
        { id: `${of}.${life}-${times + 1}`, kind },
        { id: `${of}.${life}`, fingerprint: `${of}` },
      ),
      "c",
      0,
    );
  });
});

test("what does not fit is folded alert by alert, and order and ends stay right", () => {
  fc.assert(
    fc.property(told, fc.integer({ min: 1, max: 20 }), fc.nat(60), (entries, most, at) => {
      const busy = entries[at]?.key ?? null;
      const { kept, changed, removed, lost } = fitted(entries, most, busy);
      assert.ok(kept.length <= Math.max(most, 1));
      assert.equal(kept.length + removed.length, entries.length);
      if (entries.length <= most) assert.equal(kept, entries);
      if (busy !== null) assert.ok(kept.some((entry) => entry === entries[at]));
      const places = kept.map(({ key }) => entries.findIndex((entry) => entry.key === key));
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
      );
      for (const entry of changed) assert.ok(kept.includes(entry));
      // Nothing given up: then every alert that is told of goes on to say what it said last.
      for (const [id, all] of Map.groupBy(entries, ({ notification }) => notification.alert.id)) {
        const left = kept.filter(({ notification }) => notification.alert.id === id);
        const lasts = all.at(-1)?.notification.kind;
        if (left.length === 0 && lost === 0)
          assert.deepEqual([all[0]?.notification.kind, lasts], ["firing", "resolved"]);
        if (left.length > 0 && lost === 0 && lasts === "resolved")
          assert.equal(left.at(-1)?.notification.kind === "resolved" || left.at(-1)?.key === busy, true);
      }
    }),
    { numRuns: 300 },
  );
});

test("the one that failed least goes next, and never before what was said of its leak earlier", () => {
  fc.assert(
    fc.property(told, fc.array(fc.nat(5), { minLength: 60, maxLength: 60 }), (entries, failures) => {
      const tried = entries.map((entry, at) => ({ ...entry, attempts: failures[at] as number }));
      const next = nextOf(tried);
      assert.equal(next === null, tried.length === 0);
      if (next === null) return;
      const leaks = Map.groupBy(tried, ({ notification }) => notification.alert.fingerprint);
      const heads = [...leaks.values()].map((same) => same[0] as OutboxEntry);
      assert.ok(heads.includes(next));
      assert.equal(next.attempts, Math.min(...heads.map(({ attempts }) => attempts)));
    }),
  );
});

test("the wait doubles up to five minutes, and half of it is chance", () => {
  assert.deepEqual(
    [1, 2, 3, 8, 9, 50].map((failures) => backOff(failures, 1)),
    [1000, 2000, 4000, 128_000, 256_000, 300_000],
  );
  assert.equal(backOff(3, 0), 2000);
});
