import assert from "node:assert/strict";
import { it } from "node:test";
import type { Fact } from "../model/facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import { Ledger } from "./ledger.ts";

const NETNS = 4026531840;
const TABLES: Fact = { fact: "tables", netns: NETNS, timeWait: 0, unaccepted: 0 };

function row(inode: number, state: "LISTEN" | "ESTABLISHED" | "CLOSE_WAIT", more: object = {}): Fact {
  const remote = state === "LISTEN" ? "0.0.0.0:0" : `10.0.0.9:${40_000 + inode}`;
  const head = { fact: "socket", netns: NETNS, inode, protocol: "tcp", local: "10.0.0.1:80" } as const;
  return { ...head, state, remote, receiveQueue: 0, ...more };
}

it("a connection that clients made counts once whatever becomes of it, one closed unseen by its listener, and each exchange", () => {
  const ledger = new Ledger(EVERYTHING);
  let second = 1000;
  const tick = (...facts: Fact[]): void => ledger.apply({ at: 0, uptime: second++, facts });
  const listing = (first: boolean, ...opened: [number, string][]): Fact => ({
    ...{ fact: "listing", pid: 9, first, opened, closed: [] },
  });
  const closings = { fact: "closings", netns: NETNS, protocol: "tcp", direction: "inbound" } as const;
  tick(
    {
      ...{ fact: "process", pid: 9, startTicks: 90, parent: 1, name: "app", command: ["/opt/app"] },
      ...{ cgroup: "/", uid: 0, netns: NETNS, softLimit: 99, hardLimit: 99 },
    },
    listing(true, [3, "socket:[3]"], [4, "socket:[4]"]),
    row(3, "LISTEN"),
    row(4, "ESTABLISHED"),
    TABLES,
  );
  const traffic = ledger.traffic.of("app");
  assert.equal(traffic.requests, 0, "what was there before came at no known time");
  tick(listing(false, [5, "socket:[5]"]), row(5, "ESTABLISHED", { usedAt: 1001, segments: 2 }), TABLES);
  tick(row(5, "CLOSE_WAIT"), TABLES);
  assert.equal(traffic.connections, 1);
  tick({ ...closings, address: "10.0.0.1:80", count: 40, unseen: 30 });
  tick({ ...closings, address: "10.0.0.7:80", count: 40, unseen: 40 }, TABLES);
  assert.equal(traffic.connections, 31, "nobody is known to listen at the other address");
  tick(listing(false, [6, "socket:[6]"]), row(6, "ESTABLISHED", { usedAt: 1005, segments: 2 }), TABLES);
  tick({ fact: "use", netns: NETNS, sockets: [[6, 1006, 8]] });
  assert.deepEqual([traffic.exchanges, traffic.lateExchanges], [3, 0]);
  tick({ fact: "use", netns: NETNS, sockets: [[6, 1206, 18]] });
  assert.deepEqual([traffic.exchanges, traffic.lateExchanges], [8, 3], "some time in the last 200 s");
  // A server that sends head and body one by one: three segments a request, one of them in.
  const used = { usedAt: 1207, segments: 3, exchanges: 1 };
  tick(listing(false, [7, "socket:[7]"]), row(7, "ESTABLISHED", used), TABLES);
  tick({ fact: "use", netns: NETNS, sockets: [[7, 1217, 33, 11]] });
  assert.equal(traffic.exchanges, 18, "one for each request, however many segments its answer takes");
  tick(row(7, "ESTABLISHED", { usedAt: 1227, segments: 63, exchanges: 21, receiveQueue: 9 }));
  assert.equal(traffic.exchanges, 28, "a row that says something else tells its use as well");
  tick({ fact: "use", netns: NETNS, sockets: [[7, 1237, 67]] });
  tick({ fact: "use", netns: NETNS, sockets: [[7, 1247, 71, 23]] });
  assert.equal(traffic.exchanges, 32, "half of the segments where it is not known on both sides");
});
