import assert from "node:assert/strict";
import { test } from "node:test";
import { Ledger } from "../ledger/ledger.ts";
import type { Fact, ProcessFact } from "../model/facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import { PortAlerts } from "./port-alerts.ts";

const [OWN, OTHER] = [1, 2];

const serviceOf = (pid: number, netns: number): ProcessFact => ({
  fact: "process",
  pid,
  startTicks: 1,
  parent: 1,
  name: `p${pid}`,
  command: [`p${pid}`],
  cgroup: null,
  uid: 0,
  netns,
  softLimit: 1024,
  hardLimit: 1024,
});

const NETWORK: Fact = {
  fact: "network",
  netns: OTHER,
  localPorts: { first: 40_000, last: 40_999, count: 1000 },
  timeWaitReuse: 2,
  reuseAfterSeconds: 1,
  timestamps: true,
  timeWaitMost: 4096,
};

const inTimeWait = (timeWait: number): Fact => ({
  ...{ fact: "ports", netns: OTHER, source: "10.0.0.5", peer: "10.0.0.9:3306", live: 0, timeWait, recent: 0 },
  ages: Array.from({ length: 12 }, () => timeWait / 12),
});

const MOMENT = { at: 0, host: "here", invocation: { program: "descry", sudo: false } };

test("that none is left is told once, though it was confirmed before", () => {
  const ledger = new Ledger(EVERYTHING);
  const alerts = new PortAlerts(ledger);
  const told: unknown[] = [];
  const used = [900, 960, 1000, 990, 1000, 300, 900, 1000];
  for (const [step, timeWait] of used.entries()) {
    const first = step === 0 ? [serviceOf(21, OTHER), NETWORK] : [];
    ledger.apply({ at: 0, uptime: 100 + 10 * step, facts: [...first, inTimeWait(timeWait)] });
    for (const { standing, reason, runway } of alerts.tick(MOMENT))
      told.push([timeWait, standing, reason, runway?.headroom]);
  }
  assert.deepEqual(told, [
    [900, "confirmed", null, 100],
    [1000, "confirmed", "no local port is left", 0],
    [300, "cleared", "its ports are free again", 0],
    [900, "confirmed", null, 100],
    [1000, "confirmed", "no local port is left", 0],
  ]);
});

test("commands go into the network namespace of the ports, even where nobody knows who takes them", () => {
  const full: Fact[] = [
    serviceOf(11, OWN),
    serviceOf(12, OWN),
    serviceOf(13, OWN),
    serviceOf(21, OTHER),
    serviceOf(22, OTHER),
    NETWORK,
    inTimeWait(900),
  ];
  const ledger = new Ledger(EVERYTHING);
  ledger.apply({ at: 0, uptime: 100, facts: full });
  const alerts = new PortAlerts(ledger);
  const [event] = alerts.tick(MOMENT);
  assert.ok(event !== undefined);
  assert.deepEqual([event.service, event.process, event.open, event.processes], [null, null, null, []]);
  assert.deepEqual([...alerts.pids()], []);
  assert.deepEqual(
    event.actions.map(({ when, command }) => [when, command?.split(" ").slice(0, 4).join(" ") ?? null]),
    [
      ["now", "nsenter -t 21 -n"],
      ["before-restart", "descry record --for 30s"],
      ["fix", null],
      ["confirm", "nsenter -t 21 -n"],
    ],
  );
  ledger.apply({ at: 0, uptime: 110, facts: [inTimeWait(300)] });
  const [gone] = alerts.tick(MOMENT);
  assert.equal(gone?.summary, "Withdrawn: an unknown service: its ports are free again.");
});
