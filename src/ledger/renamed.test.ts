import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fact, ProcessFact } from "../model/facts.ts";
import type { SocketFact } from "../model/socket-facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import type { Account } from "./account.ts";
import { RUNGS } from "./rungs.ts";
import { Ledger } from "./ledger.ts";

const NETNS = 4026531840;
const START = 1000;
const TABLES: Fact = { fact: "tables", netns: NETNS, timeWait: 0, unaccepted: 0 };

function processFact(command: string, more: Partial<ProcessFact> = {}): ProcessFact {
  const head = { fact: "process", pid: 9, startTicks: 90, parent: 1, name: "app" } as const;
  return {
    ...head,
    command: [command],
    cgroup: "/",
    uid: 0,
    netns: NETNS,
    softLimit: 99,
    hardLimit: 99,
    ...more,
  };
}

function row(inode: number, more: Partial<SocketFact> = {}): SocketFact {
  const addresses = { local: `10.0.0.1:${40_000 + inode}`, remote: "10.0.0.2:3306" };
  const head = { fact: "socket", netns: NETNS, inode, protocol: "tcp", state: "ESTABLISHED" } as const;
  return { ...head, ...addresses, receiveQueue: 0, ...more };
}

function opening(first: boolean, ...opened: (readonly [number, string])[]): Fact {
  return { fact: "listing", pid: 9, first, opened, closed: [] };
}

/** A ledger that is fed tick after tick, a second apart; empty ticks for `idle` seconds. */
function hostOf(targets = EVERYTHING) {
  const ledger = new Ledger(targets);
  let second = 0;
  const tick = (...facts: readonly Fact[]): void =>
    ledger.apply({ at: second * 1000, uptime: START + second++, facts });
  const idle = (seconds: number): void => {
    for (let at = 0; at < seconds; at++) tick();
  };
  return { ledger, tick, idle };
}

function classIn(ledger: Ledger, service: string, words: string): Account | undefined {
  for (const { of, account } of ledger.classes()) {
    const { kind, peer } = of.subject;
    if (!of.wide && of.service === service && [kind, of.group, peer ?? "-"].join(" ") === words)
      return account;
  }
  return undefined;
}

