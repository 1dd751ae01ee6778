/** Facts of every type for property tests, with the strings that break parsers, terminals and careless escaping. */
import * as fc from "fast-check";
import type { Fact, Facts } from "../model/facts.ts";
import { FACT_SCHEMAS } from "./schema.ts";

const HOSTILE = [
  "",
  "__proto__",
  "constructor",
  '"},{"fact":"end"}',
  "line\nbreak\r\n",
  "\u001b[2J\u0007",
  "\u2028\u2029\ufeff",
  "\ud800",
  "\u0000",
  "/tmp/ünï😀/a b (deleted)",
  "x".repeat(4096),
];

const text = (most: number) =>
  fc
    .oneof(fc.string({ unit: "binary", maxLength: Math.min(most, 30) }), fc.constantFrom(...HOSTILE))
    .map((hostile) => hostile.slice(0, most));
const count = fc.oneof(fc.nat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER));
const pid = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const inode = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const descriptor = fc.nat();
const port = fc.integer({ min: 1, max: 65_535 });
const opening = fc.tuple(descriptor, text(4096));
const limit = fc.option(fc.oneof(count, fc.constant(2 ** 63)));
const oneOf = <T>(schema: { readonly enum: readonly T[] }) => fc.constantFrom(...schema.enum);

/** Plain objects: the ones without a prototype, which fast-check mixes in, are equal to nothing that JSON.parse makes. */
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(fields, { noNullPrototype: true });

const listing = fc.record(
  {
    fact: fc.constant("listing" as const),
    pid,
    first: fc.boolean(),
    since: fc.double({ min: 0, max: 1e9, noNaN: true }),
    opened: fc.array(opening, { maxLength: 20 }),
    closed: fc.array(descriptor, { maxLength: 20 }),
    renamed: fc.array(opening, { maxLength: 3 }),
  },
  { noNullPrototype: true, requiredKeys: ["fact", "pid", "first", "opened", "closed"] },
);

const gap = fc.record(
  {
    fact: fc.constant("gap" as const),
    what: text(200),
    why: oneOf(FACT_SCHEMAS.gap.properties.why),
    pid: fc.option(pid),
    text: text(200),
  },
  { noNullPrototype: true, requiredKeys: ["fact", "what", "why", "pid"] },
);

const seconds = fc.double({ min: 0, max: 1e9, noNaN: true });

const host = fc.record(
  {
    fact: fc.constant("host" as const),
    host: text(64),
    bootId: text(36),
    kernel: text(64),
    bootedAt: fc.nat(),
    openFiles: limit,
    fileMax: limit,
    inotify: record({ instances: count, watches: count }),
  },
  {
    noNullPrototype: true,
    requiredKeys: ["fact", "host", "bootId", "kernel", "bootedAt", "openFiles", "fileMax"],
  },
);

const container = record({
  engine: fc.constantFrom("docker" as const, "podman" as const, "kubernetes" as const, "unknown" as const),
  name: fc.option(text(256)),
  pod: fc.option(record({ namespace: fc.option(text(256)), workload: fc.option(text(256)) })),
  compose: fc.option(record({ project: text(256), service: text(256) })),
});

const process = fc.record(
  {
    fact: fc.constant("process" as const),
    pid,
    startTicks: count,
    parent: fc.nat(),
    name: text(64),
    command: fc.array(text(4096), { maxLength: 5 }),
    cgroup: fc.option(text(4096)),
    uid: fc.option(fc.nat()),
    netns: fc.option(count),
    softLimit: limit,
    hardLimit: limit,
    threadOf: pid,
    container,
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      "fact",
      "pid",
      "startTicks",
      "parent",
      "name",
      "command",
      "cgroup",
      "uid",
      "netns",
      "softLimit",
      "hardLimit",
    ],
  },
);

