import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fact } from "../model/facts.ts";
import type { SocketFact } from "../model/socket-facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import type { Account } from "./account.ts";
import { RUNGS } from "./rungs.ts";
import { Ledger } from "./ledger.ts";

const NETNS = 4026531840;
const START = 1000;
const PEER = "10.0.0.2:3306";
const TABLES: Fact = { fact: "tables", netns: NETNS, timeWait: 0, unaccepted: 0 };

function row(inode: number, more: Partial<SocketFact> = {}): SocketFact {
  const addresses = { local: `10.0.0.1:${40_000 + inode}`, remote: PEER };
  const head = { fact: "socket", netns: NETNS, inode, protocol: "tcp", state: "ESTABLISHED" } as const;
  return { ...head, ...addresses, receiveQueue: 0, ...more };
}

/** A host with one process of one service, driven second by second. */
function oneProcess({ service = "app.service", pid = 9, start = START } = {}) {
  const ledger = new Ledger(EVERYTHING);
  let second = 0;
  const tick = (...facts: readonly Fact[]): void => {
    ledger.apply({ at: second * 1000, uptime: start + second, facts });
    second++;
  };
  tick(
    {
      ...{ fact: "process", pid, startTicks: 90, parent: 1, name: "app", command: ["/opt/app"] },
      ...{ cgroup: `/system.slice/${service}`, uid: 0, netns: NETNS, softLimit: 1024, hardLimit: 1024 },
    },
    { fact: "listing", pid, first: true, opened: [], closed: [] },
    TABLES,
  );
  return {
    ledger,
    tick,
    now: () => start + second,
    idle(seconds: number): void {
      for (let at = 0; at < seconds; at++) tick();
    },
    open(number: number, link: string): Fact {
      return { fact: "listing", pid, first: false, opened: [[number, link]], closed: [] };
    },
    close(number: number): Fact {
      return { fact: "listing", pid, first: false, opened: [], closed: [number] };
    },
  };
}

function classAt(ledger: Ledger, words: string): Account | undefined {
  for (const { of, account } of ledger.classes()) {
    const { kind, peer } = of.subject;
    if (!of.wide && [kind, of.group, peer].filter((word) => word !== null).join(" ") === words)
      return account;
  }
  return undefined;
}

function passed(account: Account | undefined, seconds: number): number | undefined {
  return account?.passed[RUNGS.indexOf(seconds)];
}

