import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { AlertReport, Notification, Severity } from "../model/alert.ts";
import { DELIVERED, failed, type Channel, type Outcome } from "./channel.ts";
import { Courier } from "./courier.ts";
import type { CourierClock } from "./lane.ts";
import { notificationOf } from "./made-notifications.ts";
import { MemoryOutbox } from "./memory-outbox.ts";

/** A clock that is moved by hand; between two callbacks everything that can go on does. */
class HandClock implements CourierClock {
  time = 1_800_000_000_000;
  readonly #calls = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.time;
  }

  random(): number {
    return 0.5;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const call = { at: this.time + milliseconds, callback };
    this.#calls.add(call);
    return () => this.#calls.delete(call);
  }

  async pass(milliseconds: number): Promise<void> {
    const until = this.time + milliseconds;
    for (;;) {
      await quiet();
      const [next] = [...this.#calls].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#calls.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = until;
  }
}

/** All promises that can be settled are. */
async function quiet(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

class Receiver {
  readonly taken: Notification[] = [];
  readonly standing: (readonly AlertReport[])[] = [];
  attempts = 0;
  answers: () => Outcome | Promise<Outcome> = () => DELIVERED;

  channel(name = "ops", from: Severity = "ticket", every: number | null = null): Channel {
    return {
      ...{ name, kind: "webhook", from },
      deliver: async (notification) => {
        this.attempts += 1;
        const outcome = await this.answers();
        if (outcome.is === "delivered") this.taken.push(notification);
        return outcome;
      },
      repeat:
        every === null
          ? null
          : {
              every,
              deliver: async (standing) => {
                this.standing.push(standing);
                return this.answers();
              },
            },
    };
  }
}

const HOUR = 3_600_000;
const NOBODY = (): readonly AlertReport[] => [];

function open(
  channels: readonly Channel[],
  outbox = new MemoryOutbox(),
  clock = new HandClock(),
  standing = NOBODY,
) {
  const courier = new Courier(channels, { outbox, clock, standing });
  courier.start();
  const tell = (...notifications: Notification[]): void => {
    const entries = courier.entriesFor(notifications);
    outbox.commit({ put: entries });
    courier.take(entries);
  };
  return { courier, outbox, clock, tell };
}

const of = (alert: string, times: number, kind: Notification["kind"] = "updated") =>
  notificationOf({ id: `${alert}-${times}`, kind }, { id: alert });

test("a channel that is down for an hour gets what it missed, once and in order, across a restart", async () => {
  const receiver = new Receiver();
  receiver.answers = () => failed("the connection was refused");
  const first = open([receiver.channel()]);
  first.tell(of("a", 1, "firing"));
  await first.clock.pass(HOUR / 2);
  const [status] = first.courier.statuses();
  assert.equal(status?.waiting, 1);
  assert.equal(status.lastFailure, "the connection was refused");
  assert.equal(status.failingSince, new Date(1_800_000_000_000).toISOString());
  // Ten in the first minutes, then one in about four.
  assert.ok(receiver.attempts > 8 && receiver.attempts < 20, `${receiver.attempts} attempts`);
  await first.courier.stop();

  const second = open([receiver.channel()], first.outbox, first.clock);
  second.tell(of("a", 2), of("b", 1, "firing"), of("a", 3, "resolved"));
  await second.clock.pass(HOUR / 2);
  receiver.answers = () => DELIVERED;
  await second.clock.pass(300_000);
  const ids = receiver.taken.map(({ id }) => id);
  assert.deepEqual(ids.toSorted(), ["a-1", "a-2", "a-3", "b-1"]);
  assert.deepEqual(
    ids.filter((id) => id.startsWith("a")),
    ["a-1", "a-2", "a-3"],
  );
  assert.deepEqual(second.outbox.waiting(), []);
  await second.clock.pass(HOUR);
  assert.equal(receiver.taken.length, 4);
  assert.equal(second.courier.statuses()[0]?.failingSince, null);
});

test("one channel that hangs does not hold up another", async () => {
  const [hanging, working] = [new Receiver(), new Receiver()];
  hanging.answers = () => new Promise<Outcome>(() => {});
  const { tell, clock } = open([hanging.channel("hangs"), working.channel("works")]);
  tell(of("a", 1, "firing"), of("b", 1, "firing"));
  await clock.pass(1000);
  assert.equal(hanging.attempts, 1);
  assert.equal(working.taken.length, 2);
});

test("what a receiver refuses is given up and counted; what it chokes on lets others pass", async () => {
  const receiver = new Receiver();
  const { tell, clock, courier, outbox } = open([receiver.channel()]);
  receiver.answers = () => ({ is: "refused", because: "it answered 400" });
  tell(of("a", 1, "firing"));
  await clock.pass(1000);
  assert.equal(courier.statuses()[0]?.refused, 1);
  assert.deepEqual(outbox.waiting(), []);

  const chokes = receiver.channel();
  const choking = open([
    {
      ...chokes,
      deliver: async (told, attempt) =>
        told.alert.id === "bad" ? failed("500") : chokes.deliver(told, attempt),
    },
  ]);
  receiver.answers = () => DELIVERED;
  choking.tell(of("bad", 1, "firing"), of("good", 1, "firing"), of("good", 2));
  await choking.clock.pass(60_000);
  assert.deepEqual(
    receiver.taken.map(({ id }) => id),
    ["good-1", "good-2"],
  );
  await choking.clock.pass(1000 * 300_000);
  assert.equal(choking.courier.statuses()[0]?.lost, 1);
  assert.deepEqual(choking.outbox.waiting(), []);
});

test("a fault in a channel is a failed attempt, and says nothing that it was given", async () => {
  const receiver = new Receiver();
  receiver.answers = () => {
    throw new TypeError("https://hooks.example/secret");
  };
  const { tell, clock, courier } = open([receiver.channel()]);
  tell(of("a", 1, "firing"));
  await clock.pass(100);
  assert.equal(courier.statuses()[0]?.lastFailure, "descry could not make it (TypeError)");
});

test("a receiver that asks to wait is left alone for so long", async () => {
  const receiver = new Receiver();
  receiver.answers = () => failed("it answered 429", 120_000);
  const { tell, clock } = open([receiver.channel()]);
  tell(of("a", 1, "firing"));
  await clock.pass(119_000);
  assert.equal(receiver.attempts, 1);
  await clock.pass(2000);
  assert.equal(receiver.attempts, 2);
});

test("who wants pages alone is told that an alert fires when it becomes one", async () => {
  const receiver = new Receiver();
  const { tell, clock } = open([receiver.channel("pager", "page")]);
  tell(notificationOf({ id: "a-1" }, { severity: "ticket" }));
  tell(notificationOf({ id: "a-2", kind: "updated", before: "ticket" }));
  tell(notificationOf({ id: "a-3", kind: "updated", before: "page" }));
  tell(notificationOf({ id: "a-4", kind: "resolved", before: "page" }));
  tell(notificationOf({ id: "b-1", kind: "resolved", before: "ticket" }, { id: "b", severity: "ticket" }));
  await clock.pass(1000);
  assert.deepEqual(
    receiver.taken.map(({ id, kind }) => `${id} ${kind}`),
    ["a-2 firing", "a-3 updated", "a-4 resolved"],
  );
});

test("a receiver that forgets is told again what stands, also while a message fails", async () => {
  const receiver = new Receiver();
  const report = notificationOf().alert;
  const { clock, tell, courier } = open(
    [receiver.channel("am", "ticket", 60_000)],
    new MemoryOutbox(),
    new HandClock(),
    () => [report],
  );
  await clock.pass(200_000);
  assert.equal(receiver.standing.length, 4);
  receiver.answers = () => failed("500");
  tell(of("a", 1, "firing"));
  await clock.pass(HOUR);
  const before = receiver.standing.length;
  assert.ok(before > 6, `${before} times`);
  await courier.stop();
  await clock.pass(HOUR);
  assert.equal(receiver.standing.length, before);
});

test("too many are folded to what is to be said now", async () => {
  const receiver = new Receiver();
  receiver.answers = () => failed("down");
  const { tell, clock, outbox, courier } = open([receiver.channel()]);
  for (let times = 1; times <= 400; times += 1)
    tell(
      of("a", times, times === 1 ? "firing" : "updated"),
      of("b", times, times === 1 ? "firing" : "updated"),
    );
  await clock.pass(1000);
  assert.ok(outbox.waiting().length <= 500);
  receiver.answers = () => DELIVERED;
  await clock.pass(HOUR);
  assert.equal(receiver.taken.at(-1)?.id, "b-400");
  assert.equal(courier.statuses()[0]?.lost, 0);
  for (let at = 0; at < 700; at += 1) {
    receiver.answers = () => failed("down");
    tell(of(`many${at}`, 1, "firing"));
  }
  assert.equal(outbox.waiting().length, 500);
  assert.equal(courier.statuses()[0]?.lost, 200);
});

test("what waits for a channel that is gone is given up", () => {
  const outbox = new MemoryOutbox();
  const before = open([new Receiver().channel("old")], outbox);
  outbox.commit({ put: before.courier.entriesFor([of("a", 1, "firing")]) });
  open([new Receiver().channel("new")], outbox);
  assert.deepEqual(outbox.waiting(), []);
});

/** What a run of the program does; `answer` is how the receiver takes what comes from then on. */
const doing = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant("tell"), alert: fc.nat(3) } as const) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant("wait"), seconds: fc.constantFrom(1, 30, 400) } as const),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("answer"),
      how: fc.constantFrom("yes", "no", "never", "lost"),
    } as const),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom("restart", "kill") } as const) },
);

