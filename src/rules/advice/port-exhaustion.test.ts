import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { it } from "node:test";
import type { Occupancy } from "../../indicators/ports.ts";
import type { NetworkFact } from "../../model/port-facts.ts";
import { PLAIN_CASE } from "../case.ts";
import type { PortCase } from "../port-case.ts";
import { portActions, portEvidence, summarizePorts } from "./port-exhaustion.ts";

const OCCUPANCY: Occupancy = {
  most: 28_232,
  used: 15_000,
  live: 40,
  timeWait: 14_960,
  reusable: false,
  timeWaitMost: 131_072,
  ages: [],
};
const NETWORK: NetworkFact = {
  fact: "network",
  netns: 1,
  localPorts: { first: 32_768, last: 60_999, count: 28_232 },
  timeWaitReuse: 2,
  reuseAfterSeconds: 1,
  timestamps: true,
  timeWaitMost: 131_072,
};

function caseOf(
  ports: Partial<PortCase["ports"]> = {},
  occupancy: Partial<Occupancy> = {},
  more: Partial<PortCase> = {},
): PortCase {
  const at = Date.UTC(2026, 0, 1);
  const peer = ports.peer ?? "10.0.0.9:3306";
  return {
    ...PLAIN_CASE,
    at,
    rule: "port-exhaustion",
    service: "gunicorn.service",
    pid: process.pid,
    command: "gunicorn app:app",
    subject: { kind: "tcp", direction: "outbound", peer, product: "MySQL", state: "TIME_WAIT", path: null },
    open: 100,
    limit: 1024,
    hardLimit: 4096,
    subjectOpen: 40,
    headroom: 924,
    rates: { windowSeconds: 60, bornPerMinute: 36_000, diedPerMinute: 0, netPerMinute: 36_000 },
    exhaustedAt: { p05: at + 20_000, p50: at + 22_000, p95: at + 24_000 },
    invocation: { program: "descry", sudo: true },
    ports: {
      source: "10.0.0.5",
      peer,
      occupancy: { ...OCCUPANCY, ...occupancy },
      network: NETWORK,
      openedPerSecond: 600,
      plateau: 36_040,
      certainty: "seen",
      inside: process.pid,
      ...ports,
    },
    ...more,
  };
}

const wide = { ...NETWORK, localPorts: { first: 1024, last: 65_535, count: 64_512 }, timeWaitReuse: 1 };
const NOBODY = { service: null, pid: null, command: null, open: null, limit: null } as const;
const CASES: readonly (readonly [string, PortCase, now: RegExp | null])[] = [
  ["TIME_WAIT", caseOf(), /^sudo sysctl -w net\.ipv4\.tcp_tw_reuse=1$/],
  [
    "TIME_WAIT in another network",
    caseOf({ inside: 812 }, {}, { otherNetwork: true }),
    /^sudo nsenter -t 812 -n sysctl -w net\.ipv4\.tcp_tw_reuse=1$/,
  ],
  [
    "open connections",
    caseOf({ plateau: null }, { live: 15_000, timeWait: 0 }),
    /^sudo sysctl -w net\.ipv4\.ip_local_port_range="16384 65535"$/,
  ],
  ["nothing left to set", caseOf({ network: wide }, { reusable: true }), null],
  [
    "nobody known, in another network",
    caseOf({ certainty: null, inside: 813 }, {}, { otherNetwork: true, ...NOBODY }),
    /^sudo nsenter -t 813 -n sysctl -w net\.ipv4\.tcp_tw_reuse=1$/,
  ],
  [
    "another network that nobody leads into",
    caseOf({ certainty: null, inside: null }, {}, { otherNetwork: true, ...NOBODY }),
    null,
  ],
  ["few seen", caseOf({ certainty: "some" }), /tcp_tw_reuse/],
  ["nobody known", caseOf({ certainty: null }, {}, NOBODY), /tcp_tw_reuse/],
  ["no end", caseOf({ plateau: 16_000 }, {}, { exhaustedAt: null }), /tcp_tw_reuse/],
];

for (const [name, of, now] of CASES)
  it(`port-exhaustion says what to do in all four moments: ${name}`, (context) => {
    const actions = portActions(of);
    assert.deepEqual(
      actions.map(({ when }) => when),
      ["now", "before-restart", "fix", "confirm"],
    );
    const words = [summarizePorts(of), ...portEvidence(of), ...actions.map(({ text }) => text)].join("\n");
    assert.doesNotMatch(words, /undefined|null|NaN| {2}/);
    assert.match(words, /another resource than open files/);
    if (now === null) assert.equal(actions[0]?.command, null);
    else assert.match(actions[0]?.command ?? "", now);
    for (const { command } of actions) {
      assert.doesNotMatch(command ?? "", /pid (0|null)/);
      if (command !== null) execFileSync("sh", ["-n", "-c", command]);
    }
    const confirm = (actions[3]?.command ?? "").replace(/^sudo (nsenter -t \d+ -n )?/, "");
    const { status, stderr } = spawnSync("sh", ["-c", confirm], { encoding: "utf8" });
    if (/ss: not found/.test(stderr)) return context.skip("needs ss(8)");
    assert.deepEqual([status, stderr], [0, ""], confirm);
  });

it("gives no command with an address that only a recording can have", () => {
  const of = caseOf({ peer: "'; touch /tmp/descry-was-here; '" });
  assert.equal(portActions(of)[3]?.command, null);
});
