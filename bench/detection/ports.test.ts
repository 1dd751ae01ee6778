import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Analysis } from "../../src/agent/analysis.ts";
import { drawSnapshot } from "../../src/agent/snapshot.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import type { NetworkFact } from "../../src/model/port-facts.ts";
import { run, type Told, type ToldVerdict } from "./simulation.ts";
import { NETNS } from "./simulated-facts.ts";
import { poisson, SimulatedHost } from "./simulated-host.ts";
import type { Program } from "./workloads.ts";

const PEER = "10.0.0.2:3306";
const NETWORK: NetworkFact = {
  fact: "network",
  netns: NETNS,
  localPorts: { first: 32_768, last: 60_999, count: 28_232 },
  timeWaitReuse: 2,
  reuseAfterSeconds: 1,
  timestamps: true,
  timeWaitMost: 131_072,
};
const SMALL: NetworkFact = { ...NETWORK, localPorts: { first: 40_000, last: 40_999, count: 1000 } };

interface Burner {
  /** Connections that are opened, used and closed in a second. */
  readonly perSecond: (second: number, random: () => number) => number;
  readonly network?: NetworkFact;
  readonly peer?: string;
  readonly source?: string;
  /** Connections that stay open. */
  readonly live?: (second: number) => number;
}

/** Closes each connection at once, so that it stands in TIME_WAIT for 60 s; holds one, so that it is seen to do it. */
function burner({ perSecond, network = NETWORK, peer = PEER, source = "10.0.0.1", live }: Burner): Program {
  const closed: number[] = [];
  const most = network.localPorts?.count ?? 0;
  return (host, random) => {
    if (host.second === 0) {
      host.say(network);
      host.connect(peer);
    }
    const held = live?.(host.second) ?? 1;
    const before = closed.slice(-59).reduce((sum, count) => sum + count, 0);
    const reusable = source.startsWith("127.");
    const free = reusable ? Number.POSITIVE_INFINITY : Math.max(0, most - held - before);
    const buckets = Math.max(0, (network.timeWaitMost ?? 0) - before);
    closed.push(Math.min(perSecond(host.second, random), free, buckets));
    const rows = closed.slice(-60).toReversed();
    const ages = Array.from({ length: 12 }, (_, step) =>
      rows.slice(5 * step, 5 * step + 5).reduce((sum, count) => sum + count, 0),
    );
    const timeWait = rows.reduce((sum, count) => sum + count, 0);
    const recent = rows[0] ?? 0;
    host.say({ fact: "time-wait", netns: NETNS, address: peer, direction: "outbound", count: timeWait });
    host.say({ fact: "ports", netns: NETNS, source, peer, live: held, timeWait, recent, ages });
  };
}

function ports(told: readonly Told[]): ToldVerdict[] {
  return told.filter(
    (one): one is ToldVerdict => one.event.type === "verdict" && one.event.rule === "port-exhaustion",
  );
}

function secondsLeft({ event }: ToldVerdict): number {
  return (Date.parse(event.runway?.exhaustedAt?.p50 ?? "") - Date.parse(event.at)) / 1000;
}

