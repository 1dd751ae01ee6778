import assert from "node:assert/strict";
import { test } from "node:test";
import { Ledger } from "../ledger/ledger.ts";
import type { Fact, ProcessFact } from "../model/facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import type { TimeWaitFact } from "../model/socket-facts.ts";
import { openerOf, splitTimeWait } from "./port-openers.ts";

const NETNS = 1;
const PEER = "10.0.0.9:3306";

function serviceOf(pid: number, name: string, uid: number): ProcessFact {
  return {
    fact: "process",
    pid,
    startTicks: 1,
    parent: 1,
    name,
    command: [name],
    cgroup: `/system.slice/${name}.service`,
    uid,
    netns: NETNS,
    softLimit: 1024,
    hardLimit: 1024,
  };
}

const connection = (inode: number, uid: number, remote = PEER): Fact => ({
  fact: "socket",
  netns: NETNS,
  inode,
  protocol: "tcp",
  state: "ESTABLISHED",
  local: `10.0.0.5:${40_000 + inode}`,
  remote,
  receiveQueue: 0,
  uid,
});

const listing = (pid: number, opened: number[], closed: number[] = [], first = true): Fact => ({
  fact: "listing",
  pid,
  first,
  opened: opened.map((inode) => [inode, `socket:[${inode}]`] as const),
  closed,
});

const timeWait = (count: number): TimeWaitFact => ({
  fact: "time-wait",
  netns: NETNS,
  address: PEER,
  direction: "outbound",
  count,
});
const ports = { fact: "ports", netns: NETNS, source: "10.0.0.5", peer: PEER } as const;

function watched(...ticks: Fact[][]): Ledger {
  const ledger = new Ledger(EVERYTHING);
  for (const [second, facts] of ticks.entries()) ledger.apply({ at: 0, uptime: 100 + second, facts });
  return ledger;
}

const WEB = serviceOf(11, "web", 100);
const JOBS = serviceOf(12, "jobs", 200);

test("rows in TIME_WAIT belong to who held the connection; of several the rest is unattributed", () => {
  const ledger = watched(
    [
      WEB,
      JOBS,
      connection(1, 100),
      connection(2, 100),
      connection(3, 200),
      listing(11, [1, 2]),
      listing(12, [3]),
    ],
    [listing(11, [], [1], false)],
    // The tables tell of the second before the listing does.
    [{ fact: "closed-first", netns: NETNS, inodes: [1, 2, 3, 77] }, timeWait(10)],
  );
  assert.deepEqual(splitTimeWait(ledger, timeWait(10)), {
    netns: NETNS,
    direction: "outbound",
    address: PEER,
    count: 10,
    services: [
      { service: "web.service", count: 2 },
      { service: "jobs.service", count: 1 },
    ],
    unattributed: 7,
  });
  assert.equal(splitTimeWait(ledger, timeWait(2)).unattributed, 0, "never more than there are");
  ledger.apply({ at: 0, uptime: 200, facts: [] });
  assert.deepEqual(splitTimeWait(ledger, timeWait(10)).services, [], "they are over after a minute");
});

test("where one service alone has connections all are its own; on a listener's port, the listener's", () => {
  const listener: Fact = {
    ...(connection(5, 100, "0.0.0.0:0") as Extract<Fact, { fact: "socket" }>),
    state: "LISTEN",
    local: "0.0.0.0:8000",
  };
  const ledger = watched([WEB, JOBS, connection(3, 200), listener, listing(12, [3]), listing(11, [5])]);
  assert.deepEqual(splitTimeWait(ledger, timeWait(9)).services, [{ service: "jobs.service", count: 9 }]);
  const inbound = { ...timeWait(4), direction: "inbound", address: "0.0.0.0:8000" } as const;
  assert.deepEqual(splitTimeWait(ledger, inbound).services, [{ service: "web.service", count: 4 }]);
});

test("who opens connections too short to be seen in its hands: the only one with their user, else nobody", () => {
  const fact = { ...ports, live: 1, timeWait: 500, recent: 0, ages: [] };
  const seen = watched([WEB, JOBS, connection(3, 200), listing(12, [3])]);
  assert.deepEqual(
    [openerOf(seen, fact)?.service, openerOf(seen, fact)?.certainty],
    ["jobs.service", "some"],
    "one of 501: the others may be of somebody whose connections are shorter",
  );
  assert.equal(openerOf(seen, { ...fact, timeWait: 1 })?.certainty, "seen");
  const other = [connection(4, 200, "10.0.0.8:80"), listing(12, [4])];
  const user = watched([WEB, JOBS, listing(11, []), connection(3, 200), ...other]);
  assert.deepEqual(
    [openerOf(user, fact)?.service, openerOf(user, fact)?.certainty],
    ["jobs.service", "only"],
  );
  assert.equal(openerOf(watched([WEB, JOBS]), fact), null);
  const server: Fact = {
    ...(connection(5, 100, "0.0.0.0:0") as Extract<Fact, { fact: "socket" }>),
    state: "LISTEN",
    local: PEER,
  };
  const peered = watched([WEB, JOBS, server, listing(11, [5]), ...other]);
  assert.equal(openerOf(peered, fact)?.service, "jobs.service", "who serves the peer is not it");
  assert.equal(openerOf(watched([WEB, server, listing(11, [5])]), fact)?.service, "web.service");
});

test("a program that runs beside is not named: it has no connections, or is younger than the first of them", () => {
  const fact = {
    ...ports,
    live: 0,
    timeWait: 500,
    recent: 0,
    ages: [0, 0, 0, 200, 200, 100, 0, 0, 0, 0, 0, 0],
  };
  const sleep = serviceOf(13, "sleep", 100);
  assert.equal(openerOf(watched([sleep, listing(13, [])]), fact), null, "nobody else is there any more");
  const other = [connection(4, 200, "10.0.0.8:80"), listing(12, [4])];
  const of = (jobs: ProcessFact, ...more: Fact[]) =>
    openerOf(watched([sleep, listing(13, []), jobs, ...other, ...more]), fact)?.service;
  assert.equal(of(JOBS), "jobs.service");
  assert.equal(of({ ...JOBS, startTicks: 9000 }), undefined, "10 s old, and the first was closed 25 s ago");
  assert.equal(of(JOBS, WEB), undefined, "what the other holds is not known");
  assert.equal(of(JOBS, WEB, listing(11, [])), "jobs.service");
  const both = [WEB, connection(5, 100, "10.0.0.8:80"), listing(11, [5])];
  assert.equal(of(JOBS, ...both), undefined, "either could");
});
