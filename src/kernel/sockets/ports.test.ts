import assert from "node:assert/strict";
import { test } from "node:test";
import { packedRows, type Row } from "../../../test/fixtures/sockdiag/packed-rows.ts";
import type { Fact } from "../../model/facts.ts";
import type { NetworkFact, PortsFact } from "../../model/port-facts.ts";
import { PackedRows } from "../sockdiag/packed.ts";
import { Listeners } from "./listeners.ts";
import { PortUse } from "./ports.ts";

const NETNS = 7;
const FACT: NetworkFact = {
  fact: "network",
  netns: NETNS,
  localPorts: { first: 40_000, last: 40_099, count: 99 },
  timeWaitReuse: 2,
  reuseAfterSeconds: 1,
  timestamps: true,
  timeWaitMost: null,
};
/** All ports from 40000 to 40099 but 40005. */
const SETTINGS = {
  fact: FACT,
  mayChoose: (port: number) => port >= 40_000 && port <= 40_099 && port !== 40_005,
};
const [ESTABLISHED, TIME_WAIT, LISTEN] = [1, 6, 10];
const server = { remote: [10, 0, 0, 9], remotePort: 3306, local: [10, 0, 0, 5] };

function reading(ports: PortUse, rows: readonly Row[]): Fact[] {
  const facts: Fact[] = [];
  const listeners = new Listeners();
  const packed = new PackedRows(packedRows(rows), 0, rows.length, "tcp");
  ports.begin();
  while (packed.next()) {
    if (packed.state === "LISTEN") listeners.add(packed);
    else ports.count(packed, packed, listeners);
  }
  ports.say(facts);
  return facts;
}

function head(live: number, timeWait: number) {
  return { fact: "ports", netns: NETNS, source: "10.0.0.5", peer: "10.0.0.9:3306", live, timeWait };
}

test("ports that connect(2) chose are counted by source and destination, with the ages of TIME_WAIT", () => {
  const ports = new PortUse(NETNS, SETTINGS);
  const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];
  const rows: Row[] = [
    { state: LISTEN, local: [0, 0, 0, 0], localPort: 40_050 },
    { ...server, state: ESTABLISHED, localPort: 40_000 },
    // The same addresses, mapped into IPv6.
    {
      state: ESTABLISHED,
      local: [...mapped, 10, 0, 0, 5],
      remote: [...mapped, 10, 0, 0, 9],
      remotePort: 3306,
      localPort: 40_001,
    },
    { ...server, state: TIME_WAIT, localPort: 40_002, expires: 59_500 },
    { ...server, state: TIME_WAIT, localPort: 40_003, expires: 48_000 },
    // Reserved, below the range, and accepted by the listener.
    { ...server, state: ESTABLISHED, localPort: 40_005 },
    { ...server, state: ESTABLISHED, localPort: 22 },
    { ...server, state: ESTABLISHED, localPort: 40_050 },
  ];
  const ages = [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  assert.deepEqual(reading(ports, rows), [{ ...head(2, 2), recent: 1, ages }]);
  assert.deepEqual(reading(ports, rows), [], "said again when it has changed");
  assert.deepEqual(reading(ports, []), [{ ...head(0, 0), recent: 0, ages: ages.map(() => 0) }]);
  assert.deepEqual(reading(ports, []), []);
});

test("where the kernel does not tell when TIME_WAIT ends, ages are not known", () => {
  const [fact] = reading(new PortUse(NETNS, SETTINGS), [{ ...server, state: TIME_WAIT, localPort: 40_000 }]);
  assert.deepEqual(fact, { ...head(0, 1), recent: 0, ages: [] });
});

const isFirst = (fact: Fact): fact is PortsFact => fact.fact === "ports" && fact.peer === "10.0.1.0:3306";

test("destinations with few are not said, and of many only the fullest", () => {
  const network = { ...FACT, localPorts: { first: 40_000, last: 40_999, count: 1000 } };
  const ports = new PortUse(NETNS, { fact: network, mayChoose: (port) => port >= 40_000 });
  const rows = (towards: number, each: number): Row[] =>
    Array.from({ length: towards * each }, (_, at) => ({
      ...server,
      remote: [10, 0, 1, at % towards],
      localPort: 40_000 + Math.floor(at / towards),
    }));
  assert.deepEqual(reading(ports, rows(30, 9)), []);
  assert.equal(reading(ports, rows(30, 10)).length, 20);
  const least = rows(30, 10).filter(({ remote }) => remote?.[3] !== 0);
  const first = rows(30, 600).filter(({ remote }) => remote?.[3] === 0);
  assert.equal(reading(ports, [...least, ...first]).filter(isFirst).length, 1);
  const drained = first.slice(0, 100);
  const others = rows(30, 101).filter(({ remote }) => remote?.[3] !== 0);
  const [last] = reading(ports, [...others, ...drained]).filter(isFirst);
  assert.equal(last?.live, 100, "it is no longer among the fullest, and not left at what it was");
});