test("across outages, restarts and kills all arrives, in order; twice only where an answer was lost", async () => {
  let repeated = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(doing, { maxLength: 40 }), async (doings) => {
      const receiver = new Receiver();
      const outbox = new MemoryOutbox();
      const clock = new HandClock();
      const arrived: string[] = [];
      let mayRepeat = 0;
      const deliver =
        (how: string) =>
        async (notification: Notification): Promise<Outcome> => {
          if (how === "yes" || how === "lost") arrived.push(notification.id);
          if (how === "lost") mayRepeat += 1;
          if (how === "never") return new Promise<Outcome>(() => {});
          return how === "yes" ? DELIVERED : failed("down");
        };
      let how = "yes";
      // One that was killed goes on in this process: its answers no longer reach anybody.
      const run = () => {
        let alive = true;
        const channel = {
          ...receiver.channel(),
          deliver: (told: Notification) => (alive ? deliver(how)(told) : new Promise<Outcome>(() => {})),
        };
        const opened = open([channel], outbox, clock);
        const kill = (): void => {
          alive = false;
          // What arrived last may not have been noted.
          mayRepeat += 1;
        };
        return { ...opened, kill };
      };
      let current = run();
      const told: string[] = [];
      const times = [0, 0, 0, 0];
      for (const what of doings) {
        if (what.does === "tell") {
          const time = ((times[what.alert] as number) += 1);
          const notification = of(`${what.alert}`, time, time === 1 ? "firing" : "updated");
          told.push(notification.id);
          current.tell(notification);
        } else if (what.does === "wait") await clock.pass(what.seconds * 1000);
        else if (what.does === "answer") how = what.how;
        else {
          // The receiver hangs: nobody waits for it when the program ends.
          if (what.does === "kill" || how === "never") current.kill();
          else await current.courier.stop();
          current = run();
        }
      }
      current.kill();
      how = "yes";
      current = run();
      await clock.pass(HOUR);
      const once = [...new Set(arrived)];
      assert.deepEqual(once.toSorted(), told.toSorted());
      assert.ok(arrived.length - once.length <= mayRepeat, "told again without need");
      repeated += arrived.length - once.length;
      for (const alert of [0, 1, 2, 3]) {
        const own = once.filter((id) => id.startsWith(`${alert}-`));
        assert.deepEqual(
          own,
          own.map((_, at) => `${alert}-${at + 1}`),
        );
      }
      assert.deepEqual(outbox.waiting(), []);
    }),
    { numRuns: 100 },
  );
  assert.ok(repeated > 0, "no answer was ever lost");
});
