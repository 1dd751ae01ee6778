import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { poisson, randomFrom } from "../../bench/detection/simulated-host.ts";
import { ShapeLearner } from "./shape.ts";

const START = 5000;

interface Sample {
  readonly open: number;
  readonly load?: number | null;
  readonly exited?: number;
}

/** A learner that saw what a service had open second by second. */
function learned(
  at: (second: number) => Sample,
  seconds: number,
  learner = new ShapeLearner(null),
  from = 0,
) {
  for (let second = from; second < from + seconds; second++) {
    const { open, load = null, exited = 0 } = at(second);
    learner.take(START + second, open, load, exited, true);
  }
  return learner;
}

/** Requests of `lifetime` seconds on top of `base` others: what a server has open when `perSecond` come in. */
function server(perSecond: (second: number) => number, lifetime: number, base: number, seed: number) {
  const random = randomFrom(seed);
  const ends: number[] = [];
  let came: number[] = [];
  return (second: number): Sample => {
    const count = poisson(perSecond(second), random);
    for (let one = 0; one < count; one++) ends.push(second - Math.log(1 - random()) * lifetime);
    for (let one = ends.length - 1; one >= 0; one--) if ((ends[one] as number) <= second) ends.splice(one, 1);
    came = [...came.slice(-59), count];
    return { open: base + ends.length, load: came.reduce((sum, each) => sum + each, 0) * (60 / came.length) };
  };
}

const sawtooth =
  (period: number, height: number, base = 20) =>
  (second: number) => ({
    open: base + Math.round(((second % period) / period) * height),
  });

describe("the shape of a service", () => {
  it("is steady when the same is open for ten minutes, and that is told of a rise", () => {
    const flat = (second: number) => ({ open: 40 + (second % 5) });
    assert.equal(learned(flat, 300).shape, "unknown");
    const learner = learned(flat, 1800);
    assert.equal(learner.shape, "steady");
    assert.equal(learner.deviation(null), null);
    learned((second) => ({ open: 40 + (second - 1800) }), 60, learner, 1800);
    assert.deepEqual(learner.deviation(null), {
      ...{ from: "steady", open: 99 },
      range: { low: 40, high: 44, seconds: 1800 },
    });
  });

  it("is cyclic when it gives back what it opens, six times alike", () => {
    for (const period of [15, 40, 150]) {
      const learner = learned(sawtooth(period, 76), Math.max(600, period * 10));
      assert.equal(learner.shape, "cyclic", `${period} s`);
      assert.ok(
        Math.abs((learner.cycleSeconds ?? 0) - period) <= 2,
        `${learner.cycleSeconds} of ${period} s`,
      );
    }
  });

  it("is cyclic with cycles that scatter a little", () => {
    const shapes = Array.from({ length: 20 }, (_, seed) => {
      const random = randomFrom(seed + 1);
      let [open, period] = [0, 40];
      let since = 0;
      const learner = learned(() => {
        since++;
        if (since > period) [open, since, period] = [0, 0, 32 + 16 * random()];
        open += poisson(1, random);
        return { open: 10 + open };
      }, 1200);
      return learner.shape;
    });
    assert.ok(shapes.filter((shape) => shape === "cyclic").length >= 18, shapes.join(" "));
  });

  it("follows load when what is open goes up and down with requests", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const at = server((second) => 10 + 6 * Math.sin(second / 300), 8, 60, seed);
      const learner = learned(at, 3600);
      assert.equal(learner.shape, "follows-load", `seed ${seed}`);
      // Of 60 requests a minute of 8 s each 8 are open.
      assert.ok(Math.abs((learner.learned()?.openPerLoad ?? 0) - 8 / 60) < 0.05);
      assert.equal(learner.deviation(null), null, `seed ${seed}`);
      learned((second) => ({ ...at(second), open: 400 }), 60, learner, 3600);
      assert.equal(learner.deviation(null)?.from, "follows-load");
    }
  });

  it("does not follow load where there is none any more", () => {
    const learner = learned((second) => ({ open: second % 100 < 50 ? 20 : 60, load: 0 }), 3600);
    assert.equal(learner.shape, "cyclic");
    assert.equal(learner.learned()?.openPerLoad, null);
  });

  it("is cyclic by chance in fewer than 2 of 100 hours of a server under an even load", () => {
    const runs = Array.from({ length: 200 }, (_, seed) => {
      const at = server(() => 4, [0.5, 2, 8, 30, 100][seed % 5] as number, 30, seed + 1);
      return learned((second) => ({ open: at(second).open }), 3600).shape;
    });
    const cyclic = runs.filter((shape) => shape === "cyclic").length;
    assert.ok(cyclic < 4, `${cyclic} of ${runs.length}`);
  });

  it("is no cycle where processes end with what they have open", () => {
    const leak = (second: number) => ({
      ...sawtooth(40, 76)(second),
      exited: Math.floor(second / 40) * 76,
    });
    assert.notEqual(learned(leak, 1200).shape, "cyclic");
  });

  it("does not flap, is not learned while something leaks, and outlives the program", () => {
    const learner = learned(sawtooth(40, 76), 900);
    learned(() => ({ open: 20 }), 500, learner, 900);
    assert.equal(learner.shape, "cyclic", "a pause of eight minutes");
    learned(() => ({ open: 20 }), 1200, learner, 1400);
    assert.equal(learner.shape, "steady");
    const leaking = new ShapeLearner(null);
    for (let second = 0; second < 1200; second++) leaking.take(START + second, 40, null, 0, false);
    assert.equal(leaking.shape, "unknown");
    const remembered = new ShapeLearner(learned(sawtooth(40, 76), 900).learned());
    assert.deepEqual([remembered.shape, remembered.cycleSeconds], ["cyclic", 40]);
  });

  it("departs from its cycles when it rises higher than they ever did", () => {
    const learner = learned(sawtooth(40, 76), 900);
    assert.equal(learner.deviation(null), null);
    learned((second) => ({ open: 20 + 2 * (second - 900) }), 60, learner, 900);
    assert.equal(learner.deviation(null)?.from, "cyclic");
  });

  it("is what the user says", () => {
    const learner = learned(sawtooth(40, 76), 900);
    assert.equal(learner.rhythm("steady"), null);
    assert.equal(learner.rhythm("cyclic")?.cycleSeconds, 40);
  });
});