describe("idle times", () => {
  it("a connection that does work again is one that is kept to be used, and begins anew with each use", () => {
    const host = oneProcess();
    host.tick(host.open(3, "socket:[7]"), row(7, { usedAt: START + 1, segments: 4 }), TABLES);
    host.idle(24);
    assert.equal(passed(classAt(host.ledger, `tcp held ${PEER}`), 20), 1, "unused for 20 s");
    host.tick({ fact: "use", netns: NETNS, sockets: [[7, host.now(), 40]] });
    assert.equal(classAt(host.ledger, `tcp held ${PEER}`)?.open, 0);
    const pool = classAt(host.ledger, `tcp reused ${PEER}`);
    assert.equal(pool?.open, 1);
    for (let round = 0; round < 6; round++) {
      host.idle(14);
      host.tick({ fact: "use", netns: NETNS, sockets: [[7, host.now(), 80 + 40 * round]] });
    }
    assert.equal(passed(pool, 20), 0, "it never was unused for 20 s in the 90 s since");
    host.idle(45);
    assert.equal(passed(pool, 40), 1, "it was left unused after that");
    host.tick({ fact: "use", netns: NETNS, sockets: [[7, host.now(), 900]] });
    assert.equal(pool?.departed[RUNGS.indexOf(40)], 1, "and has left those that are unused");
    assert.deepEqual([pool?.born, pool?.died, pool?.open], [1, 0, 1], "nothing was opened or closed by that");
  });

  it("heartbeats are no use", () => {
    const host = oneProcess();
    host.tick(host.open(3, "socket:[7]"), row(7, { usedAt: START + 1, segments: 6 }), TABLES);
    let segments = 6;
    for (let beat = 0; beat < 9; beat++) {
      host.idle(9);
      host.tick({ fact: "use", netns: NETNS, sockets: [[7, host.now(), (segments += 2)]] });
    }
    assert.equal(passed(classAt(host.ledger, `tcp held ${PEER}`), 80), 1);
    assert.equal(host.ledger.census.sockets.get(7)?.usedAt, host.now() - 1, "yet the last data is known");
  });

  it("of answers that waited when watching began nobody knows for how long: they are no step", () => {
    // Off the grid to which times are rounded, as real ones are.
    const host = oneProcess({ start: START + 0.03 });
    const there: Fact = { ...host.open(3, "socket:[7]"), first: true } as Fact;
    host.tick(there, row(7, { receiveQueue: 512 }), TABLES);
    host.tick(host.open(4, "socket:[8]"), row(8, { receiveQueue: 512 }), TABLES);
    host.idle(12);
    const unread = classAt(host.ledger, `tcp unread ${PEER}`);
    assert.deepEqual([unread?.open, unread?.ofUnknownAge, unread?.born], [2, 1, 1]);
    host.idle(20);
    assert.equal(passed(unread, 20), 1, "the one that was seen to come");
  });

  it("an answer that nobody reads for ten seconds is unread, and no longer when it is read", () => {
    const host = oneProcess();
    host.tick(host.open(3, "socket:[7]"), row(7), TABLES);
    host.tick(row(7, { receiveQueue: 512 }), TABLES);
    host.idle(8);
    assert.equal(classAt(host.ledger, `tcp held ${PEER}`)?.open, 1);
    host.idle(4);
    const unread = classAt(host.ledger, `tcp unread ${PEER}`);
    assert.equal(unread?.open, 1);
    host.idle(12);
    assert.equal(passed(unread, 20), 1, "its age counts from when the answer came");
    host.tick(row(7, { receiveQueue: 0 }), TABLES);
    assert.equal(classAt(host.ledger, `tcp unread ${PEER}`)?.open, 0);
    assert.equal(classAt(host.ledger, `tcp held ${PEER}`)?.open, 1);
  });

  it("a use is one however it is told, and whoever works on a connection reads it", () => {
    const host = oneProcess();
    host.tick(
      host.open(3, "socket:[7]"),
      row(7, { usedAt: START + 1, segments: 4, receiveQueue: 9 }),
      TABLES,
    );
    for (let at = 1; at <= 40; at++) {
      const receiveQueue = at % 2 === 0 ? 9 : 0;
      host.tick(row(7, { usedAt: host.now(), segments: 4 + 100 * at, receiveQueue }), TABLES);
    }
    const reused = classAt(host.ledger, `tcp reused ${PEER}`);
    assert.deepEqual([reused?.open, passed(reused, 20)], [1, 0]);
    for (let at = 41; at <= 80; at++)
      host.tick({ fact: "use", netns: NETNS, sockets: [[7, host.now(), 100 * at]] });
    assert.equal(
      classAt(host.ledger, `tcp unread ${PEER}`)?.open ?? 0,
      0,
      "its queue was never empty, but it moves",
    );
  });

  it("requests that a server has not read yet are no unread answers", () => {
    const host = oneProcess();
    const listener = row(6, { state: "LISTEN", local: "0.0.0.0:80", remote: "0.0.0.0:0" });
    const inbound = { local: "10.0.0.1:80", remote: "10.0.0.9:50000", receiveQueue: 90 };
    host.tick(host.open(3, "socket:[6]"), host.open(4, "socket:[7]"), listener, row(7, inbound), TABLES);
    host.idle(30);
    assert.equal(classAt(host.ledger, "tcp held 10.0.0.1:80")?.open, 1);
  });
});

describe("sockets in no table", () => {
  it("are told by what the kernel calls their protocol, whether that comes before or after", () => {
    const host = oneProcess();
    const names = ["TCP", "UDPv6", "AF_VSOCK", "NETLINK", "MPTCP"];
    const early: Fact = { fact: "socket-protocol", inode: 100, name: "TCP" };
    host.tick(...names.map((_, at) => host.open(10 + at, `socket:[${100 + at}]`)), early);
    host.tick(TABLES);
    host.tick(TABLES);
    assert.equal(classAt(host.ledger, "tcp no-row")?.open, 1);
    assert.equal(classAt(host.ledger, "socket-other no-row")?.open, 4);
    host.tick(...names.map((name, at): Fact => ({ fact: "socket-protocol", inode: 100 + at, name })));
    const open = (words: string) => classAt(host.ledger, words)?.open;
    assert.deepEqual(
      [open("tcp no-row"), open("udp held"), open("socket-other held"), open("netlink held")],
      [2, 1, 1, 1],
    );
    assert.equal(open("socket-other no-row"), 0);
    host.tick(...names.map((_, at) => host.close(10 + at)));
    assert.equal(host.ledger.census.sockets.protocolOf(100), null, "nothing is kept of what is closed");
  });
});

