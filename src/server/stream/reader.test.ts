import assert from "node:assert/strict";
import { test } from "node:test";
import { Backlog, MOST_BACKLOG } from "./backlog.ts";
import { EventStream } from "./event-stream.ts";
import type { Outlet } from "./reader.ts";
import { GAP } from "../example-desk.ts";

/** A reader whose taking a test decides. */
class ExampleOutlet implements Outlet {
  writableLength = 0;
  written = "";
  state: "open" | "ended" | "destroyed" = "open";

  write(bytes: Buffer): boolean {
    this.writableLength += bytes.length;
    this.written += bytes.toString("utf8");
    return false;
  }

  end(): void {
    this.state = "ended";
  }

  destroy(): void {
    this.state = "destroyed";
  }
}

function streamAt(clock: { now: number }): EventStream {
  return new EventStream({
    ...{ host: "web-12", run: "0123456789ab", mostReaders: 10, now: () => clock.now },
    ...{ waitingBytes: 1000, waitingMilliseconds: 30_000, heartbeatMilliseconds: 15_000 },
  });
}

test("a quiet reader gets a heartbeat, but not while events come", () => {
  const clock = { now: 0 };
  const stream = streamAt(clock);
  const outlet = new ExampleOutlet();
  stream.open(outlet, null);
  const beats = () => outlet.written.split(": still here\n\n").length - 1;
  for (clock.now = 0; clock.now < 60_000; clock.now += 1000) {
    outlet.writableLength = 0;
    stream.look();
  }
  assert.equal(beats(), 3);
  for (; clock.now < 120_000; clock.now += 10_000) {
    outlet.writableLength = 0;
    stream.publish(GAP);
    stream.look();
  }
  assert.equal(beats(), 3);
});

test("a reader that takes nothing for half a minute is dropped, one that takes late is not", () => {
  const clock = { now: 0 };
  const stream = streamAt(clock);
  const [stuck, late] = [new ExampleOutlet(), new ExampleOutlet()];
  stream.open(stuck, null);
  stream.open(late, null);
  for (clock.now = 0; clock.now <= 30_000; clock.now += 1000) {
    if (clock.now === 29_000) late.writableLength = 0;
    stream.look();
  }
  assert.deepEqual([stuck.state, late.state], ["destroyed", "open"]);
  assert.deepEqual([stream.figures.readers, stream.figures.droppedReaders], [1, 1]);
});

test("a reader for which too much waits is dropped at the next event", () => {
  const stream = streamAt({ now: 0 });
  const outlet = new ExampleOutlet();
  stream.open(outlet, null);
  for (let count = 0; count < 20 && outlet.state === "open"; count++) stream.publish(GAP);
  assert.equal(outlet.state, "destroyed");
  assert.ok(outlet.writableLength <= 1000);
});

test("at the end every reader is ended", () => {
  const stream = streamAt({ now: 0 });
  const outlet = new ExampleOutlet();
  stream.open(outlet, null);
  stream.close();
  assert.deepEqual([outlet.state, stream.figures.readers], ["ended", 0]);
});

test("the backlog is bounded in events and in bytes, and knows what it no longer has", () => {
  const backlog = new Backlog();
  assert.deepEqual([backlog.after(0), backlog.after(1)], [[], null]);
  for (let count = 0; count < 3000; count++) backlog.add((number) => Buffer.from(String(number)));
  const kept = backlog.after(3000 - MOST_BACKLOG.events) ?? assert.fail("all of these are kept");
  assert.deepEqual([kept.length, kept[0]?.number, kept.at(-1)?.number], [1000, 2001, 3000]);
  assert.equal(backlog.after(1999), null);
  for (let count = 0; count < 100; count++) backlog.add(() => Buffer.alloc(100_000));
  assert.ok(backlog.bytes <= MOST_BACKLOG.bytes);
  assert.equal(backlog.after(3100 - 10)?.length, 10);
  assert.equal(backlog.after(3100 - 11), null);
});
