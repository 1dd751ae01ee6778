import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startMkleak, type Mkleak, type MkleakOptions } from "../../lab/mkleak/start.ts";
import { firstVerdict, watchEach, watching, type Watched } from "./matrix.ts";

/** Real leaks: the rule, the kinds that its subject may have, and the seconds within which an even 60/min is confirmed. */
const KINDS = {
  tcp: { rule: "unclosed-connection", subject: ["tcp"], within: 120 },
  "close-wait": { rule: "close-wait", subject: ["tcp"], within: 90 },
  ghost: { rule: "ghost-socket", subject: ["tcp", "socket-other"], within: 90 },
  file: { rule: "descriptor-leak", subject: ["file"], within: 120 },
  pipe: { rule: "descriptor-leak", subject: ["pipe"], within: 120 },
  unix: { rule: "unix-socket-leak", subject: ["unix"], within: 120 },
  "syn-sent": { rule: "stalled-connect", subject: ["tcp"], within: 120 },
  dup: { rule: "descriptor-leak", subject: ["file"], within: 120 },
} as const;

const LEAKS: readonly (readonly [keyof typeof KINDS, number])[] = [
  ...(["tcp", "close-wait", "ghost", "file", "pipe", "unix", "syn-sent", "dup"] as const).map(
    (kind) => [kind, 60] as const,
  ),
  ...(["tcp", "close-wait", "ghost", "file", "pipe", "unix"] as const).map((kind) => [kind, 250] as const),
  ...(["tcp", "close-wait", "file"] as const).map((kind) => [kind, 10] as const),
];

const LOOK_ALIKES: readonly (readonly [string, MkleakOptions])[] = [
  ["pool", {}],
  ["ramp", {}],
  ["step", { more: ["--after", "100s"] }],
  ["sawtooth", { more: ["--period", "20s"] }],
  ["sawtooth", { more: ["--period", "40s"] }],
  ["sawtooth", { more: ["--period", "80s"] }],
  ["burst", {}],
  ["churn", {}],
  ["overflow", {}],
  ["keep-alive", {}],
  ["log-rotate", {}],
  ["fork", {}],
];

/** Look-alikes are watched for this long, and the slowest leaks have as long to show. */
const SECONDS = 330;

interface Case {
  readonly lab: Mkleak;
  readonly watched: Watched;
}

async function start(kind: string, options: MkleakOptions): Promise<Case> {
  const lab = await startMkleak(kind, { forSeconds: SECONDS + 120, ...options });
  return { lab, watched: watching(lab.pid) };
}

describe("mkleak, watched as real processes", () => {
  const leaks = new Map<string, Case>();
  const healthy = new Map<string, Case>();
  const keyOf = (kind: string, options: MkleakOptions): string => [kind, ...(options.more ?? [])].join(" ");

  before(async () => {
    for (const [kind, rate] of LEAKS) leaks.set(`${kind} ${rate}`, await start(kind, { rate }));
    for (const [kind, options] of LOOK_ALIKES) healthy.set(keyOf(kind, options), await start(kind, options));
    await watchEach(
      [...leaks.values(), ...healthy.values()].map(({ watched }) => watched),
      SECONDS,
      () => false,
    );
  });

  after(async () => {
    await Promise.all([...leaks.values(), ...healthy.values()].map(({ lab }) => lab.stop()));
  });

  for (const [kind, rate] of LEAKS) {
    const { rule, subject, within } = KINDS[kind];
    const limit = rate < 60 ? 600 : within;
    it(`confirms ${kind} at ${rate} a minute within ${limit} s, with rule, subject and rate`, async () => {
      const { lab, watched } = leaks.get(`${kind} ${rate}`) as Case;
      const found = firstVerdict(watched, "confirmed");
      assert.ok(found !== undefined, "never confirmed");
      assert.ok(found.seconds <= limit, `only after ${found.seconds.toFixed(0)} s`);
      assert.equal(found.verdict.rule, rule);
      assert.ok(
        (subject as readonly string[]).includes(found.verdict.subject.kind),
        found.verdict.subject.kind,
      );
      if (kind === "tcp" || kind === "close-wait") assert.equal(found.verdict.subject.peer, lab.peer);
      const { kept, t } = await lab.report();
      const truth = (kept / t) * 60;
      const net = found.verdict.netPerMinute ?? 0;
      assert.ok(
        Math.abs(net - truth) <= 0.1 * truth,
        `${net} a minute; mkleak itself counts ${truth.toFixed(1)}`,
      );
      assert.deepEqual(
        new Set(found.verdict.actions.map(({ when }) => when)),
        new Set(["now", "before-restart", "fix", "confirm"]),
      );
    });
  }

  for (const [kind, options] of LOOK_ALIKES) {
    it(`never accuses ${keyOf(kind, options)}`, async () => {
      const { lab, watched } = healthy.get(keyOf(kind, options)) as Case;
      const told = watched.events.flatMap(({ event, seconds }) =>
        (event.type === "verdict" && event.standing === "confirmed") || event.type === "forecast"
          ? [`${seconds.toFixed(0)} s: ${event.summary}`]
          : [],
      );
      assert.deepEqual(told, []);
      // It was alive to the end, and did what it was to be watched at.
      const { opens } = await lab.report();
      assert.ok(opens > 0, "it opened nothing");
      const { descriptors } = watched.analysis.ledger.census;
      assert.ok(descriptors.size > 0, "it was not seen");
    });
  }
});
