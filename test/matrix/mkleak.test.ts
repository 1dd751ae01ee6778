import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startMkleak, type Mkleak, type MkleakOptions } from "../../lab/mkleak/start.ts";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import type { DescriptorKind, RuleName } from "../../src/model/kinds.ts";
import { WatchedLabs } from "./labs.ts";
import {
  everything,
  firstVerdict,
  namedMkleak,
  type Told,
  toldOf,
  watchAll,
  type Watched,
  watching,
} from "./matrix.ts";

interface Kind {
  readonly rule: RuleName;
  /** Kinds that its subject may have. */
  readonly subject: readonly DescriptorKind[];
  /** Seconds within which an even 60 a minute is confirmed. */
  readonly within: number;
  readonly options?: MkleakOptions;
}

const leaked = (rule: RuleName, subject: DescriptorKind, within = 120): Kind => ({
  rule,
  subject: [subject],
  within,
});
const descriptors = (subject: DescriptorKind): Kind => leaked("descriptor-leak", subject);

/** Real leaks of every kind, and what is to be said of them. Where the state itself is proof it comes sooner. */
const KINDS: Readonly<Record<string, Kind>> = {
  tcp: leaked("unclosed-connection", "tcp"),
  unread: leaked("unread-response", "tcp", 90),
  "close-wait": leaked("close-wait", "tcp", 90),
  ghost: leaked("ghost-socket", "tcp", 90),
  "syn-sent": leaked("stalled-connect", "tcp"),
  heartbeat: leaked("unclosed-connection", "tcp"),
  forked: leaked("unclosed-connection", "tcp"),
  thread: leaked("unclosed-connection", "tcp"),
  udp: leaked("udp-socket-leak", "udp"),
  "udp-unbound": leaked("udp-socket-leak", "udp"),
  unix: leaked("unix-socket-leak", "unix"),
  "unix-connected": leaked("unix-socket-leak", "unix"),
  passed: leaked("unix-socket-leak", "unix"),
  netlink: leaked("socket-leak", "netlink"),
  packet: leaked("socket-leak", "packet"),
  raw: leaked("socket-leak", "socket-other"),
  vsock: leaked("socket-leak", "socket-other"),
  file: descriptors("file"),
  "deleted-file": descriptors("deleted-file"),
  dup: descriptors("file"),
  pipe: descriptors("pipe"),
  fifo: descriptors("fifo"),
  memfd: descriptors("memfd"),
  tty: descriptors("tty"),
  device: descriptors("device"),
  eventfd: descriptors("eventfd"),
  eventpoll: descriptors("eventpoll"),
  timerfd: descriptors("timerfd"),
  signalfd: descriptors("signalfd"),
  // A user of its own: the limit of inotify instances is one for all processes of a user.
  inotify: { ...descriptors("inotify"), options: { user: "nobody" } },
  fanotify: descriptors("fanotify"),
  pidfd: descriptors("pidfd"),
  bpf: descriptors("bpf"),
  userfaultfd: descriptors("anon-other"),
  io_uring: descriptors("io_uring"),
  "io_uring-fixed": descriptors("io_uring"),
  bundle: leaked("unclosed-connection", "tcp"),
};

const EVEN_60 = Object.keys(KINDS);
const LEAKS: readonly (readonly [string, number])[] = [
  ...EVEN_60.map((kind) => [kind, 60] as const),
  ...["tcp", "close-wait", "ghost", "file", "pipe", "unix"].map((kind) => [kind, 250] as const),
  ...["tcp", "close-wait", "file"].map((kind) => [kind, 10] as const),
];

const LIMITED: ReadonlySet<string> = new Set(["inotify", "fanotify"]);

/** Leaks that stay a suspicion: without knowing what is normal, growing clients and growing watches look the same. */
const SUSPECTS: Readonly<Record<string, RuleName>> = {
  accepted: "accepted-pileup",
};

