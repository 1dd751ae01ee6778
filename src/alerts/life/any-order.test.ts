/** Whatever is told in whatever order, by however many runs of the program. */
import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { AlertsState, Notification } from "../../model/alert.ts";
import type { DescryEvent, VerdictEvent } from "../../model/events.ts";
import { endingIn, forecast, START, verdict } from "./arbitrary-events.ts";
import { resume, step } from "./life.ts";
import { stands, type Judged } from "./members.ts";
import { LIFE } from "./options.ts";

const SERVICES = ["gunicorn.service", "thumbs", "nginx.service", null] as const;
const RULES = ["unclosed-connection", "close-wait", "descriptor-leak", "at-limit", "pool-bypass"] as const;
const END = LIFE.goneFor + LIFE.unseenFor + 60_000;

/** One thing that can be told: `of` and `run` make the id, so that a later run tells the same under another. */
const judged = fc
  .record({
    of: fc.nat(7),
    story: fc.nat(7),
    standing: fc.constantFrom("suspect", "confirmed", "confirmed", "cleared"),
    hoursLeft: fc.constantFrom(null, -1, 1, 30),
    reason: fc.constantFrom(null, "restarted, not fixed", "it has doubled since this was told last"),
  } as const)
  .map((told) => ({ does: "tell", ...told }) as const);
const doing = fc.oneof(
  { weight: 6, arbitrary: judged },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant("wait"), seconds: fc.constantFrom(1, 11, 130, 700) } as const),
  },
  { weight: 1, arbitrary: fc.constant({ does: "restart" } as const) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("jump"), hours: fc.constantFrom(-30, 30) } as const),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("silence"), hours: fc.constantFrom(0, 1) } as const),
  },
);

type Valued<A> = A extends fc.Arbitrary<infer Value> ? Value : never;
type Told = Valued<typeof judged>;
type Doing = Valued<typeof doing>;

class World {
  state: AlertsState = resume(null, START);
  at = START;
  run = 0;
  told: Notification[] = [];
  #silencedUntil = START;

  do(what: Doing): void {
    if (what.does === "tell") this.pass(1, [this.event(what)]);
    else if (what.does === "wait") this.pass(what.seconds, []);
    else if (what.does === "jump") this.at += what.hours * 3_600_000;
    else if (what.does === "silence") this.#silencedUntil = this.at + what.hours * 3_600_000;
    else {
      this.run += 1;
      this.state = resume(this.state, this.at);
    }
  }

  event({ of, story, standing, hoursLeft, reason }: Omit<Told, "does">) {
    const said = {
      id: `${this.run}:${of}`,
      story: `${this.run}:${story}`,
      fingerprint: `f${of}`,
      standing,
      reason,
      runway: hoursLeft === null ? null : endingIn(hoursLeft * 3_600_000, this.at),
    };
    const service = SERVICES[of % SERVICES.length] as (typeof SERVICES)[number];
    if (of === 4 && service !== null) return forecast({ ...said, service });
    return verdict({ ...said, service, rule: RULES[of % RULES.length] as VerdictEvent["rule"] });
  }

