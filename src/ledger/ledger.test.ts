import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fact, ProcessFact } from "../model/facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import { Ledger } from "./ledger.ts";

const NETNS = 4026531840;

function processFact(pid: number, more: Partial<ProcessFact> = {}): ProcessFact {
  const startTicks = pid * 10;
  const limits = { softLimit: 1024, hardLimit: 4096 };
  const fact = { fact: "process", pid, startTicks, parent: 1, name: "app", command: ["/opt/app"] } as const;
  return { ...fact, cgroup: "/", uid: 0, netns: NETNS, ...limits, ...more };
}

function socketFact(
  inode: number,
  state: "ESTABLISHED" | "CLOSE_WAIT" | "LISTEN",
  local: string,
  remote: string,
): Fact {
  return { fact: "socket", netns: NETNS, inode, protocol: "tcp", state, local, remote, receiveQueue: 0 };
}

/** A ledger that is fed tick after tick, a second apart. */
function feed(...ticks: readonly (readonly Fact[])[]): Ledger {
  const ledger = new Ledger(EVERYTHING);
  ticks.forEach((facts, at) => ledger.apply({ at: at * 1000, uptime: 1000 + at, facts }));
  return ledger;
}

/** What is open, by kind, state and peer or path. */
function openIn(
  ledger: Ledger,
): Record<string, { open: number; objects: number; born: number; died: number }> {
  const open: Record<string, { open: number; objects: number; born: number; died: number }> = {};
  for (const { of, account } of ledger.classes()) {
    if (of.parent === null && [...ledger.classes()].some((other) => other.of.parent === of)) continue;
    const { open: count, objects, born, died } = account;
    open[[of.subject.kind, of.group, of.subject.peer ?? of.subject.path].join(" ")] = {
      open: count,
      objects,
      born,
      died,
    };
  }
  return open;
}

const TABLES: Fact = { fact: "tables", netns: NETNS, timeWait: 0, unaccepted: 0 };

describe("the ledger", () => {
  it("joins a socket to its row whichever comes first, and moves it when its state changes", () => {
    const row = (state: "ESTABLISHED" | "CLOSE_WAIT") =>
      socketFact(7, state, "10.0.0.1:4000", "10.0.0.2:3306");
    const ledger = feed(
      [processFact(9), { fact: "listing", pid: 9, first: true, opened: [], closed: [] }, TABLES],
      [{ fact: "listing", pid: 9, first: false, opened: [[3, "socket:[7]"]], closed: [] }],
      [row("ESTABLISHED"), TABLES],
      [row("CLOSE_WAIT"), TABLES],
    );
    assert.deepEqual(openIn(ledger), {
      "tcp held 10.0.0.2:3306": { open: 0, objects: 0, born: 1, died: 1 },
      "tcp close-wait 10.0.0.2:3306": { open: 1, objects: 1, born: 1, died: 0 },
    });
  });

  it("takes a socket that two readings of the tables do not show for one in no table, and not before", () => {
    const opened: Fact[] = [
      processFact(9),
      { fact: "listing", pid: 9, first: false, opened: [[3, "socket:[7]"]], closed: [] },
      TABLES,
    ];
    assert.deepEqual(openIn(feed(opened)), {});
    assert.deepEqual(openIn(feed(opened, [TABLES])), {
      "socket-other no-row ": { open: 1, objects: 1, born: 1, died: 0 },
    });
  });

  it("remembers where a socket was connected that has left the tables", () => {
    const ledger = feed(
      [
        processFact(9),
        { fact: "listing", pid: 9, first: true, opened: [[3, "socket:[7]"]], closed: [] },
        socketFact(7, "ESTABLISHED", "10.0.0.1:4000", "10.0.0.2:3306"),
        TABLES,
      ],
      [{ fact: "socket-gone", inode: 7 }, TABLES],
      [TABLES],
      [TABLES],
    );
    assert.equal(openIn(ledger)["tcp no-row 10.0.0.2:3306"]?.open, 1);
  });

  it("counts a socket that forked workers share once as an object, and as often as it is open", () => {
    const listing = (pid: number): Fact => ({
      fact: "listing",
      pid,
      first: true,
      opened: [[3, "socket:[7]"]],
      closed: [],
    });
    const listens = socketFact(7, "LISTEN", "0.0.0.0:80", "0.0.0.0:0");
    const shared = feed([
      processFact(9),
      processFact(10),
      processFact(11),
      listing(9),
      listing(10),
      listing(11),
      listens,
      TABLES,
    ]);
    assert.deepEqual(openIn(shared)["tcp listen 0.0.0.0:80"], { open: 3, objects: 1, born: 0, died: 0 });
    shared.apply({
      at: 9,
      uptime: 1009,
      facts: [
        { fact: "exit", pid: 9, startTicks: 90 },
        { fact: "exit", pid: 10, startTicks: 100 },
      ],
    });
    assert.deepEqual(openIn(shared)["tcp listen 0.0.0.0:80"], { open: 1, objects: 1, born: 0, died: 0 });
  });

  it("tells a reused pid from the process that had it before", () => {
    const ledger = feed(
      [processFact(9), { fact: "listing", pid: 9, first: true, opened: [[3, "/a/x"]], closed: [] }],
      [processFact(9, { startTicks: 999, command: ["/opt/other"] })],
    );
    assert.deepEqual(openIn(ledger), { "file held /a": { open: 0, objects: 0, born: 0, died: 0 } });
    assert.equal(ledger.census.processes.byPid(9)?.service, "other");
    assert.equal(ledger.census.descriptors.size, 0);
  });

  it("carries a file that is deleted while open over to the deleted ones", () => {
    const ledger = feed(
      [processFact(9), { fact: "listing", pid: 9, first: true, opened: [[3, "/a/x"]], closed: [] }],
      [{ fact: "listing", pid: 9, first: false, opened: [], closed: [], renamed: [[3, "/a/x (deleted)"]] }],
    );
    assert.equal(openIn(ledger)["file held /a"]?.open, 0);
    assert.equal(openIn(ledger)["deleted-file held /a"]?.open, 1);
  });

  it("forgets classes of long ago, so that it does not leak itself", () => {
    const ledger = feed([processFact(9), { fact: "listing", pid: 9, first: true, opened: [], closed: [] }]);
    for (let at = 1; at <= 5000; at++) {
      const opened = [[3, `/folder-${at}/x`]] as const;
      ledger.apply({
        at,
        uptime: 1000 + at,
        facts: [{ fact: "listing", pid: 9, first: false, opened, closed: at === 1 ? [] : [3] }],
      });
      if (at % 60 === 0)
        ledger.forgetQuiet(
          () => false,
          () => {},
        );
    }
    assert.ok([...ledger.classes()].length < 800, `${[...ledger.classes()].length} classes`);
    assert.equal(ledger.census.descriptors.size, 1);
  });
});
