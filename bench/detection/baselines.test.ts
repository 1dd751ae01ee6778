import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Analysis } from "../../src/agent/analysis.ts";
import type { Baselines } from "../../src/model/baselines.ts";
import { NOTHING_DECLARED } from "../../src/model/declared.ts";
import type { VerdictEvent } from "../../src/model/events.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { poisson, randomFrom, SimulatedHost, type Opened } from "./simulated-host.ts";
import { poissonLeak, sawtooth, served, type Program } from "./workloads.ts";

const LEARNING = 2400;

/** A host under watch; what is told of it, by the second. */
class Watched {
  readonly host: SimulatedHost;
  readonly analysis: Analysis;
  readonly told: { readonly second: number; readonly event: VerdictEvent }[] = [];
  readonly #random;

  constructor(known: Baselines = { services: [] }, host = new SimulatedHost(1e6), seed = 1) {
    this.host = host;
    this.#random = randomFrom(seed);
    const knowledge = { baselines: known, declared: NOTHING_DECLARED };
    this.analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true }, knowledge);
  }

  /** One look each `step` seconds. */
  run(program: Program, seconds: number, step = 1): this {
    for (const end = this.host.second + seconds; this.host.second < end;) {
      for (let at = 1; at < step; at++) {
        program(this.host, this.#random);
        this.host.pass();
      }
      program(this.host, this.#random);
      this.look();
    }
    return this;
  }

  look(): void {
    for (const event of this.analysis.take(this.host.tick()))
      if (event.type === "verdict") this.told.push({ second: this.host.second, event });
  }

  /** Seconds of what was told with that standing. */
  seconds(standing: VerdictEvent["standing"], from = 0): number[] {
    return this.told
      .filter(({ second, event }) => event.standing === standing && second >= from)
      .map(({ second }) => second);
  }
}

const together =
  (...programs: readonly Program[]): Program =>
  (host, random) => {
    for (const program of programs) program(host, random);
  };

/** Seconds from the beginning of the leak until it is confirmed, after a time in which it was learned what is normal. */
function delay(healthy: Program, leak: Program, seconds: number, seed: number): number {
  const watched = new Watched(undefined, undefined, seed).run(healthy, LEARNING);
  watched.run(together(healthy, leak), seconds);
  return (watched.seconds("confirmed", LEARNING)[0] ?? Infinity) - LEARNING;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Infinity;
}

const SEEDS = [11, 12, 13, 14, 15];

describe("with a baseline a leak is confirmed sooner:", () => {
  const cases: readonly (readonly [string, () => Program, number, number])[] = [
    ["250 a minute within 90 s", () => served(() => 1, 3), 250, 90],
    ["60 a minute within 2 min", () => served(() => 1, 3), 60, 120],
    ["10 a minute within 12 min", () => served(() => 1, 25), 10, 720],
    ["1 a minute within an hour", () => served(() => 1, 3), 1, 3600],
  ];
  for (const [name, healthy, rate, most] of cases) {
    it(name, () => {
      const delays = SEEDS.map((seed) => delay(healthy(), poissonLeak(rate), 2 * most, seed));
      assert.ok(median(delays) <= most, delays.join(", "));
    });
  }

  it("10 a minute among 6,000 healthy ones within 12 min", () => {
    const took = delay(
      served(() => 100, 2),
      poissonLeak(10),
      900,
      3,
    );
    assert.ok(took <= 720, `${took} s`);
  });

  it("and says how many used to live so long", () => {
    const healthy = served(() => 1, 3);
    const watched = new Watched().run(healthy, LEARNING).run(together(healthy, poissonLeak(60)), 200);
    const found = watched.told.find(({ event }) => event.standing === "confirmed");
    const survival = found?.event.survivors?.baselineSurvival ?? NaN;
    assert.ok(survival < 0.01, `${survival}`);
    assert.match(
      found?.event.evidence.join(" ") ?? "",
      /Of \d+ that passed 80 seconds, none was closed since; before \d\d:\d\d UTC fewer than 1 in 1,?00\d? lived that long\./,
    );
  });
});

describe("a leak that is there from the beginning", () => {
  it("is found without a baseline, stays found, and never becomes normal", () => {
    const leaky = together(
      served(() => 1, 3),
      poissonLeak(20),
    );
    const watched = new Watched().run(leaky, 2 * 3600);
    assert.ok((watched.seconds("confirmed")[0] ?? Infinity) < 600);
    assert.deepEqual(watched.seconds("cleared"), []);
    const again = new Watched(watched.analysis.baselines()).run(leaky, 900);
    assert.ok(
      (again.seconds("confirmed")[0] ?? Infinity) < 600,
      "after a restart of descry, which remembers",
    );
  });
});

describe("a leak of five an hour", () => {
  it("is followed over days and over restarts of its service", () => {
    const watched = new Watched();
    let healthy = served(() => 0.5, 3);
    const leak = poissonLeak(5 / 60);
    const program: Program = (host, random) => {
      if (host.second % 36_000 === 35_999) {
        host.restart();
        healthy = served(() => 0.5, 3);
      }
      healthy(host, random);
      if (host.second >= 7200) leak(host, random);
    };
    watched.run(program, 2 * 86_400, 10);
    const [first = Infinity] = watched.seconds("confirmed");
    assert.ok(first - 7200 <= 8 * 3600, `confirmed after ${((first - 7200) / 3600).toFixed(1)} h`);
    const reasons = watched.told.filter(({ second }) => second > first).map(({ event }) => event.reason);
    assert.ok(reasons.includes("restarted, not fixed"), reasons.join("; "));
    const cleared = watched.told.filter(
      ({ second, event }) => second > first && event.standing === "cleared",
    );
    assert.deepEqual(
      cleared.map(({ second, event }) => `${second}: ${event.reason}`),
      [],
    );
  });
});

describe("no evidence is", () => {
  const nothingConfirmed = (watched: Watched, from: number): void =>
    assert.deepEqual(watched.seconds("confirmed", from), []);

  it("a load that rises tenfold at once", () => {
    const watched = new Watched().run(
      served((second) => (second < LEARNING ? 0.5 : 5), 30),
      LEARNING + 1200,
    );
    assert.deepEqual([...watched.seconds("confirmed"), ...watched.seconds("suspect", LEARNING)], []);
  });

  it("a deploy every ten minutes, after each of which a pool fills", () => {
    const pool: { size: number } = { size: 0 };
    const watched = new Watched().run((host) => {
      if (host.second % 600 === 599) {
        host.restart();
        pool.size = 0;
      } else if (pool.size < 30) {
        host.connect("10.0.0.2:3306");
        pool.size++;
      }
    }, 6 * 3600);
    nothingConfirmed(watched, 0);
  });

  it("a pause of descry, or a host that slept, under load", () => {
    const healthy = served(() => 2, 30);
    const watched = new Watched().run(healthy, LEARNING);
    for (const seconds of [45, 600, 8 * 3600]) {
      for (let second = 0; second < seconds; second++) {
        // Nobody looks. In the longest of them nothing runs either.
        if (seconds < 3600) healthy(watched.host, randomFrom(second));
        watched.host.pass();
      }
      watched.run(healthy, 300);
    }
    assert.deepEqual([...watched.seconds("confirmed"), ...watched.seconds("suspect", LEARNING)], []);
  });

  it("a garbage collector that closes every two minutes, once it was seen at work", () => {
    const watched = new Watched().run(sawtooth(60, 120), 2 * LEARNING);
    nothingConfirmed(watched, LEARNING);
  });

  it("a database that answers nothing for a minute and a half", () => {
    const open: { one: Opened; until: number }[] = [];
    const stalled = (second: number): boolean => second >= LEARNING && second < LEARNING + 90;
    const watched = new Watched().run((host, random) => {
      for (const { one } of open.filter(({ until }) => until <= host.second && !stalled(host.second)))
        host.close(one);
      const kept = open.filter(({ until }) => until > host.second || stalled(host.second));
      open.splice(0, open.length, ...kept);
      for (let count = poisson(2, random); count > 0; count--)
        open.push({ one: host.connect("10.0.0.2:3306"), until: host.second + 3 });
    }, LEARNING + 600);
    nothingConfirmed(watched, 0);
  });
});

describe("connections that others open here", () => {
  const accepted = (perSecond: number, seconds: number): Program => {
    const open: { one: Opened; until: number }[] = [];
    return (host, random) => {
      if (host.second === 0) host.listen("0.0.0.0:8080");
      while ((open[0]?.until ?? Infinity) <= host.second) host.close((open.shift() as { one: Opened }).one);
      for (let count = poisson(perSecond, random); count > 0; count--)
        open.push({ one: host.accept("10.0.0.1:8080"), until: host.second + seconds });
    };
  };

  it("are a proof where they used to be closed and now stay", () => {
    const healthy = accepted(1, 5);
    const watched = new Watched().run(healthy, LEARNING);
    watched.run(together(healthy, accepted(1, Infinity)), 400);
    const found = watched.told.find(({ event }) => event.standing === "confirmed");
    assert.equal(found?.event.rule, "accepted-pileup");
    assert.ok(found.second - LEARNING <= 300, `after ${found.second - LEARNING} s`);
  });

  it("are none while subscribers grow in number", () => {
    const subscribers = together(accepted(0.1, Infinity), accepted(1, 2));
    const watched = new Watched().run(subscribers, 3600);
    watched.run(together(subscribers, accepted(0.2, Infinity)), 1200);
    assert.deepEqual(watched.seconds("confirmed"), []);
  });
});

describe("what was learned", () => {
  const healthy = (): Program => served(() => 1, 3);

  it("is kept for the next run, in which a leak is confirmed as soon", () => {
    const { analysis } = new Watched().run(healthy(), LEARNING);
    const [service] = analysis.baselines().services;
    assert.equal(service?.service, "simulated.service");
    assert.equal(service?.program, "simulated");
    const again = new Watched(analysis.baselines());
    again.run(together(healthy(), poissonLeak(250)), 120);
    assert.ok((again.seconds("confirmed")[0] ?? Infinity) <= 95, again.seconds("confirmed").join(", "));
  });

  it("is the same after it was kept and read again", () => {
    const { analysis } = new Watched().run(healthy(), LEARNING);
    const kept = analysis.baselines();
    const [again] = new Watched(kept).analysis.baselines().services;
    assert.deepEqual(again?.classes, kept.services[0]?.classes);
  });

  it("is forgotten when another program goes by that name", () => {
    const { analysis } = new Watched().run(healthy(), LEARNING);
    const [service] = analysis.baselines().services;
    assert.ok(service !== undefined && service.classes.length > 0);
    const other = new Watched({ services: [{ ...service, program: "another" }] }).run(healthy(), 200);
    const [now] = other.analysis.baselines().services;
    assert.equal(now?.program, "simulated");
    assert.ok(
      (now?.classes ?? []).every(({ learnedSeconds }) => learnedSeconds <= 200),
      JSON.stringify(now?.classes),
    );
  });
});
