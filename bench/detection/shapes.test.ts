import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drawSnapshot } from "../../src/agent/snapshot.ts";
import { UNDECLARED } from "../../src/model/declared.ts";
import type { ServiceView } from "../../src/model/snapshot.ts";
import { runProcesses, type Programs, type Worker } from "./many-processes.ts";
import { poisson, type Opened } from "./simulated-host.ts";
import { verdictsOf } from "./simulation.ts";

const WEB = "0.0.0.0:8000";
const DATABASE = "10.0.0.2:3306";

/** A web server: each request is a connection of `lifetime` seconds, those of half a second pass between two looks. */
function webServer(perSecond: (second: number) => number, lifetime: number): Programs {
  let worker: Worker | null = null;
  const open: { readonly opened: Opened; readonly until: number }[] = [];
  return (host, random) => {
    if (worker === null) {
      worker = host.start();
      worker.listen(WEB);
    }
    for (let at = open.length - 1; at >= 0; at--) {
      if ((open[at]?.until ?? 0) > host.second) continue;
      for (const { opened } of open.splice(at, 1)) worker.close(opened);
    }
    const count = poisson(perSecond(host.second), random);
    if (lifetime < 1) return host.passed("inbound", WEB, count);
    for (let one = 0; one < count; one++)
      open.push({ opened: worker.accept(WEB), until: host.second - Math.log(1 - random()) * lifetime });
  };
}

/** A worker that opens `height` connections one after another and closes all of them every `period` seconds. */
function cyclicWorker(period: number, height: number): Programs {
  const held: Opened[] = [];
  return (host) => {
    const worker = host.workers[0] ?? host.start();
    if (host.second % period === 0) for (const opened of held.splice(0)) worker.close(opened);
    while (held.length < ((host.second % period) / period) * height) held.push(worker.connect(DATABASE));
  };
}

/** One leaked connection every 60 / rate seconds from a second on, by the process that is there. */
function leaking(rate: number, from: number, peer = DATABASE): Programs {
  let owed = 0;
  return (host) => {
    if (host.second < from) return;
    for (owed += rate / 60; owed >= 1; owed--) (host.workers[0] ?? host.start()).connect(peer);
  };
}

function together(...programs: readonly Programs[]): Programs {
  return (host, random) => programs.forEach((program) => program(host, random));
}

function viewAfter(programs: Programs, seconds: number): ServiceView {
  const { analysis } = runProcesses(programs, seconds);
  return drawSnapshot(analysis).services[0] ?? assert.fail("no service");
}

describe("the load of a service", () => {
  it("is known from connections that nobody saw open, and does not explain a leak under it", () => {
    const programs = together(
      webServer(() => 14, 0.01),
      leaking(60, 300),
    );
    const { told, analysis } = runProcesses(programs, 450);
    const [{ event } = assert.fail("never confirmed")] = verdictsOf(told, "confirmed");
    assert.ok(
      event.evidence.some((line) =>
        /^Requests were steady at 8\d\d a minute since .*: load does not explain/.test(line),
      ),
      event.evidence.join("\n"),
    );
    const load = drawSnapshot(analysis).services[0]?.load;
    assert.equal(load?.change?.trend, "steady");
    assert.ok(Math.abs((load?.perMinute ?? 0) - 840) < 100);
  });

  it("that rises with it is said to", () => {
    const programs = together(
      webServer((second) => (second < 300 ? 5 : 14), 0.01),
      leaking(60, 300),
    );
    const [{ event } = assert.fail("never confirmed")] = verdictsOf(
      runProcesses(programs, 450).told,
      "confirmed",
    );
    assert.ok(
      event.evidence.some((line) => /^Requests rose from \d+ to \d+ a minute at the same time/.test(line)),
      event.evidence.join("\n"),
    );
  });

  it("is not known where nobody comes in", () => {
    const view = viewAfter(leaking(60, 0), 300);
    assert.equal(view.load, null);
    assert.ok(view.verdicts[0]?.evidence.every((line) => !line.startsWith("Requests")));
  });
});

describe("the shape of a service", () => {
  it("is seen: follows load, cycles, steady", () => {
    const web = viewAfter(
      webServer((second) => 10 + 6 * Math.sin(second / 200), 8),
      2400,
    );
    assert.equal(web.shape.shape, "follows-load");
    const worker = viewAfter(cyclicWorker(40, 40), 700);
    assert.deepEqual(worker.shape, { shape: "cyclic", declared: false, cycleSeconds: 40 });
    const client = viewAfter((host) => {
      const one = host.workers[0] ?? host.start();
      while (one.open < 20) one.connect(DATABASE);
    }, 900);
    assert.equal(client.shape.shape, "steady");
  });

  it("excuses a cycle that is long enough to look like a leak, once it is known", () => {
    const { told } = runProcesses(cyclicWorker(160, 160), 160 * 20);
    const late = verdictsOf(told, "confirmed").filter(({ second }) => second > 160 * 9);
    assert.deepEqual(
      late.map(({ second }) => second),
      [],
    );
  });

  it("excuses no leak under a cycle, of other or of the same things", () => {
    for (const peer of ["10.0.0.3:5432", DATABASE]) {
      const programs = together(cyclicWorker(40, 40), leaking(60, 900, peer));
      const { told } = runProcesses(programs, 1400);
      const [confirmed] = verdictsOf(told, "confirmed");
      assert.equal(confirmed?.event.subject.peer, peer);
      assert.ok((confirmed?.second ?? Infinity) <= 900 + 260, `${peer} at ${confirmed?.second}`);
    }
  });

  it("is remembered, and what the user declares goes before that", () => {
    const { analysis: first } = runProcesses(cyclicWorker(160, 160), 160 * 12);
    // What its classes were learned to do would excuse it as well.
    const services = first.baselines().services.map((one) => ({ ...one, classes: [] }));
    const baselines = { services };
    assert.equal(services[0]?.shape?.shape, "cyclic");
    const again = (declared: "cyclic" | "steady" | null) => {
      const said = { services: new Map([["web.service", { ...UNDECLARED, shape: declared }]]) };
      return runProcesses(cyclicWorker(160, 160), 320, 1, { baselines, declared: said });
    };
    assert.deepEqual(verdictsOf(again(null).told, "confirmed"), [], "from the first cycle on");
    const { told, analysis } = again("steady");
    assert.ok(verdictsOf(told, "confirmed").length > 0, "a steady one has no cycles");
    assert.deepEqual(drawSnapshot(analysis).services[0]?.shape, {
      ...{ shape: "steady", declared: true, cycleSeconds: null },
    });
  });

  it("that was steady and is not any more is said in the verdict", () => {
    const { told } = runProcesses((host) => {
      const worker = host.workers[0] ?? host.start();
      while (worker.open < 40) worker.connect(DATABASE);
      if (host.second > 1200) worker.openFile(`/srv/spool/${host.second}`);
    }, 1400);
    const [{ event } = assert.fail("never confirmed")] = verdictsOf(told, "confirmed");
    assert.ok(
      event.evidence.some((line) => /^Open files were 40 for 20 min; now 1\d\d and rising\.$/.test(line)),
      event.evidence.join("\n"),
    );
  });
});
