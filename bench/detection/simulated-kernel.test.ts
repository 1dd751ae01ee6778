import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fact } from "../../src/model/facts.ts";
import { Agenda } from "./agenda.ts";
import { TEST, TUNING } from "./flavour.ts";
import { leakOn, TIMINGS } from "./leaks.ts";
import { served } from "./parts.ts";
import { Random } from "./random.ts";
import { BEGINS_AT, SimulatedKernel } from "./simulated-kernel.ts";
import { Stage, type Body } from "./stage.ts";

const NOBODY: ReadonlySet<number> = new Set();

function stageOf(seed: number, flavour = TUNING, limit = 65_536): Stage {
  const agenda = new Agenda();
  const kernel = new SimulatedKernel(agenda);
  const random = new Random(seed);
  return new Stage({ name: "shop", number: 7, limit, kernel, agenda, random, flavour });
}

const resting: Body = () => {};

function of<F extends Fact["fact"]>(facts: readonly Fact[], fact: F): Extract<Fact, { fact: F }>[] {
  return facts.filter((one): one is Extract<Fact, { fact: F }> => one.fact === fact);
}

describe("an agenda", () => {
  it("does what is due in order of time, what was added on the way included, and nothing later", () => {
    const agenda = new Agenda();
    const done: number[] = [];
    for (const time of [5, 1, 4, 2, 3]) agenda.at(time, () => done.push(time));
    agenda.at(2.5, () => agenda.after(0.25, () => done.push(2.75)));
    agenda.runUntil(4);
    assert.deepEqual(done, [1, 2, 2.75, 3, 4]);
    assert.equal(agenda.now, 4);
  });
});

describe("a simulated kernel", () => {
  it("tells what is open at the first look, and then only what changed", () => {
    const stage = stageOf(1);
    const process = stage.start(resting);
    const opened = stage.kernel.connect(process, stage.peer());
    stage.agenda.runUntil(100);
    const first = stage.kernel.look(NOBODY).facts;
    assert.equal(of(first, "pulse")[0]?.open, 5);
    const [listing] = of(first, "listing");
    assert.equal(listing?.first, true);
    assert.equal(listing.opened.length, 5);
    assert.equal(of(first, "socket")[0]?.usedAt, BEGINS_AT);
    stage.agenda.runUntil(101);
    assert.deepEqual(
      stage.kernel.look(NOBODY).facts.map(({ fact }) => fact),
      ["inode-clock", "tables"],
    );
    if (opened !== null) stage.kernel.close(opened);
    stage.agenda.runUntil(102);
    const third = stage.kernel.look(NOBODY).facts;
    assert.deepEqual(of(third, "listing")[0]?.closed, [opened?.number]);
    assert.deepEqual(of(third, "socket-gone"), [{ fact: "socket-gone", inode: opened?.inode }]);
    assert.deepEqual(
      of(third, "closings").map(({ count, unseen }) => [count, unseen]),
      [[1, 0]],
    );
    assert.equal(of(third, "tables")[0]?.timeWait, 1);
    stage.agenda.runUntil(163);
    assert.equal(of(stage.kernel.look(NOBODY).facts, "tables")[0]?.timeWait, 0);
  });

  it("tells what came and went between two looks by the feed of closings alone", () => {
    const stage = stageOf(1);
    const process = stage.start(resting);
    stage.kernel.look(NOBODY);
    const opened = stage.kernel.connect(process, stage.peer());
    if (opened !== null) stage.kernel.close(opened);
    const { facts } = stage.kernel.look(NOBODY);
    assert.deepEqual(of(facts, "closings"), [
      {
        fact: "closings",
        netns: 4026531840,
        protocol: "tcp",
        direction: "outbound",
        address: "10.1.0.7:3306",
        count: 1,
        unseen: 1,
      },
    ]);
    assert.deepEqual(of(facts, "listing"), []);
  });

  it("says EMFILE at the limit, and gives a closed number out again", () => {
    const stage = stageOf(1, TUNING, 6);
    const process = stage.start(resting);
    const one = stage.kernel.openLink(process, "/tmp/one");
    assert.ok(one !== null && stage.kernel.openLink(process, "/tmp/two") !== null);
    assert.equal(stage.kernel.openLink(process, "/tmp/three"), null);
    stage.kernel.close(one);
    assert.equal(stage.kernel.openLink(process, "/tmp/three")?.number, one.number);
  });

  it("lists a process whose count does not move within ten minutes only, and says since when", () => {
    const stage = stageOf(1);
    const process = stage.start(resting);
    let opened = stage.kernel.openLink(process, "/tmp/a");
    stage.kernel.look(NOBODY);
    for (let at = 1; at <= 400; at++) {
      stage.agenda.runUntil(at);
      if (at === 300 && opened !== null) {
        stage.kernel.close(opened);
        opened = stage.kernel.openLink(process, "/tmp/b");
      }
      assert.deepEqual(of(stage.kernel.look(NOBODY).facts, "listing"), []);
    }
    stage.kernel.openLink(process, "/tmp/c");
    stage.agenda.runUntil(401);
    const [listing] = of(stage.kernel.look(NOBODY).facts, "listing");
    assert.equal(listing?.opened.length, 2);
    assert.equal(listing.since, undefined);
  });

  it("ends a process with all that it has open", () => {
    const stage = stageOf(1);
    const process = stage.start(resting);
    stage.kernel.connect(process, stage.peer());
    stage.kernel.look(NOBODY);
    stage.end(process);
    const { facts } = stage.kernel.look(NOBODY);
    assert.equal(of(facts, "exit")[0]?.pid, process.fact.pid);
    assert.equal(of(facts, "socket-gone").length, 1);
    assert.equal(stage.kernel.connect(process, stage.peer()), null);
  });
});

describe("what a simulated program does", () => {
  for (const flavour of [TUNING, TEST]) {
    it(`has the rate and the mean lifetime that were asked for (${flavour.name})`, () => {
      // Little's law: as many are open as come in one lifetime.
      let open = 0;
      for (let seed = 1; seed <= 40; seed++) {
        const stage = stageOf(seed, flavour);
        const process = stage.start((on, of_) =>
          served(on, of_, {
            rate: () => 4,
            most: 4,
            lifetime: on.flavour.lifetimes(on.random, 5),
            peer: on.peer(),
          }),
        );
        for (let at = 200; at < 2200; at += 100) {
          stage.agenda.runUntil(at);
          open += (process.open - 4) / (40 * 20);
        }
      }
      assert.ok(Math.abs(open - 20) < 2, `${open} open`);
    });
  }

  for (const timing of TIMINGS) {
    it(`leaks at its rate from its beginning to the limit (${timing})`, () => {
      const left = Array.from({ length: 20 }, (_, seed) => {
        const stage = stageOf(seed + 1, TUNING, 1004);
        const process = stage.start(resting);
        const truth = leakOn(stage, { perMinute: 60, timing, from: 100 });
        stage.agenda.runUntil(99);
        assert.equal(truth.left, 0);
        stage.agenda.runUntil(600);
        const then = truth.left;
        stage.agenda.runUntil(4000);
        assert.equal(truth.left, 1000);
        assert.ok((process.refusedAt ?? 0) > BEGINS_AT + 600);
        return then;
      });
      const mean = left.reduce((sum, one) => sum + one, 0) / left.length;
      assert.ok(Math.abs(mean - 500) < 50, `${mean} after 500 s`);
    });
  }
});
