import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Analysis } from "../../src/agent/analysis.ts";
import { type Knowledge, NOTHING_KNOWN, UNDECLARED } from "../../src/model/declared.ts";
import { EVERYTHING, type Targets } from "../../src/model/targets.ts";
import type { VerdictEvent } from "../../src/model/events.ts";
import { PooledHost } from "./pooled-host.ts";
import {
  beside,
  between,
  DATABASE,
  SERVICE,
  servedFrom,
  SimulatedPool,
  together,
  type Conduct,
  type Requests,
} from "./pooled-services.ts";
import { randomFrom } from "./simulated-host.ts";
import { type Told, verdictsOf, type ToldVerdict } from "./simulation.ts";

interface Circumstances {
  readonly seed?: number;
  readonly known?: Knowledge;
  readonly targets?: Targets;
  readonly others?: readonly string[];
  /** What the user declares anew after so many seconds. */
  readonly declaredAt?: { readonly seconds: number; readonly declared: Knowledge["declared"] };
}

/** A conduct carries its own state, so each run needs a new one. */
type Anew = () => Conduct;

function runOn(host: PooledHost, anew: Anew, seconds: number, around: Circumstances = {}) {
  const conduct = anew();
  const { seed = 1, known = NOTHING_KNOWN, targets = EVERYTHING, declaredAt } = around;
  const random = randomFrom(seed);
  const analysis = new Analysis(targets, { program: "descry", sudo: true }, known);
  const told: Told[] = [];
  while (host.time < seconds) {
    conduct(host, random);
    const facts = host.step();
    if (facts === null) continue;
    const second = Math.round(host.time);
    if (second === declaredAt?.seconds) analysis.declare(declaredAt.declared);
    for (const event of analysis.take(facts)) told.push({ second, event });
  }
  return { told, analysis };
}

function run(anew: Anew, seconds: number, around: Circumstances = {}): Told[] {
  const host = new PooledHost();
  for (const service of [SERVICE, ...(around.others ?? [])]) host.service(service);
  return runOn(host, anew, seconds, around).told;
}

function bypasses(told: readonly Told[], standing: VerdictEvent["standing"]): ToldVerdict[] {
  return verdictsOf(told, standing).filter(({ event }) => event.rule === "pool-bypass");
}

/** As in the lab: a pool of 20, of which each is used every two seconds. */
const POOL = { size: 20 };
const STEADY: Requests = { perSecond: () => 10, queries: 2, querySeconds: 0.1 };
const SWINGING = (second: number): number => 7.5 - 6.5 * Math.cos((2 * Math.PI * second) / 60);

function within(figure: number | null | undefined, truth: number, share = 0.1): void {
  assert.ok(figure != null && Math.abs(figure - truth) <= share * truth, `${figure}; in truth ${truth}`);
}

