import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tick } from "../../agent/observe.ts";
import { run as top } from "../commands/top.ts";
import * as example from "../example/host.ts";
import { surroundingsOf } from "../example/surroundings.ts";
import { readOptions } from "../options.ts";
import { showTop } from "./session.ts";

test("top on a terminal: draws what fits, answers keys at once, quits with q and gives the screen back", async () => {
  const shown: string[] = [];
  const { surroundings, recorded } = surroundingsOf({
    ticks: [
      ...Array.from({ length: 5 }, () => ({
        snapshot: example.exampleHost(),
        events: [example.gapOf({ why: "overflow" })],
      })),
    ],
    outputIsTerminal: true,
    rows: 24,
    before: (tick) => {
      if (tick === 1) {
        for (const key of ["down", "enter", "a", "?", "escape", "escape", "escape", "s"]) {
          recorded.press(key);
          shown.push(recorded.frames.at(-1)?.join("\n") ?? "");
        }
      }
      if (tick === 2) recorded.resize();
      if (tick === 3) recorded.press("q");
    },
  });
  assert.equal(await top({}, null, surroundings), 0);
  assert.equal(
    recorded.frames.length,
    13,
    "a word before the first reading, three ticks, eight keys, one resize",
  );
  assert.ok(recorded.frames.slice(1).every((frame) => frame.length === 24));
  const [moved, details, advice, words, ...back] = shown;
  assert.match(moved ?? "", /^\?>thumbs /m);
  assert.match(moved ?? "", /^not seen: descriptors since 03:04: lost, too much at once$/m);
  assert.match(details ?? "", /^SUSPECT {2}thumbs/);
  assert.match(advice ?? "", /^What to do about thumbs\n/);
  assert.match(words ?? "", /^TIME_WAIT .*hold no open/m);
  assert.match(back[0] ?? "", /^What to do about thumbs\n/);
  assert.match(back[2] ?? "", /^ {2}SERVICE /m);
  assert.match(back[3] ?? "", /s by open .*q quit$/);
  assert.equal(recorded.closed, 2, "the source and the screen");
});

test("top on a terminal: while it is paused the picture stays, and keys still work", async () => {
  const open = (count: number) =>
    example.exampleHost({
      services: [example.serviceOf({ processes: [example.processOf({ open: count })] })],
    });
  const { surroundings, recorded } = surroundingsOf({
    ticks: [1, 2, 3, 4].map((count) => ({ snapshot: open(1000 + count) })),
    outputIsTerminal: true,
    rows: 12,
    before: (tick) => {
      if (tick === 1) recorded.press("p");
      if (tick === 3) recorded.press("p");
    },
  });
  assert.equal(await top({}, null, surroundings), 0);
  const counts = recorded.frames.slice(1).map((frame) => /\b1,00\d\b/.exec(frame.join("\n"))?.[0]);
  assert.deepEqual(counts, ["1,001", "1,001", "1,001", "1,001", "1,001", "1,004"]);
  assert.match(recorded.frames[2]?.join("\n") ?? "", /^paused at 03:04:51, p goes on$/m);
});

test("top on a terminal: r records beside the screen until it is pressed again", async () => {
  const { surroundings, recorded } = surroundingsOf({
    ticks: Array.from({ length: 4 }, () => ({ snapshot: example.exampleHost() })),
    readings: Number.POSITIVE_INFINITY,
    outputIsTerminal: true,
    rows: 24,
    before: (tick) => {
      if (tick === 1 || tick === 3) recorded.press("r");
    },
  });
  assert.equal(await top({ interval: "100ms" }, null, surroundings), 0);
  assert.match(recorded.frames[3]?.at(-2) ?? "", /^recording to gunicorn-\d{8}-\d{6}\.descry, /);
  assert.match(recorded.err[0] ?? "", /^Recorded \d+ s, \d+ readings? to gunicorn-\S+; descry replay /);
  assert.ok(recorded.written.length > 0);
  assert.equal(recorded.closed, 4, "the screen, its source, the recording's source and its file");
});

test("top on a terminal: a source that fails gives the screen back before it is said", async () => {
  const { surroundings, recorded } = surroundingsOf({
    ticks: [{}],
    failure: new Error("broken"),
    outputIsTerminal: true,
    rows: 24,
  });
  await assert.rejects(top({}, null, surroundings), /broken/);
  assert.equal(recorded.closed, 2);
});

test("top on a terminal: q ends it also while the first reading takes long", async () => {
  const { surroundings, recorded } = surroundingsOf({ ticks: [], outputIsTerminal: true, rows: 24 });
  const never: AsyncIterable<Tick> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<Tick>>(() => {}) }),
  };
  const ended = showTop(never, readOptions({}, {}), surroundings);
  while (recorded.frames.length === 0) await new Promise((resolve) => void setImmediate(resolve));
  assert.match(recorded.frames[0]?.[0] ?? "", /^descry {2}looking at every process/);
  recorded.press("a");
  recorded.press("q");
  await ended;
  assert.equal(recorded.closed, 1);
});
