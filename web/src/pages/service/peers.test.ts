import assert from "node:assert/strict";
import { it } from "node:test";
import { exampleHolding, exampleService, exampleVerdict } from "./example-service.ts";
import { peersOf, portsOf } from "./peers.ts";

const MYSQL = exampleHolding({}, { open: 12, unusedSeconds: { least: 2, most: 30 } });
const CLOSED = exampleHolding({ state: "CLOSE_WAIT" }, { open: 3, unusedSeconds: { least: 9, most: 90 } });
const CLIENTS = exampleHolding({ direction: "inbound", peer: "0.0.0.0:8000", product: null }, { open: 97 });
const LISTENING = exampleHolding(
  { direction: "inbound", peer: "0.0.0.0:8000", state: "LISTEN" },
  { open: 1 },
);

it("gathers the connections with one peer over all states, most first, without what listens", () => {
  const [first, second, ...rest] = peersOf({ holdings: [MYSQL, CLOSED, CLIENTS, LISTENING], verdicts: [] });
  assert.deepEqual(rest, []);
  assert.deepEqual([first?.name, first?.open, first?.unused], [":8000", 97, null]);
  assert.deepEqual(
    [second?.name, second?.open, second?.unused],
    ["MySQL 127.0.0.1:3306", 15, { least: 2, most: 90 }],
  );
  assert.deepEqual(second?.states, [
    { state: "ESTABLISHED", open: 12 },
    { state: "CLOSE_WAIT", open: 3 },
  ]);
  assert.deepEqual([second?.unread, second?.exchanges, second?.lifetimeSeconds], [null, null, null]);
});

it("adds what a verdict knows of their use", () => {
  const pool = {
    ...{ expected: 20, expectedBy: "learned" as const, open: 15, reused: 12, bornPerMinute: 60 },
    ...{ exchangesPerConnection: 1.2, bornWhileIdleShare: 0.96, lifetimeSeconds: 0.4 },
  };
  const verdicts = [
    exampleVerdict({ rule: "pool-bypass", pool }),
    exampleVerdict({ rule: "unread-response", subjectOpen: 7 }),
  ];
  const [row] = peersOf({ holdings: [MYSQL], verdicts });
  assert.deepEqual([row?.unread, row?.exchanges, row?.lifetimeSeconds], [7, 1.2, 0.4]);
  const [clients] = peersOf({ holdings: [CLIENTS], verdicts });
  assert.deepEqual([clients?.unread, clients?.exchanges], [null, null]);
});

it("picks the ports and the TIME_WAIT of the service from those of the host", () => {
  const ports = ["127.0.0.1:3306", "10.0.0.9:443", "10.0.0.8:80"].map((peer) => ({
    ...{
      source: "127.0.0.1",
      peer,
      product: null,
      used: 1,
      range: 28232,
      live: 1,
      timeWait: 0,
      reusable: true,
    },
    service: peer === "10.0.0.9:443" ? "gunicorn" : null,
    runway: { resource: "ports" as const, headroom: 28231, exhaustedAt: null },
  }));
  const timeWaitBy = [
    {
      ...{ address: "10.0.0.9:443", direction: "outbound" as const, count: 50, unattributed: 8 },
      services: [{ service: "gunicorn", count: 42 }],
    },
    { address: "10.0.0.8:80", direction: "outbound" as const, count: 9, services: [], unattributed: 9 },
  ];
  const own = portsOf({ ports, timeWaitBy }, exampleService({ holdings: [MYSQL] }));
  assert.deepEqual(
    own.ports.map(({ peer }) => peer),
    ["127.0.0.1:3306", "10.0.0.9:443"],
  );
  assert.deepEqual(own.timeWait, [{ address: "10.0.0.9:443", direction: "outbound", count: 50, own: 42 }]);
});
