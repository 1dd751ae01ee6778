import assert from "node:assert/strict";
import { test } from "node:test";
import { only } from "../../../test/fixtures/proc/fake-proc.ts";
import { packedRows, type Row } from "../../../test/fixtures/sockdiag/packed-rows.ts";
import type { Fact } from "../../model/facts.ts";
import { ToldGaps } from "../procfs/gaps.ts";
import { Slices } from "../procfs/slices.ts";
import type { SockDiagHandle, SocketsAddon } from "../sockdiag/native.ts";
import { PackedRows } from "../sockdiag/packed.ts";
import { type NamespaceDiag, SockDiag } from "../sockdiag/sockdiag.ts";
import { KnownCookies } from "./cookies.ts";
import { Effort } from "./effort.ts";
import { ClosingsFeed } from "./feed.ts";
import { Listeners } from "./listeners.ts";
import { RestingConnections } from "./rests.ts";

const [TCP, UDP] = [6, 17];
const [EPERM, ENOBUFS] = [1, 105];

/** The addon with a queue of announcements in place of a kernel. */
class FakeKernel {
  waiting: Row[] = [];
  hearing = false;
  /** What the next drain answers instead. */
  error = 0;
  refuses = 0;

  async enter(): Promise<NamespaceDiag> {
    const addon: Partial<SocketsAddon> = {
      openSockDiag: async () => ({}) as SockDiagHandle,
      hearClosings: (_, whether) => {
        this.hearing = whether && this.refuses === 0;
        return -this.refuses;
      },
      drainClosings: (_, into) => {
        const { error } = this;
        this.error = 0;
        if (error !== 0) return -error;
        const taken = this.waiting.splice(0, 1024);
        packedRows(taken, into);
        return taken.length;
      },
    };
    const diag = await new SockDiag(addon as SocketsAddon).enter(7, "/proc/1");
    assert.ok(typeof diag !== "string");
    return diag;
  }
}

class Stage {
  readonly kernel: FakeKernel;
  readonly cookies = new KnownCookies();
  readonly listeners = new Listeners();
  readonly rests = new RestingConnections();
  private readonly feed: ClosingsFeed;
  private uptime = 1000;

  static async open(): Promise<Stage> {
    const kernel = new FakeKernel();
    return new Stage(kernel, await kernel.enter());
  }

  private constructor(kernel: FakeKernel, diag: NamespaceDiag) {
    this.kernel = kernel;
    this.kernel = kernel;
    this.feed = new ClosingsFeed(7, diag, new ToldGaps());
  }

  /** A tick, so many seconds later, with a reading of the tables. */
  async tick(seconds = 1): Promise<Fact[]> {
    this.uptime += seconds;
    const facts: Fact[] = [];
    const effort = new Effort({ now: () => 0, uptime: () => 0, stopwatch: () => 0 }, new Slices());
    await this.feed.read(facts, this.uptime, this, effort);
    this.cookies.begin(this.uptime);
    this.cookies.end(0);
    this.feed.begin(facts, this.uptime);
    return facts;
  }
}

const closed = (remotePort: number, also: Row = {}): Row => ({
  protocol: TCP,
  remote: [10, 0, 0, 7],
  remotePort,
  localPort: 40_000,
  ...also,
});

test("closings are summed by where they led: to a listener, else to the other end", async () => {
  const stage = await Stage.open();
  const { kernel, listeners, cookies } = stage;
  const listening = packedRows([{ state: 10, local: [0, 0, 0, 0], localPort: 80, remote: [0, 0, 0, 0] }]);
  const rows = new PackedRows(listening, 0, 1, "tcp");
  rows.next();
  listeners.add(rows);
  await stage.tick();
  assert.ok(kernel.hearing);
  cookies.add(77);
  kernel.waiting = [
    closed(3306),
    closed(3306, { cookie: 77 }),
    closed(50_001, { localPort: 80 }),
    closed(50_002, { localPort: 80 }),
    closed(0),
    closed(53, { protocol: UDP }),
    closed(0, { protocol: UDP }),
  ];
  assert.deepEqual(only(await stage.tick(), "closings"), [
    {
      fact: "closings",
      netns: 7,
      protocol: "tcp",
      direction: "outbound",
      address: "10.0.0.7:3306",
      count: 2,
      unseen: 1,
    },
    {
      fact: "closings",
      netns: 7,
      protocol: "tcp",
      direction: "inbound",
      address: "0.0.0.0:80",
      count: 2,
      unseen: 2,
    },
    {
      fact: "closings",
      netns: 7,
      protocol: "udp",
      direction: "outbound",
      address: "10.0.0.7:53",
      count: 1,
      unseen: 1,
    },
    { fact: "closings", netns: 7, protocol: "udp", direction: "outbound", address: "", count: 1, unseen: 1 },
  ]);
  assert.deepEqual(await stage.tick(), []);
});