describe("connections opened and closed beside an idle pool", () => {
  it("are a bypass within three minutes, with the pool's size, their number and what each carried", () => {
    for (const perMinute of [250, 3000]) {
      const told = run(() => together(servedFrom(POOL, STEADY), beside(perMinute)), 180);
      const [found] = bypasses(told, "confirmed");
      assert.ok(found !== undefined && found.second <= 120, `found at ${found?.second}`);
      const { pool, subject, bornPerMinute } = found.event;
      assert.deepEqual([pool?.expected, pool?.expectedBy, pool?.open], [20, "learned", 20]);
      within(bornPerMinute, perMinute);
      within(pool?.bornPerMinute, perMinute);
      within(pool?.exchangesPerConnection, 4);
      assert.ok((pool?.bornWhileIdleShare ?? 0) > 0.85, `${pool?.bornWhileIdleShare}`);
      assert.deepEqual([subject.peer, subject.product, subject.direction], [DATABASE, "MySQL", "outbound"]);
      const others = verdictsOf(told, "confirmed").filter(({ event }) => event.rule !== "pool-bypass");
      assert.deepEqual(others, [], "nothing leaks");
      assert.match(found.event.summary, /past its pool.*Its pool needs 20 \(learned\)/);
      assert.deepEqual(
        found.event.actions.map(({ when }) => when),
        ["now", "before-restart", "fix", "confirm"],
      );
    }
  });

  it("of 30 a minute are found later", () => {
    const told = run(() => together(servedFrom(POOL, STEADY), beside(30)), 900);
    assert.equal(bypasses(told, "confirmed").length, 1);
  });

  it("are withdrawn two minutes after they end, with the reason", () => {
    const told = run(() => together(servedFrom(POOL, STEADY), between(0, 150, beside(250))), 400);
    const [cleared] = bypasses(told, "cleared");
    assert.ok(
      cleared !== undefined && cleared.second >= 265 && cleared.second <= 320,
      `at ${cleared?.second}`,
    );
    assert.equal(cleared.event.reason, "for 2 minutes hardly any was opened beside the idle pool");
    assert.equal(cleared.event.id, bypasses(told, "confirmed")[0]?.event.id);
  });

  it("are a suspicion at most while a burst lasts", () => {
    const told = run(() => together(servedFrom(POOL, STEADY), between(60, 90, beside(1000))), 300);
    assert.deepEqual(bypasses(told, "confirmed"), []);
  });

  it("are nobody's where another service leads there too", () => {
    const other = "cron";
    const open: Conduct = (host) => {
      if (host.time === 0) host.ask(host.open(other, DATABASE));
    };
    const conduct = () => together(open, servedFrom(POOL, STEADY), beside(250, 0, 4, other));
    assert.deepEqual(bypasses(run(conduct, 300, { others: [other] }), "confirmed"), []);
    const targets = { pids: [], services: [SERVICE] };
    const asked = run(conduct, 300, { others: [other], targets });
    assert.deepEqual(bypasses(asked, "confirmed"), [], "nobody asked about the other one");
  });

  it("are not those of another network namespace", () => {
    const host = new PooledHost();
    host.service(SERVICE);
    host.service("elsewhere", 4026532000);
    const conduct = () => together(servedFrom(POOL, STEADY), beside(250, 0, 4, "elsewhere"));
    assert.deepEqual(verdictsOf(runOn(host, conduct, 300).told, "confirmed"), []);
  });
});

describe("connections that leak beside an idle pool", () => {
  for (const [name, perMinute, kept] of [
    ["some of those opened", 875, 2 / 7],
    ["all of them", 60, 1],
  ] as const) {
    it(`${name}: a leak and a bypass, in one story`, () => {
      const told = run(() => together(servedFrom(POOL, STEADY), beside(perMinute, kept)), 200);
      const [bypass] = bypasses(told, "confirmed");
      const leak = verdictsOf(told, "confirmed").find(({ event }) => event.rule === "unclosed-connection");
      assert.ok(bypass !== undefined && leak !== undefined);
      assert.equal(bypass.event.story, leak.event.story);
      assert.equal(leak.event.pool?.expected, 20);
      // The pool itself is opened in that time.
      within(leak.event.bornPerMinute, perMinute, 0.2);
      assert.equal(leak.event.pool?.bornPerMinute, leak.event.bornPerMinute, "figures of one time");
      assert.match(
        leak.event.actions.find(({ when }) => when === "fix")?.text ?? "",
        /^Take the connection from the pool where it is made/,
      );
      within(leak.event.netPerMinute, perMinute * kept);
    });
  }

  it("the bypass is told again in the story of a leak that is found after it", () => {
    const told = run(
      () => together(servedFrom(POOL, STEADY), beside(600), between(150, 400, beside(60, 1))),
      400,
    );
    const all = bypasses(told, "confirmed");
    const leak = verdictsOf(told, "confirmed").find(({ event }) => event.rule === "unclosed-connection");
    assert.equal(all[0]?.event.story, all[0]?.event.id);
    assert.equal(all.at(-1)?.event.story, leak?.event.story);
    assert.equal(all.at(-1)?.event.id, all[0]?.event.id);
  });
});