describe("what a descriptor holds inside", () => {
  const ring = (count: number): Fact => ({ fact: "held", pid: 9, number: 5, of: "fixed-files", count });

  it("counts as opened when the number rises and as the oldest closed when it falls", () => {
    const host = oneProcess();
    host.tick(host.open(5, "anon_inode:[io_uring]"));
    host.tick(ring(3));
    host.idle(25);
    host.tick(ring(8));
    const files = classAt(host.ledger, "io_uring inside");
    assert.deepEqual([files?.open, files?.born, passed(files, 20)], [8, 8, 3]);
    host.tick(ring(6));
    assert.deepEqual([files?.open, files?.died, files?.departed[0]], [6, 2, 2]);
    host.tick(host.close(5));
    assert.deepEqual([files?.open, files?.cohorts.size], [0, 0]);
  });

  it("is counted right after very many steps upon what was there before", () => {
    const host = oneProcess();
    host.tick({ fact: "listing", pid: 9, first: true, opened: [[5, "anon_inode:[io_uring]"]], closed: [] });
    host.tick(ring(10));
    for (let step = 1; step <= 4200; step++) host.tick(ring(10 + step));
    host.tick(ring(0));
    const files = classAt(host.ledger, "io_uring inside");
    assert.deepEqual([files?.open, files?.ofUnknownAge, files?.cohorts.size], [0, 0, 0]);
  });

  it("was there before, when the descriptor was", () => {
    const host = oneProcess();
    host.tick({ fact: "listing", pid: 9, first: true, opened: [[5, "anon_inode:[io_uring]"]], closed: [] });
    host.tick(ring(100));
    const files = classAt(host.ledger, "io_uring inside");
    assert.deepEqual([files?.open, files?.born, files?.ofUnknownAge], [100, 0, 100]);
  });
});

describe("connections closed between two looks", () => {
  const closings = (address: string, unseen: number): Fact => {
    const head = { fact: "closings", netns: NETNS, protocol: "tcp", direction: "outbound" } as const;
    return { ...head, address, count: unseen + 1, unseen };
  };

  it("count for the one service that has connections there", () => {
    const host = oneProcess();
    host.tick(host.open(3, "socket:[7]"), row(7), TABLES);
    host.tick(closings(PEER, 40));
    const account = classAt(host.ledger, `tcp held ${PEER}`);
    assert.deepEqual([account?.born, account?.died, account?.open], [41, 40, 1]);
    assert.equal(host.ledger.census.passedUnattributed, 0);
  });

  it("are nobody's when none has, or two have", () => {
    const host = oneProcess();
    host.tick(closings("10.0.0.3:80", 5));
    assert.equal(host.ledger.census.passedUnattributed, 5);
    host.tick(
      {
        ...{ fact: "process", pid: 10, startTicks: 95, parent: 1, name: "b", command: ["/opt/b"] },
        ...{ cgroup: "/b.service", uid: 0, netns: NETNS, softLimit: 9, hardLimit: 9 },
      },
      { fact: "listing", pid: 10, first: true, opened: [[3, "socket:[8]"]], closed: [] },
      host.open(3, "socket:[7]"),
      ...[row(7), row(8), TABLES],
    );
    host.tick(closings(PEER, 40));
    assert.equal(host.ledger.census.passedUnattributed, 45);
  });

  it("and the kernel's counters say how much of everything was seen", () => {
    const host = oneProcess();
    const opens = (activeOpens: number): Fact => ({
      fact: "counters",
      netns: NETNS,
      activeOpens,
      passiveOpens: 50,
    });
    const { tcp } = host.ledger.census;
    assert.equal(tcp.opened, null);
    host.tick(opens(1000));
    assert.equal(tcp.opened, 0);
    host.tick(host.open(3, "socket:[7]"), row(7), closings(PEER, 8), opens(1010));
    assert.deepEqual([tcp.seen, tcp.opened], [9, 10]);
    host.tick(opens(3));
    host.tick(opens(5));
    assert.equal(tcp.opened, 12, "a counter that began again takes nothing back");
  });
});
