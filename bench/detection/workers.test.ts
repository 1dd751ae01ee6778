import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runProcesses, type Programs, type Worker } from "./many-processes.ts";
import { verdictsOf, type Told, type ToldVerdict } from "./simulation.ts";
import { busy, DATABASE, leaky, pooled, workersOf } from "./workers.ts";

const FOR_EVER = 1e9;

function verdicts(told: readonly Told[]): ToldVerdict[] {
  return told.filter((one): one is ToldVerdict => one.event.type === "verdict");
}

describe("workers that are replaced", () => {
  it("hide no leak: it is confirmed at the service, once, and said to be hidden", () => {
    for (const [lifetime, within] of [
      [60, 400],
      [90, 300],
      [180, 240],
      [600, 240],
    ] as const) {
      const { told } = runProcesses(workersOf(4, lifetime, leaky(15)), 2400);
      const label = `every ${lifetime} s`;
      const [confirmed] = verdictsOf(told, "confirmed");
      assert.ok(confirmed !== undefined && confirmed.second <= within, `${label}: at ${confirmed?.second}`);
      assert.deepEqual(verdictsOf(told, "cleared"), [], label);
      const restarted = verdicts(told).filter(({ event }) => event.reason === "restarted, not fixed");
      assert.equal(restarted.length, 1, label);
      const { event } = restarted[0] ?? assert.fail(label);
      assert.match(event.evidence.join("\n"), /Its workers are replaced every \d+ (s|min), which hides it\./);
      assert.ok(Math.abs((event.netPerMinute ?? 0) - 60) < 12, `${label}: ${event.netPerMinute}`);
    }
  });

  it("and open a pool each time leak nothing", () => {
    for (const [lifetime, seconds] of [
      [60, 5],
      [60, 60],
      [180, 5],
      [180, 60],
      [600, 5],
    ] as const) {
      const { told } = runProcesses(workersOf(8, lifetime, pooled(8, seconds)), 3600);
      assert.deepEqual(
        verdictsOf(told, "confirmed").map(({ second }) => second),
        [],
        `8 within ${seconds} s, every ${lifetime} s`,
      );
    }
  });
});

describe("commands that a long-lived process starts and that end", () => {
  it("hide nothing, and are not said to", () => {
    const leak = leaky(60);
    let master: Worker | null = null;
    const commands: { readonly worker: Worker; readonly end: number }[] = [];
    const { told } = runProcesses((host, random) => {
      master ??= host.start();
      leak(master, host, random);
      if (host.second % 40 === 0) {
        const worker = host.start();
        worker.openFile("/var/log/app.log");
        commands.push({ worker, end: host.second + 30 });
      }
      for (const { worker, end } of commands) if (host.second === end) host.end(worker);
    }, 400);
    const [confirmed] = verdictsOf(told, "confirmed");
    assert.equal(confirmed?.event.process?.pid, 4000);
    for (const { event } of verdicts(told)) assert.doesNotMatch(event.summary, /replaced/);
  });
});

/** Workers that are busy with one peer, the first of which leaks to it as well from a second on. */
function oneLeaks(count: number, rate: number, from: number, lifetime: number): Programs {
  const work = busy(30, lifetime);
  const leak = leaky(rate);
  let leaker: Worker | null = null;
  return workersOf(count, FOR_EVER, (worker, host, random) => {
    work(worker, host, random);
    leaker ??= worker;
    if (worker === leaker && host.second >= from) leak(worker, host, random);
  });
}

describe("one worker of twenty that leaks towards the peer of all", () => {
  it("is found, named, and told with its own figures", () => {
    for (const [rate, within] of [
      [10, 900],
      [60, 240],
    ] as const) {
      const { told } = runProcesses(oneLeaks(20, rate, 600, 60), 600 + within);
      const found = verdictsOf(told, "confirmed");
      assert.equal(found[0]?.event.process?.pid, 4001, `${rate} a minute`);
      assert.equal(found[0]?.event.processes[0]?.pid, 4001);
      assert.ok(
        Math.abs((found[0]?.event.netPerMinute ?? 0) / rate - 1) < 0.25,
        `${found[0]?.event.netPerMinute}`,
      );
      assert.match(found[0]?.event.evidence.join("\n") ?? "", /Of 20 processes only pid 4001 keeps them/);
      assert.ok(
        verdicts(told).every(({ event }) => event.subject.peer === DATABASE),
        "and not as several peers",
      );
    }
  });

  it("is not looked for where there is none", () => {
    for (let seed = 1; seed <= 2; seed++) {
      const { told } = runProcesses(oneLeaks(20, 0, 0, 60), 2400, seed);
      assert.deepEqual(
        verdictsOf(told, "confirmed").map(({ second }) => second),
        [],
      );
    }
  });
});

/** Five workers that each hold a hundred; the first leaks until it ends at `end`, and is replaced where `replaced`. */
function ending(end: number, replaced: boolean, goesOn: boolean): Programs {
  const work = busy(30, 5);
  const leak = leaky(60);
  const workers: Worker[] = [];
  let leaker: Worker | null = null;
  return (host, random) => {
    while (host.second === 0 && workers.length < 5) {
      const worker = host.start();
      for (let held = 0; held < 100; held++) worker.connect(DATABASE);
      workers.push(worker);
      leaker ??= worker;
    }
    if (host.second === end && leaker !== null) {
      host.end(leaker);
      workers.splice(workers.indexOf(leaker), 1, ...(replaced ? [(leaker = host.start())] : []));
    }
    for (const worker of workers) work(worker, host, random);
    const leaks = host.second < end || (replaced && goesOn);
    if (leaks && leaker !== null) leak(leaker, host, random);
  };
}

describe("the leak of a worker that ended", () => {
  it("is over, and none of those that were there all the time is accused of it", () => {
    const { told } = runProcesses(ending(900, false, false), 2400);
    const last = verdicts(told).at(-1)?.event;
    assert.deepEqual(
      [last?.standing, last?.reason],
      ["cleared", "its process ended, which does not mend it"],
    );
    assert.match(last?.summary ?? "", /^Withdrawn: .*: its process ended, which does not mend it\.$/);
    assert.ok(verdicts(told).every(({ event }) => event.process?.pid === 4000));
  });

  it("is that of the one that took its place, restarted and not fixed", () => {
    const { told } = runProcesses(ending(900, true, true), 2400);
    const after = verdicts(told).filter(({ second }) => second >= 900);
    assert.equal(after[0]?.event.reason, "restarted, not fixed");
    assert.ok(after.every(({ event }) => event.process?.pid === 4005 && event.standing === "confirmed"));
  });

  it("has been mended with it when it does not come back", () => {
    const { told } = runProcesses(ending(900, true, false), 2400);
    const after = verdicts(told).filter(({ second }) => second >= 900);
    assert.deepEqual(
      after.map(({ event }) => [event.process?.pid, event.standing, event.reason]),
      [
        [4005, "confirmed", "restarted, not fixed"],
        [4005, "cleared", "restarted, and it has not come back for 10 minutes"],
      ],
    );
  });
});
