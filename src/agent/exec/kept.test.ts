import assert from "node:assert/strict";
import { test } from "node:test";
import { subjectOf } from "../../census/classes.ts";
import type { Subject } from "../../model/events.ts";
import type { Member } from "./family.ts";
import { type Kept, keptBy, withoutOtherEnds } from "./kept.ts";
import { heldOf, newRecord, type Record } from "./record.ts";

const RUN = { from: 100, to: 108, settled: 111 };
const toDatabase = subjectOf("tcp", { direction: "outbound", peer: "127.0.0.1:5432" });

function recordOf(options: { elder: boolean; endedAt?: number }): Record {
  const fact = {
    ...({
      fact: "process",
      pid: 7,
      startTicks: 1,
      parent: 1,
      name: "node",
      command: ["node", "server.js"],
    } as const),
    ...{ cgroup: null, uid: 0, netns: 1, softLimit: null, hardLimit: null },
  };
  const member: Member = {
    pid: 7,
    startTicks: 1,
    origin: options.elder ? "named" : "command",
    fact,
    elder: options.elder,
    endedAt: options.endedAt ?? null,
  };
  const record = newRecord(member, options.elder ? 99 : 100);
  record.seenAt = options.endedAt ?? RUN.settled;
  return record;
}

/** Counts by time, and the births of those that are open in the end. */
function hold(
  record: Record,
  subject: Subject,
  counts: readonly (readonly [number, number])[],
  births: readonly number[],
): void {
  const held = heldOf(record, JSON.stringify(subject), () => subject);
  for (const [at, count] of counts) held.series.note(at, count);
  held.births = births.map((at) => ({ at, notBefore: at - 0.1, usedAgain: null }));
}
const figures = ({ before, peak, after, kept }: Kept) => [before, peak, after, kept];
const evenly = (count: number) => Array.from({ length: count }, (_, i) => 100 + (8 * (i + 0.5)) / count);

test("a process that outlives the command kept what it has more than before, of what came during the run", () => {
  const record = recordOf({ elder: true });
  hold(
    record,
    toDatabase,
    [
      [99, 12],
      [102, 83],
      [104, 153],
      [106, 225],
      [107.9, 301],
      [109, 296],
    ],
    evenly(284),
  );
  assert.deepEqual(keptBy(record, RUN).map(figures), [[12, 301, 296, 284]]);
  assert.deepEqual(keptBy(record, RUN)[0]?.quarters, [71, 70, 72, 76]);
});

test("one connection more is one; as many others in the place of the old ones are none", () => {
  const one = recordOf({ elder: true });
  hold(
    one,
    toDatabase,
    [
      [99, 3],
      [101, 4],
    ],
    [101],
  );
  assert.deepEqual(keptBy(one, RUN).map(figures), [[3, 4, 4, 1]]);
  const replaced = recordOf({ elder: true });
  hold(
    replaced,
    toDatabase,
    [
      [99, 3],
      [101, 6],
      [102, 3],
    ],
    [101, 101, 101],
  );
  assert.deepEqual(keptBy(replaced, RUN).map(figures), [[3, 6, 3, 0]]);
});

test("what was opened after the command, or is there for the last look only, is not its doing", () => {
  const later = recordOf({ elder: true });
  hold(
    later,
    toDatabase,
    [
      [99, 0],
      [109, 5],
    ],
    [109, 109, 109, 109, 109],
  );
  assert.equal(keptBy(later, RUN)[0]?.kept, 0);
  const passing = recordOf({ elder: true });
  hold(
    passing,
    toDatabase,
    [
      [99, 0],
      [103, 5],
      [104, 0],
      [110.9, 5],
    ],
    [103, 103, 103, 103, 103],
  );
  assert.equal(keptBy(passing, RUN)[0]?.kept, 0);
});

test("a process that the run started is judged by what it piled up until its end", () => {
  const record = recordOf({ elder: false, endedAt: 108 });
  hold(
    record,
    toDatabase,
    evenly(20).map((at, i) => [at, i + 1] as const),
    evenly(20),
  );
  hold(record, subjectOf("pipe"), [[100, 3]], []);
  assert.deepEqual(keptBy(record, RUN).map(figures), [[0, 20, 20, 20]]);
});

test("a leak that spreads over many peers is one", () => {
  const record = recordOf({ elder: false, endedAt: 108 });
  for (const [i, at] of evenly(20).entries())
    hold(record, subjectOf("tcp", { direction: "outbound", peer: `10.0.0.${i}:443` }), [[at, 1]], [at]);
  assert.deepEqual(
    keptBy(record, RUN).map(({ subject, kept }) => [subject.peer, kept]),
    [["*:443", 20]],
  );
});

test("a client's leak is not told again of the server that ended with it", () => {
  const client = recordOf({ elder: false, endedAt: 108 });
  hold(client, toDatabase, [[108, 20]], evenly(20));
  const server = recordOf({ elder: false, endedAt: 108 });
  hold(server, subjectOf("tcp", { direction: "inbound", peer: "0.0.0.0:5432" }), [[108, 20]], evenly(20));
  const told = withoutOtherEnds([...keptBy(client, RUN), ...keptBy(server, RUN)]);
  assert.deepEqual(
    told.map(({ subject }) => subject.direction),
    ["outbound"],
  );
});
