import { test } from "node:test";
import assert from "node:assert/strict";
import { failed, DELIVERED, type Outcome } from "./channel.ts";
import { HandClock, HOUR, of, open, Receiver } from "./made-courier.ts";
import { notificationOf } from "./made-notifications.ts";
import { MemoryOutbox } from "./memory-outbox.ts";

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