describe("the size of a pool", () => {
  const bypass = () => together(servedFrom(POOL, STEADY), beside(250));
  const declared = (pools: Record<string, number>): Knowledge => ({
    ...NOTHING_KNOWN,
    declared: { services: new Map([[`${SERVICE}.service`, { ...UNDECLARED, pools }]]) },
  });

  it("is what was declared, for the address or for its port", () => {
    for (const name of [DATABASE, "*:3306"]) {
      const [found] = bypasses(run(bypass, 180, { known: declared({ [name]: 25, "*:1": 7 }) }), "confirmed");
      assert.deepEqual([found?.event.pool?.expected, found?.event.pool?.expectedBy], [25, "declared"]);
    }
  });

  it("is what was declared while it was watched, of a pool that is known by then", () => {
    const declaredAt = { seconds: 60, declared: declared({ [DATABASE]: 25 }).declared };
    const [found] = bypasses(run(bypass, 180, { declaredAt }), "confirmed");
    assert.ok((found?.second ?? 0) > declaredAt.seconds);
    assert.deepEqual([found?.event.pool?.expected, found?.event.pool?.expectedBy], [25, "declared"]);
  });

  it("is remembered from before, until it has been seen for three minutes", () => {
    const pools = [{ peer: DATABASE, size: 40 }];
    const head = { service: `${SERVICE}.service`, program: "shop", learnedFrom: 0, learnedUntil: 0 };
    const services = [{ ...head, classes: [], pools, shape: null }];
    const known = { ...NOTHING_KNOWN, baselines: { services } };
    const host = new PooledHost();
    host.service(SERVICE);
    const { told, analysis } = runOn(host, bypass, 300, { known });
    assert.equal(bypasses(told, "confirmed")[0]?.event.pool?.expected, 40);
    assert.deepEqual(analysis.pools.learned(`${SERVICE}.service`), [{ peer: DATABASE, size: 20 }]);
  });
});

describe("a pool that does as it should", () => {
  const healthy: Readonly<Record<string, Anew>> = {
    "stays as it is": () => servedFrom(POOL, STEADY),
    "overflows while all of it is taken, by slow queries": () =>
      servedFrom({ size: 20, overflow: 10 }, { perSecond: SWINGING, queries: 1, querySeconds: 2 }),
    "overflows while all of it is taken, by programs that pause between queries": () =>
      servedFrom(
        { size: 20, overflow: 10 },
        { perSecond: SWINGING, queries: 3, querySeconds: 0.1, pauseSeconds: 0.6 },
      ),
    "overflows while all of it is taken, by programs that rest in the middle of a transaction": () =>
      servedFrom(
        { size: 20, overflow: 10 },
        { perSecond: SWINGING, queries: 2, querySeconds: 0.1, pauseSeconds: 1.5 },
      ),
    "overflows, and hands out the one that came back last": () =>
      servedFrom(
        { size: 20, overflow: 10, lifo: true },
        { perSecond: SWINGING, queries: 3, querySeconds: 0.1, pauseSeconds: 0.6 },
      ),
    "overflows in short bursts": () =>
      servedFrom(
        { size: 5, overflow: 20 },
        { perSecond: (second) => (second % 10 < 1 ? 60 : 1), queries: 2, querySeconds: 0.2 },
      ),
    "replaces its connections every half minute": () => servedFrom({ size: 20, lifetime: 30 }, STEADY),
    "replaces its connections every ten minutes": () => servedFrom({ size: 20, lifetime: 600 }, STEADY),
    "fills up slowly": () => {
      let pool: SimulatedPool | null = null;
      const kept: ReturnType<PooledHost["open"]>[] = [];
      return (host, random) => {
        pool ??= new SimulatedPool(host, POOL, true);
        if (random() < 0.02 && kept.length < 60) kept.push(host.open(SERVICE, DATABASE));
        for (const one of kept) if (random() < 0.02) host.ask(one);
        const taken = pool.take();
        if (taken === null) return;
        host.ask(taken);
        pool.giveBack(taken);
      };
    },
    "is beside a health check every five seconds": () => together(servedFrom(POOL, STEADY), beside(12)),
    "is made anew when its peer was started again": () => {
      let pool: SimulatedPool | null = null;
      return (host) => {
        pool ??= new SimulatedPool(host, { size: 100 }, true);
        if (Math.abs((host.time % 60) - 59.5) < 0.01) pool.reconnect();
        for (let times = 0; times < 5; times++) {
          const taken = pool.take();
          if (taken === null) return;
          host.ask(taken);
          pool.giveBack(taken);
        }
      };
    },
  };
  for (const [name, anew] of Object.entries(healthy)) {
    it(`raises no alarm when it ${name}`, () => {
      for (const seed of [1, 2]) assert.deepEqual(bypasses(run(anew, 900, { seed }), "confirmed"), []);
    });
  }
});

describe("a service without a pool", () => {
  it("bypasses none: connections that are opened and closed one by one", () => {
    assert.deepEqual(
      verdictsOf(
        run(() => beside(600), 400),
        "confirmed",
      ),
      [],
    );
  });

  it("nor do clients that keep a connection or two alive", () => {
    const conduct = () => together(servedFrom({ size: 2 }, { ...STEADY, perSecond: () => 2 }), beside(600));
    assert.deepEqual(bypasses(run(conduct, 400), "confirmed"), []);
  });
});