const LOOK_ALIKES: readonly (readonly [string, MkleakOptions])[] = [
  ["pool", {}],
  ["recycling-pool", {}],
  ["ramp", {}],
  ["step", { more: ["--after", "100s"] }],
  ["sawtooth", { more: ["--period", "20s"] }],
  ["sawtooth", { more: ["--period", "40s"] }],
  ["sawtooth", { more: ["--period", "80s"] }],
  ["collector", { more: ["--period", "20s"] }],
  ["collector", { more: ["--period", "40s"] }],
  ["queue-worker", {}],
  ["burst", {}],
  ["storm", {}],
  ["churn", {}],
  ["overflow", {}],
  ["keep-alive", {}],
  ["idle-clients", {}],
  ["subscribers", {}],
  ["watchers", {}],
  ["log-rotate", {}],
  ["segments", {}],
  ["segments", { more: ["--manner", "growing"] }],
  ["segments", { more: ["--manner", "merging"] }],
  ["fork", {}],
  ["recycled-workers", {}],
];

/** What is healthy is watched for this long, and the slowest leaks have as long to show. */
const SECONDS = Number(process.env["DESCRY_MATRIX_SECONDS"] ?? 330);

interface Case {
  readonly lab: Mkleak;
  /** What was said of it. */
  readonly told: () => Told[];
}