const socket = fc.record(
  {
    fact: fc.constant("socket" as const),
    netns: count,
    inode,
    protocol: oneOf(FACT_SCHEMAS.socket.properties.protocol),
    state: oneOf(FACT_SCHEMAS.socket.properties.state),
    local: text(200),
    remote: text(200),
    receiveQueue: fc.option(count),
    uid: fc.nat(),
    usedAt: seconds,
    segments: count,
    exchanges: count,
  },
  {
    noNullPrototype: true,
    requiredKeys: ["fact", "netns", "inode", "protocol", "state", "local", "remote", "receiveQueue"],
  },
);

const lived = fc.tuple(count, count);

export const arbitraryFact: fc.Arbitrary<Fact> = fc.oneof(
  host,
  process,
  record({ fact: fc.constant("exit" as const), pid, startTicks: count }),
  record({ fact: fc.constant("pulse" as const), pid, open: count }),
  listing,
  socket,
  record({ fact: fc.constant("socket-gone" as const), inode }),
  record({
    fact: fc.constant("use" as const),
    netns: count,
    sockets: fc.array(fc.oneof(fc.tuple(inode, seconds, count), fc.tuple(inode, seconds, count, count)), {
      maxLength: 20,
    }),
  }),
  record({ fact: fc.constant("socket-protocol" as const), inode, name: text(64) }),
  fc.record(
    {
      fact: fc.constant("held" as const),
      pid,
      number: descriptor,
      of: oneOf(FACT_SCHEMAS.held.properties.of),
      count,
      since: seconds,
    },
    { noNullPrototype: true, requiredKeys: ["fact", "pid", "number", "of", "count"] },
  ),
  fc.record(
    {
      fact: fc.constant("closings" as const),
      netns: count,
      protocol: oneOf(FACT_SCHEMAS.closings.properties.protocol),
      direction: oneOf(FACT_SCHEMAS.closings.properties.direction),
      address: text(200),
      count,
      unseen: count,
      lives: fc.tuple(lived, lived, lived, lived),
    },
    {
      noNullPrototype: true,
      requiredKeys: ["fact", "netns", "protocol", "direction", "address", "count", "unseen"],
    },
  ),
  record({
    fact: fc.constant("resting" as const),
    netns: count,
    address: text(200),
    sockets: fc.array(fc.tuple(inode, seconds), { maxLength: 20 }),
  }),
  record({ fact: fc.constant("inode-clock" as const), inodes: fc.array(inode, { maxLength: 8 }) }),
  record({ fact: fc.constant("counters" as const), netns: count, activeOpens: count, passiveOpens: count }),
  record({ fact: fc.constant("tables" as const), netns: count, timeWait: count, unaccepted: count }),
  record({
    fact: fc.constant("time-wait" as const),
    netns: count,
    address: text(200),
    direction: oneOf(FACT_SCHEMAS["time-wait"].properties.direction),
    count,
  }),
  record({
    fact: fc.constant("network" as const),
    netns: count,
    localPorts: fc.option(record({ first: port, last: port, count: port })),
    timeWaitReuse: fc.option(fc.nat()),
    reuseAfterSeconds: seconds,
    timestamps: fc.option(fc.boolean()),
    timeWaitMost: fc.option(count),
  }),
  record({
    fact: fc.constant("ports" as const),
    netns: count,
    source: text(200),
    peer: text(200),
    live: count,
    timeWait: count,
    recent: count,
    ages: fc.array(count, { maxLength: 12 }),
  }),
  record({
    fact: fc.constant("closed-first" as const),
    netns: count,
    inodes: fc.array(inode, { maxLength: 8 }),
  }),
  gap,
);

/** A few ticks whose uptime never goes back. */
export const arbitraryTicks: fc.Arbitrary<Facts[]> = fc
  .array(
    record({
      at: fc.nat(),
      later: fc.double({ min: 0, max: 1e5, noNaN: true }),
      facts: fc.array(arbitraryFact, { maxLength: 12 }),
    }),
    { maxLength: 5 },
  )
  .map((ticks) => {
    let uptime = 0;
    return ticks.map(({ at, later, facts }) => ({ at, uptime: (uptime += later), facts }));
  });