describe("a process that goes by another name", () => {
  it("is a member of one service alone, also when it had nothing open as it took the name", () => {
    const { ledger, tick } = hostOf();
    const nameNow = (): string => ledger.census.processes.byPid(9)?.service ?? assert.fail("it lives");
    tick(processFact("/opt/one"), opening(true, [3, "/srv/a"]));
    const before = nameNow();
    assert.equal(ledger.byProcess.membersOf(before), 1);
    tick({ fact: "listing", pid: 9, first: false, opened: [], closed: [3] });
    tick(processFact("/opt/two"));
    assert.notEqual(nameNow(), before);
    tick(opening(false, [4, "/srv/b"]));
    assert.deepEqual(
      [before, nameNow()].map((service) => ledger.byProcess.membersOf(service)),
      [0, 1],
    );
    const after = nameNow();
    tick({ fact: "listing", pid: 9, first: false, opened: [], closed: [4] }, processFact("/opt/three"));
    tick({ fact: "exit", pid: 9, startTicks: 90 });
    assert.equal(ledger.byProcess.membersOf(after), 0);
  });

  it("keeps the ages of what it has open, and opened or closed nothing by that", () => {
    const { ledger, tick, idle } = hostOf();
    tick(processFact("/opt/old"), opening(true, [3, "/srv/early"]));
    tick(opening(false, [4, "/srv/late"]));
    idle(60);
    tick(processFact("/opt/new"));
    idle(3);
    const [before, after] = ["old", "new"].map((service) => classIn(ledger, service, "file held -"));
    assert.deepEqual([before?.open, before?.born, before?.died], [0, 1, 0]);
    assert.deepEqual([after?.open, after?.ofUnknownAge, after?.born], [2, 1, 0]);
    assert.equal(after?.cohorts.olderThan(40, ledger.now), 1, "one is known to be a minute old");
    assert.equal(after?.passed[RUNGS.indexOf(40)], 0, "and did not pass that age again");
    const service = ledger.ofService("new");
    assert.deepEqual([service?.open, service?.born, ledger.ofService("old")?.open], [2, 0, 0]);
    idle(25);
    assert.equal(after?.passed[RUNGS.indexOf(80)], 1, "it goes on to pass the next");
    const process = ledger.census.processes.byPid(9) ?? assert.fail("it is there");
    const own = ledger.ofProcess(process);
    assert.deepEqual([own?.open, own?.born, own?.died], [2, 1, 0], "its own account goes on");
    assert.equal(own?.passed[RUNGS.indexOf(40)], 1);
  });

  it("keeps what its descriptors hold inside", () => {
    const { ledger, tick, idle } = hostOf();
    tick(processFact("/opt/old"), opening(true));
    tick(opening(false, [3, "anon_inode:inotify"], [4, "anon_inode:[io_uring]"]));
    tick(
      { fact: "held", pid: 9, number: 3, of: "inotify-watches", count: 12 },
      { fact: "held", pid: 9, number: 4, of: "fixed-files", count: 30 },
    );
    idle(50);
    tick(processFact("/opt/new"));
    const { insides, processes, inotify } = ledger.census;
    const held = [...insides.of(processes.byPid(9)?.index ?? -1)].map(({ of, count }) => [of, count]);
    assert.deepEqual(held, [
      ["inotify-watches", 12],
      ["fixed-files", 30],
    ]);
    assert.equal(inotify.size, 1);
    const fixed = classIn(ledger, "new", "io_uring inside -");
    assert.deepEqual([fixed?.open, fixed?.born, fixed?.cohorts.olderThan(40, ledger.now)], [30, 0, 30]);
    assert.equal(classIn(ledger, "old", "io_uring inside -")?.open, 0);
    tick({ fact: "listing", pid: 9, first: false, opened: [], closed: [4] });
    assert.equal(classIn(ledger, "new", "io_uring inside -")?.open, 0);
  });

  it("keeps what is known of sockets that stand in no table", () => {
    const { ledger, tick, idle } = hostOf();
    tick(processFact("/opt/old"), opening(true), TABLES);
    tick(opening(false, [3, "socket:[7]"], [4, "socket:[8]"], [5, "socket:[9]"]), row(7), row(9), TABLES);
    tick({ fact: "socket-gone", inode: 7 }, TABLES);
    tick(TABLES);
    tick({ fact: "socket-protocol", inode: 8, name: "UDP" }, TABLES);
    idle(50);
    tick({ fact: "socket-gone", inode: 9 }, processFact("/opt/new"), TABLES);
    for (let at = 0; at < 3; at++) tick(TABLES);
    const ghost = classIn(ledger, "new", "tcp no-row 10.0.0.2:3306");
    assert.equal(ghost?.open, 2, "the ghost, and the one that was becoming one");
    assert.equal(ghost?.cohorts.olderThan(40, ledger.now), 1, "as old as each is");
    assert.equal(classIn(ledger, "new", "udp held -")?.open, 1);
    assert.equal(ledger.census.sockets.protocolOf(8), "UDP");
    tick({ fact: "exit", pid: 9, startTicks: 90 });
    assert.deepEqual([...ledger.census.sockets.all()], [], "and nothing is left of them when it ends");
    assert.equal(ledger.census.sockets.protocolOf(8), null);
  });

  it("that is judged from then on brings ages that were seen, and no rates", () => {
    const { ledger, tick, idle } = hostOf({ pids: [], services: ["new"] });
    tick(processFact("/opt/old"), opening(true));
    tick(opening(false, [3, "/srv/a"], [4, "socket:[7]"]), row(7), TABLES);
    idle(50);
    assert.deepEqual([...ledger.classes()], []);
    tick(processFact("/opt/new"));
    assert.equal(classIn(ledger, "new", "tcp held 10.0.0.2:3306")?.cohorts.olderThan(40, ledger.now), 1);
    const process = ledger.census.processes.byPid(9) ?? assert.fail("it is there");
    assert.deepEqual([ledger.ofProcess(process)?.open, ledger.ofProcess(process)?.born], [2, 0]);
    tick({ fact: "exit", pid: 9, startTicks: 90 });
    assert.ok([...ledger.classes()].every(({ account }) => account.open === 0));
  });
});