test("closings tell how long connections lived and how often they were used, as far as they were", async () => {
  const stage = await Stage.open();
  const { kernel, cookies } = stage;
  cookies.begin(1000);
  cookies.add(1);
  cookies.end(1);
  await stage.tick();
  cookies.add(2);
  await stage.tick();
  cookies.add(3);
  await stage.tick(9);
  kernel.waiting = [
    closed(3306, { exchanges: 4 }),
    closed(3306, { exchanges: 6 }),
    closed(3306, { exchanges: 0 }),
    closed(3306),
    closed(3306, { exchanges: 900, cookie: 1 }),
    closed(3306, { exchanges: 30, cookie: 2 }),
    closed(3306, { exchanges: 5, cookie: 3 }),
  ];
  const [fact] = only(await stage.tick(), "closings");
  assert.deepEqual(
    [fact?.count, fact?.unseen, fact?.lives],
    [
      7,
      4,
      [
        [2, 10],
        [1, 5],
        [1, 30],
        [0, 0],
      ],
    ],
  );
});

test("a hundred addresses are told one by one, the others as one", async () => {
  const stage = await Stage.open();
  await stage.tick();
  stage.kernel.waiting = Array.from({ length: 150 }, (_, place) => closed(1000 + place)).concat(closed(1149));
  const told = only(await stage.tick(), "closings");
  assert.equal(told.length, 101);
  assert.deepEqual([told[0]?.address, told[0]?.count], ["10.0.0.7:1149", 2]);
  assert.deepEqual([told[100]?.address, told[100]?.count, told[100]?.unseen], ["", 50, 50]);
});

test("a burst is counted; more than 2,000 a second over two seconds are given up, and a gap says so", async () => {
  const stage = await Stage.open();
  await stage.tick();
  const many = (count: number): Row[] => Array.from({ length: count }, () => closed(80));
  for (const count of [3900, 0, 1900, 2000, 2000]) {
    stage.kernel.waiting = many(count);
    const facts = await stage.tick();
    assert.equal(only(facts, "closings")[0]?.count ?? 0, count);
    assert.deepEqual(only(facts, "gap"), []);
  }
  stage.kernel.waiting = many(6000);
  const facts = await stage.tick();
  assert.deepEqual(only(facts, "gap"), [
    { fact: "gap", what: "closings of connections", why: "overflow", pid: null },
  ]);
  assert.ok(!stage.kernel.hearing);
  assert.equal(stage.kernel.waiting.length, 0, "what the kernel kept is dropped");
});

test("the rest after an overflow doubles up to ten minutes; each is told; a calm time makes it short again", async () => {
  const stage = await Stage.open();
  await stage.tick();
  for (const rest of [30, 60, 120, 240, 480, 600, 600]) {
    assert.ok(stage.kernel.hearing);
    stage.kernel.error = ENOBUFS;
    assert.equal(only(await stage.tick(), "gap").length, 1, `before a rest of ${rest}`);
    await stage.tick(rest - 1);
    assert.ok(!stage.kernel.hearing);
    await stage.tick(1);
  }
  assert.ok(stage.kernel.hearing);
  await stage.tick(601);
  stage.kernel.error = ENOBUFS;
  await stage.tick();
  await stage.tick(30);
  assert.ok(stage.kernel.hearing);
});

test("a feed that may not be heard is one gap, and not asked for again", async () => {
  const stage = await Stage.open();
  stage.kernel.refuses = EPERM;
  assert.deepEqual(only(await stage.tick(), "gap"), [
    { fact: "gap", what: "closings of connections", why: "denied", pid: null },
  ]);
  stage.kernel.refuses = 0;
  assert.deepEqual(await stage.tick(10_000), []);
  assert.ok(!stage.kernel.hearing);
});