describe("mkleak and the labs, watched as real processes", () => {
  const whole = everything();
  const labs = new WatchedLabs(whole);
  const named: Watched[] = [];
  const leaks = new Map<string, Case>();
  const suspects = new Map<string, Case>();
  const healthy = new Map<string, Case>();
  const keyOf = (kind: string, options: MkleakOptions): string => [kind, ...(options.more ?? [])].join(" ");
  const cases = (): Case[] => [...leaks.values(), ...suspects.values(), ...healthy.values()];
  let folder: Scratch | null = null;

  /** Each is a service of its own, so that one watch of the whole host tells them apart. */
  async function start(kind: string, options: MkleakOptions): Promise<Case> {
    const lasting = { forSeconds: SECONDS + 120, ...options };
    if (options.user !== undefined) {
      const lab = await startMkleak(kind, lasting);
      return { lab, told: () => toldOf(whole, lab.pid) };
    }
    const name = `${kind}-${cases().length}`;
    const { program, service } = await namedMkleak((folder ??= await makeScratch("matrix")).path, name);
    return { lab: await startMkleak(kind, { ...lasting, program }), told: () => toldOf(whole, service) };
  }

  /** Both ends are here, and the one that opens has the word: so nobody asks about that one. */
  async function startAsked(kind: string): Promise<Case> {
    const { lab } = await start(kind, { rate: 60 });
    const watched = watching({ pids: [lab.pid], services: [] });
    named.push(watched);
    return { lab, told: () => toldOf(watched, lab.pid) };
  }

  async function startAll(): Promise<void> {
    const startLeaks = async (limited: boolean): Promise<void> => {
      for (const [kind, rate] of LEAKS)
        if (LIMITED.has(kind) === limited)
          leaks.set(`${kind} ${rate}`, await start(kind, { rate, ...KINDS[kind]?.options }));
    };
    await startLeaks(false);
    for (const kind of Object.keys(SUSPECTS)) suspects.set(kind, await startAsked(kind));
    for (const [kind, options] of LOOK_ALIKES) healthy.set(keyOf(kind, options), await start(kind, options));
    await startLeaks(true);
  }

  before(async () => {
    // The labs first: some compile. Leaks that meet a limit of the host last: they must not have begun long before the watch.
    await labs.start();
    await startAll();
    await watchAll([whole, ...named], SECONDS);
  });

  after(async () => {
    await Promise.all([labs.stop(), ...cases().map(({ lab }) => lab.stop())]);
    await folder?.remove();
  });

  for (const [kind, rate] of LEAKS) {
    const { rule, subject, within } = KINDS[kind] as Kind;
    const limit = rate < 60 ? 600 : within;
    it(`confirms ${kind} at ${rate} a minute within ${limit} s, with rule, subject and rate`, async (context) => {
      const { lab, told } = leaks.get(`${kind} ${rate}`) as Case;
      const found = firstVerdict(told(), "confirmed");
      assert.ok(found !== undefined, "never confirmed");
      context.diagnostic(`confirmed after ${found.seconds.toFixed(0)} s`);
      assert.ok(found.seconds <= limit, `only after ${found.seconds.toFixed(0)} s`);
      assert.equal(found.verdict.rule, rule);
      assert.ok(subject.includes(found.verdict.subject.kind), found.verdict.subject.kind);
      if (["tcp", "unread", "close-wait", "heartbeat", "bundle"].includes(kind))
        assert.equal(found.verdict.subject.peer, lab.peer);
      const { kept, t } = await lab.report();
      // A limit of the host's (128 inotify instances) ends some before the watch does; of a bundle three are opened at a time.
      const truth = LIMITED.has(kind) ? rate : ((kept / t) * 60) / (kind === "bundle" ? 3 : 1);
      const net = found.verdict.netPerMinute ?? 0;
      // Children that get ten at a time have the last ones later.
      const tolerance = kind === "forked" ? 0.2 : 0.1;
      assert.ok(
        Math.abs(net - truth) <= tolerance * truth,
        `${net} a minute; mkleak itself counts ${truth.toFixed(1)}`,
      );
      assert.deepEqual(
        new Set(found.verdict.actions.map(({ when }) => when)),
        new Set(["now", "before-restart", "fix", "confirm"]),
      );
    });
  }

  for (const kind of EVEN_60) {
    it(`suspects ${kind} at 60 a minute within 60 s`, (context) => {
      const found = firstVerdict((leaks.get(`${kind} 60`) as Case).told(), "suspect");
      context.diagnostic(`suspected after ${found?.seconds.toFixed(0) ?? "no"} s`);
      assert.ok(found !== undefined && found.seconds <= 60);
    });
  }

  for (const [kind, rule] of Object.entries(SUSPECTS)) {
    it(`suspects ${kind} at 60 a minute within 60 s, and no more than that`, () => {
      const { told } = suspects.get(kind) as Case;
      const found = firstVerdict(told(), "suspect");
      assert.ok(found !== undefined && found.seconds <= 60, `${found?.seconds.toFixed(0) ?? "no"} s`);
      assert.equal(found.verdict.rule, rule);
      assert.equal(firstVerdict(told(), "confirmed"), undefined);
    });
  }

  it("tells what rises together as one story, led by the connections", () => {
    const { told } = leaks.get("bundle 60") as Case;
    const verdicts = told().flatMap(({ event }) => (event.type === "verdict" ? [event] : []));
    assert.equal(new Set(verdicts.map(({ story }) => story)).size, 1);
    const led = verdicts.find(
      ({ rule, standing }) => rule === "unclosed-connection" && standing === "confirmed",
    );
    assert.deepEqual(new Set(led?.alsoRising.map(({ kind }) => kind)), new Set(["eventfd", "eventpoll"]));
  });

  for (const [kind, options] of LOOK_ALIKES) {
    it(`never accuses ${keyOf(kind, options)}`, async () => {
      const { lab, told } = healthy.get(keyOf(kind, options)) as Case;
      const accused = told().flatMap(({ event, seconds }) =>
        (event.type === "verdict" && event.standing === "confirmed") || event.type === "forecast"
          ? [`${seconds.toFixed(0)} s: ${event.summary}`]
          : [],
      );
      assert.deepEqual(accused, []);
      // It was alive to the end, and did what it was to be watched at.
      const { opens } = await lab.report();
      assert.ok(opens > 0, "it opened nothing");
      const process = whole.analysis.ledger.census.processes.byPid(lab.pid);
      assert.ok(process !== undefined && (process.open ?? 0) > 0, "it was not seen");
    });
  }

  labs.tests();
});
