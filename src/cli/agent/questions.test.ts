import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { listingOf, openDescriptorOf } from "../../server/example-listing.ts";
import { Questions } from "./questions.ts";

/** The other thread, which answers when the test says so. */
class Other {
  readonly asked: { readonly listing: number; readonly pid: number }[] = [];
  now = 0;
  readonly questions = new Questions({ ask: (one) => this.asked.push(one), now: () => this.now });

  /** Answers the question at that place in two parts. */
  answer(place: number): void {
    const { listing = 0, pid } = this.asked[place] ?? {};
    const { descriptors, ...head } = listingOf([openDescriptorOf(), openDescriptorOf({ number: 4 })], pid);
    this.questions.take(listing, { head }, false);
    this.questions.take(listing, { descriptors: descriptors.slice(0, 1) }, false);
    this.questions.take(listing, { descriptors: descriptors.slice(1) }, true);
  }
}

test("questions: an answer is put together from its parts, and serves all who ask within seconds", async () => {
  const other = new Other();
  const asked = [other.questions.listing(7), other.questions.listing(7)];
  assert.equal(other.asked.length, 1);
  other.answer(0);
  const [one, same] = await Promise.all(asked);
  assert.deepEqual(one, { listing: listingOf([openDescriptorOf(), openDescriptorOf({ number: 4 })], 7) });
  assert.equal(same, one);
  assert.equal(await other.questions.listing(7), one);
  other.now = 4001;
  void other.questions.listing(7);
  assert.equal(other.asked.length, 2, "it is asked anew");
  other.questions.end();
});

test("questions: that there is none is told, and not kept", async () => {
  const other = new Other();
  const asked = other.questions.listing(7);
  other.questions.take(1, { none: "denied" }, true);
  assert.deepEqual(await asked, { none: "denied" });
  void other.questions.listing(7);
  assert.equal(other.asked.length, 2);
  other.questions.end();
});

test("questions: a process that has nothing open has an answer too", async () => {
  const other = new Other();
  const asked = other.questions.listing(7);
  const { descriptors: _, ...head } = listingOf([], 7);
  other.questions.take(1, { head }, true);
  assert.deepEqual(await asked, { listing: listingOf([], 7) });
});

test("questions: only few wait; when one is answered another may", async () => {
  const other = new Other();
  const waiting = [1, 2, 3, 4].map((pid) => other.questions.listing(pid));
  assert.deepEqual(await other.questions.listing(5), { none: "busy" });
  other.answer(0);
  await waiting[0];
  const fifth = other.questions.listing(5);
  assert.equal(other.asked.at(-1)?.pid, 5);
  other.questions.end();
  assert.deepEqual(
    await Promise.all([...waiting.slice(1), fifth]),
    Array.from({ length: 4 }, () => ({ none: "late" })),
  );
});

test("questions: nobody waits for ever, and an answer that comes too late harms nothing", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const other = new Other();
    const asked = other.questions.listing(7);
    mock.timers.tick(8000);
    assert.deepEqual(await asked, { none: "late" });
    other.answer(0);
    const again = other.questions.listing(7);
    assert.equal(other.asked.length, 2);
    other.answer(1);
    assert.ok("listing" in (await again));
  } finally {
    mock.timers.reset();
  }
});
