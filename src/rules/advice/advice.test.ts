import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import type { Subject } from "../../model/events.ts";
import { DESCRIPTOR_KINDS, RULES, type RuleName } from "../../model/kinds.ts";
import { type Case, PLAIN_CASE } from "../case.ts";
import { actionsFor, summarize } from "./advice.ts";

/** Has words of its own: port-exhaustion.test.ts. */
const APART: ReadonlySet<RuleName> = new Set(["port-exhaustion"]);
const MOMENTS = ["now", "before-restart", "fix", "confirm"];

function subjectOf(traits: Partial<Subject>): Subject {
  return { kind: "file", direction: null, peer: null, product: null, state: null, path: null, ...traits };
}

/** A case about this very process, so that what is to be pasted finds something. */
function caseOf(traits: Partial<Case>): Case {
  return {
    ...PLAIN_CASE,
    at: Date.UTC(2026, 0, 1),
    rule: "descriptor-leak",
    service: "node",
    pid: process.pid,
    command: "node server.js",
    subject: subjectOf({}),
    open: 100,
    limit: 1024,
    hardLimit: 4096,
    subjectOpen: 60,
    headroom: 924,
    rates: { windowSeconds: 60, bornPerMinute: 61, diedPerMinute: 1, netPerMinute: 60 },
    invocation: { program: "descry", sudo: false },
    ...traits,
  };
}

const tcp = subjectOf({ kind: "tcp", direction: "outbound", peer: "127.0.0.1:3306", state: "ESTABLISHED" });
/** Connections that are opened beside a pool of 20. */
const bypass = (closedPerMinute: number): Case =>
  caseOf({
    rule: "pool-bypass",
    subject: tcp,
    rates: {
      windowSeconds: 60,
      bornPerMinute: 3000,
      diedPerMinute: closedPerMinute,
      netPerMinute: 3000 - closedPerMinute,
    },
    pool: {
      expected: 20,
      expectedBy: "declared",
      open: 24,
      reused: 20,
      bornPerMinute: 3000,
      exchangesPerConnection: 4,
      bornWhileIdleShare: 0.967,
      lifetimeSeconds: 1,
    },
  });
const HOSTILE = `/tmp/a'; touch /tmp/descry-was-here; '$(id)\n`;

/** A case for each rule, and for each kind that a rule speaks of in other words. */
const CASES: readonly (readonly [string, Case])[] = [
  ...RULES.filter((rule) => !APART.has(rule)).map((rule) => [rule, caseOf({ rule, subject: tcp })] as const),
  ...DESCRIPTOR_KINDS.map((kind) => [`kind ${kind}`, caseOf({ subject: subjectOf({ kind }) })] as const),
  ...(["tcp", "netlink", "packet", "socket-other"] as const).map(
    (kind) => [`sockets ${kind}`, caseOf({ rule: "socket-leak", subject: subjectOf({ kind }) })] as const,
  ),
  ["files of a hostile folder", caseOf({ subject: subjectOf({ path: HOSTILE }) })],
  ["files of a ring", caseOf({ subject: subjectOf({ kind: "io_uring" }), inside: true })],
  [
    "descriptors in flight",
    caseOf({ rule: "unix-socket-leak", subject: subjectOf({ kind: "unix" }), inside: true }),
  ],
  ...(["inotify instances", "inotify watches"] as const).map(
    (of) =>
      [
        of,
        caseOf({
          rule: "inotify-exhaustion",
          subject: subjectOf({ kind: "inotify" }),
          shared: { of, used: 120, most: 128, uid: 1000 },
        }),
      ] as const,
  ),
  ["a bypassed pool, all closed", bypass(3000)],
  ["a bypassed pool, some kept", bypass(2000)],
  [
    "the host's open files",
    caseOf({
      rule: "host-file-limit",
      shared: { of: "open files", used: 9600, most: 10_000, uid: null },
    }),
  ],
];

describe("advice", () => {
  for (const [name, of] of CASES) {
    it(`says what to do in all four moments: ${name}`, (context) => {
      const actions = actionsFor(of);
      assert.deepEqual(
        actions.map(({ when }) => when),
        MOMENTS,
      );
      for (const { text } of actions) assert.doesNotMatch(text, /undefined|null|NaN/);
      assert.doesNotMatch(summarize(of, true) + summarize(of, false), /undefined|null|NaN| {2}/);
      // What confirms only reads, and can be pasted here: every program in it exists and takes what it is given.
      const command = actions.find(({ when }) => when === "confirm")?.command ?? "";
      const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
      for (const action of actions) {
        if (action.command !== null) execFileSync("sh", ["-n", "-c", action.command]);
      }
      if (/\b(ss|lsof): not found/.test(stderr)) return context.skip("needs ss(8) and lsof(8)");
      assert.ok(status === 0 || status === 1, `${command}: ${status} ${stderr}`);
      assert.doesNotMatch(stderr, /usage|invalid|unrecognized|not found|syntax/i, command);
    });
  }

  it("looks at sockets where they are: in the network namespace of the process", () => {
    const leak: Partial<Case> = {
      rule: "close-wait",
      pid: 812,
      subject: subjectOf({ kind: "tcp", direction: "outbound", peer: "10.0.0.2:3306", state: "CLOSE_WAIT" }),
    };
    const confirm = (more: Partial<Case>): string | null | undefined =>
      actionsFor(caseOf({ ...leak, ...more })).find(({ when }) => when === "confirm")?.command;
    assert.match(confirm({}) ?? "", /^(sudo )?ss -Htnp/);
    assert.match(confirm({ otherNetwork: true }) ?? "", /^(sudo )?nsenter -t 812 -n ss -Htnp/);
  });

  it("of a bypassed pool says expected against actual, and buys time only where something is kept", () => {
    const [closed, kept] = [bypass(3000), bypass(2000)];
    const words = summarize(closed, false);
    assert.match(
      words,
      /^node opens connections to 127\.0\.0\.1:3306 past its pool\. It opened 3,000 a minute and closed as many\./,
    );
    assert.match(
      words,
      /Its pool needs 20 \(declared\); 24 are open; 96% of those opened came while 3 or more of the pool stood idle;/,
    );
    assert.match(summarize(closed, true), /^node may be opening /);
    assert.match(actionsFor(closed)[0]?.command ?? "", /^ss -Htn state time-wait dst '127\.0\.0\.1:3306'/);
    assert.match(actionsFor(kept)[0]?.command ?? "", /^prlimit /);
  });

  it("of what follows is mended where that is mended which leads it", () => {
    const leader = { subject: tcp, each: 1, netPerMinute: 60 };
    const actions = actionsFor(caseOf({ subject: subjectOf({ kind: "eventfd" }), leader }));
    assert.deepEqual(
      actions.map(({ when }) => when),
      MOMENTS,
    );
    const fix = actions.find(({ when }) => when === "fix");
    assert.match(fix?.text ?? "", /^Mend the leak of its connections to 127\.0\.0\.1:3306:/);
  });

  it("counts what comes with each", () => {
    const rising = (kind: Subject["kind"], each: number) => ({
      subject: subjectOf({ kind }),
      each,
      netPerMinute: 60 * each,
    });
    const words = (companions: Case["companions"]): string =>
      summarize(caseOf({ subject: tcp, companions }), false);
    assert.match(
      words([rising("eventfd", 1), rising("eventpoll", 1), rising("pipe", 4)]),
      /With each, an eventfd, an eventpoll and 4 pipe ends: one cause\./,
    );
    assert.match(words([rising("eventfd", 0.5)]), /With every 2, an eventfd: one cause\./);
  });
});