describe("a run that burns ports to one destination", () => {
  const runs: [string, Burner, half: number, end: number][] = [
    ["20 a second, 1,000 ports", { perSecond: () => 20, network: SMALL }, 25, 50],
    ["600 a second, 28,232 ports", { perSecond: () => 600 }, 23.5, 47],
    ["480 a second: barely more than a minute's worth", { perSecond: () => 480 }, 29.4, 58.8],
    [
      "20 a second as they come (Poisson)",
      { perSecond: (_, random) => poisson(20, random), network: SMALL },
      25,
      50,
    ],
  ];
  for (const [name, program, half, end] of runs) {
    it(`is told at half of them, with when they run out: ${name}`, () => {
      const told = ports(run(burner(program), Math.floor(end)));
      const [first, last] = [told[0], told.at(-1)];
      assert.ok(first !== undefined && last !== undefined && told.length <= 2);
      assert.ok(first.second >= half - 3 && first.second <= half + 3, `told at ${first.second} s`);
      const truth = end - first.second;
      assert.ok(
        Math.abs(secondsLeft(first) - truth) <= 0.2 * truth,
        `${secondsLeft(first)} s left, not ${truth}`,
      );
      assert.deepEqual([last.event.standing, last.event.service], ["confirmed", "simulated.service"]);
      assert.equal(first.event.runway?.resource, "ports");
      assert.match(last.event.summary, /uses up the local ports towards MySQL at 10\.0\.0\.2:3306/);
      assert.match(last.event.summary, /EADDRNOTAVAIL.*another resource than open files/);
    });
  }

  it("is still found by what it left behind when it is met late", () => {
    const late: Program = burner({ perSecond: () => 20, network: SMALL });
    const host = new SimulatedHost();
    const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true });
    for (let second = 0; second < 30; second++) {
      late(host, () => 0.5);
      host.pass();
    }
    const verdict = analysis.take(host.tick()).find((event) => event.type === "verdict");
    const left = Date.parse(verdict?.runway?.exhaustedAt?.p50 ?? "") - Date.parse(verdict?.at ?? "");
    assert.ok(Math.abs(left / 1000 - 20) <= 4, `${left / 1000} s left, not 20`);
  });

  it("names nobody when nobody was seen to hold a connection and several could", () => {
    const host = new SimulatedHost();
    host.instancesElsewhere(1);
    const program = burner({ perSecond: () => 20, network: SMALL, peer: "10.9.9.9:80" });
    const [first] = ports(
      run(
        (simulated, random) => {
          if (simulated.second === 0) simulated.connect = () => ({ number: 0, inode: 0, openedAt: 0 });
          program(simulated, random);
        },
        30,
        1,
        host,
      ),
    );
    const { service, process, open, limit, processes, summary } =
      first?.event ?? assert.fail("nothing was told");
    assert.deepEqual([service, process, open, limit], [null, null, null, null]);
    assert.deepEqual(processes, []);
    assert.match(summary, /^An unknown service uses up/);
  });

  it("counts what is opened, closed connections whose ports are used again among them", () => {
    const loopback = { source: "127.0.0.1", peer: "127.0.0.1:3306", network: SMALL };
    const [first] = ports(
      run(burner({ ...loopback, perSecond: () => 10, live: (second) => 5 * second }), 120),
    );
    assert.ok(Math.abs((first?.event.bornPerMinute ?? 0) - 900) < 45, `${first?.event.bornPerMinute}`);
    assert.ok(Math.abs((first?.event.netPerMinute ?? 0) - 300) < 30, `${first?.event.netPerMinute}`);
  });

  it("that leaves its connections open is forecast by their growth", () => {
    const told = ports(
      run(burner({ perSecond: () => 0, live: (second) => 10 * second, network: SMALL }), 95),
    );
    const [first] = told;
    assert.ok(first !== undefined && Math.abs(first.second - 50) <= 2);
    assert.ok(Math.abs(secondsLeft(first) - (100 - first.second)) <= 10, `${secondsLeft(first)} s left`);
    assert.equal(told.at(-1)?.event.standing, "confirmed");
  });
});

describe("ports are no matter", () => {
  it("at a steady plateau below half, however many are in TIME_WAIT", () => {
    assert.deepEqual(ports(run(burner({ perSecond: () => 200 }), 900)), []);
  });

  it("where TIME_WAIT is used again, as on loopback by default", () => {
    const loopback = { peer: "127.0.0.1:3306", source: "127.0.0.1" };
    assert.deepEqual(ports(run(burner({ perSecond: () => 400, ...loopback }), 300)), []);
  });

  it("where tcp_max_tw_buckets ends TIME_WAIT before", () => {
    const network = { ...NETWORK, timeWaitMost: 5000 };
    assert.deepEqual(ports(run(burner({ perSecond: () => 600, network }), 300)), []);
  });

  it("where the range is not known", () => {
    const network = { ...NETWORK, localPorts: null };
    assert.deepEqual(ports(run(burner({ perSecond: () => 200, network }), 300)), []);
  });
});

it("a plateau above half is a suspicion that says they do not run out, and is withdrawn with it", () => {
  const told = ports(run(burner({ perSecond: (second) => (second < 200 ? 300 : 100) }), 400));
  assert.deepEqual(
    told.map(({ event }) => event.standing),
    ["suspect", "cleared"],
  );
  assert.equal(told[0]?.event.runway?.exhaustedAt, null);
  assert.match(told[0]?.event.summary ?? "", /where it levels off.*do not run out/);
});

it("a batch that is over in ten seconds is a suspicion at most", () => {
  const told = ports(run(burner({ perSecond: (second) => (second < 10 ? 1600 : 0) }), 120));
  assert.deepEqual(
    told.map(({ event }) => event.standing),
    ["suspect", "cleared"],
  );
});

it("a snapshot has the ports of each destination, and whose the TIME_WAIT rows are", () => {
  const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true });
  const host = new SimulatedHost();
  const program = burner({ perSecond: () => 100 });
  for (let second = 0; second < 100; second++) {
    program(host, () => 0.5);
    analysis.take(host.tick());
  }
  const { ports: all, timeWaitBy } = drawSnapshot(analysis);
  assert.deepEqual(
    all.map(({ peer, used, range, timeWait, service }) => ({ peer, used, range, timeWait, service })),
    [{ peer: PEER, used: 6001, range: 28_232, timeWait: 6000, service: null }],
  );
  assert.deepEqual(timeWaitBy, [
    {
      address: PEER,
      direction: "outbound",
      count: 6000,
      services: [{ service: "simulated.service", count: 6000 }],
      unattributed: 0,
    },
  ]);
});