  pass(seconds: number, events: readonly DescryEvent[]): void {
    // Ten seconds are the longest step, so that what is waited for passes in few of them.
    for (let left = seconds; left > 0; left -= 10) {
      this.at += Math.min(left, 10) * 1000;
      const silence = {
        ...{ id: "s", service: null, rule: null, fingerprint: null, by: "", comment: "", endedAt: null },
        from: new Date(0).toISOString(),
        until: new Date(this.#silencedUntil).toISOString(),
      };
      const tick = { at: this.at, events: left === seconds ? events : [], standing: [], silences: [silence] };
      const stepped = step(this.state, tick, LIFE);
      if (!stepped.changed) assert.deepEqual(stepped.notifications, []);
      this.state = stepped.state;
      this.told.push(...stepped.notifications);
      this.check();
    }
  }

  check(): void {
    const homes = new Map<string, string>();
    for (const alert of this.state.alerts)
      for (const { event } of alert.members.filter((member) => stands(member) && !member.stale)) {
        for (const key of [`story ${event.story}`, `id ${event.id}`]) {
          assert.equal(homes.get(key) ?? alert.id, alert.id, `${key} is in two alerts`);
          homes.set(key, alert.id);
        }
      }
    assert.equal(new Set(this.state.alerts.map(({ id }) => id)).size, this.state.alerts.length);
    assert.deepEqual(JSON.parse(JSON.stringify(this.state)), this.state);
  }
}

const runs = { numRuns: 150 };

test("a story is one alert, its firing comes first and once, and its end last and once", () => {
  let fired = 0;
  fc.assert(
    fc.property(fc.array(doing, { maxLength: 60 }), (doings) => {
      const world = new World();
      for (const what of doings) world.do(what);
      // In the end nothing stands: a new run that finds nothing again.
      world.do({ does: "restart" });
      world.do({ does: "silence", hours: 0 });
      world.pass(END / 1000, []);
      assert.deepEqual(world.state.alerts, []);

      assert.equal(new Set(world.told.map(({ id }) => id)).size, world.told.length, "told twice");
      for (const [id, told] of Map.groupBy(world.told, ({ alert }) => alert.id)) {
        const kinds = told.map(({ kind }) => kind);
        assert.match(kinds.join(" "), /^firing( updated)* resolved$/, id);
        assert.ok(kinds.length < 20, "told again and again");
        assert.equal(told[0]?.before, null);
        for (const [at, { before }] of told.entries())
          if (at > 0) assert.equal(before, told[at - 1]?.alert.severity, "forgets what it told");
        fired += 1;
      }
    }),
    runs,
  );
  assert.ok(fired > 30, `only ${fired} alerts fired in all runs`);
});

/** Several leaks of several services, some with what follows them. */
const leaks = fc.uniqueArray(
  fc.record({ of: fc.nat(7), follows: fc.boolean(), hoursLeft: fc.constantFrom(null, 1, 30) }),
  { selector: ({ of }) => of, minLength: 1 },
);

test("after a restart nothing that was told is told again, in whatever order it is found again", () => {
  let alerts = 0;
  fc.assert(
    fc.property(leaks, fc.infiniteStream(fc.nat(100)), fc.boolean(), (found, order, learnsAnew) => {
      const world = new World();
      const all = (standing: "suspect" | "confirmed"): Judged[] =>
        found.map(({ of, follows, hoursLeft }, at) => {
          const story = follows && at > 0 ? (found[at - 1] as { of: number }).of : of;
          return world.event({ of, story, standing, hoursLeft, reason: null });
        });
      world.pass(1, all("confirmed"));
      // All that is to say of it is said: what joined late is told five minutes after.
      world.pass(1000, []);
      const before = world.told.length;
      assert.ok(before > 0);
      alerts += before;
      world.do({ does: "restart" });
      world.pass(100, []);
      const standings = learnsAnew ? (["suspect", "confirmed"] as const) : (["confirmed"] as const);
      for (const standing of standings) {
        const again = all(standing).map((event) => ({ event, place: order.next().value as number }));
        for (const { event } of again.toSorted((a, b) => a.place - b.place)) world.pass(5, [event]);
      }
      world.pass(END / 1000, []);
      assert.deepEqual(
        world.told.slice(before).map(({ kind, why, alert }) => [kind, why, alert.verdicts]),
        [],
      );
    }),
    runs,
  );
  assert.ok(alerts > 100);
});

test("suspicions that somebody makes up keep no proven leak from being told", () => {
  const world = new World();
  const many = Array.from({ length: 600 }, (_, at) =>
    verdict({
      id: `i${at}`,
      story: `i${at}`,
      fingerprint: `f${at}`,
      service: `made up ${at}`,
      standing: "suspect",
    }),
  );
  world.pass(1, many);
  assert.equal(world.state.unheld, 100);
  world.pass(60, [verdict()]);
  assert.deepEqual(
    world.told.map(({ kind, alert }) => [kind, alert.service]),
    [["firing", "gunicorn.service"]],
  );
  assert.equal(world.state.alerts.length, 500);
});

test("names that somebody makes up do not fill the memory", () => {
  const world = new World();
  const many = Array.from({ length: 3000 }, (_, at) =>
    verdict({ id: `i${at}`, story: `i${at}`, fingerprint: `f${at}`, service: `made up ${at}` }),
  );
  world.pass(1, many);
  assert.equal(world.state.alerts.length, 500);
  assert.equal(world.state.unheld, 2500);
  const parts = Array.from({ length: 200 }, (_, at) =>
    verdict({ id: `p${at}`, story: "i0", fingerprint: `g${at}` }),
  );
  world.pass(1, parts);
  assert.equal(world.state.alerts[0]?.members.length, 32);
});
