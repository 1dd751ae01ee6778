import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { run, verdictsOf, type Told } from "./simulation.ts";
import { SimulatedHost, type Opened } from "./simulated-host.ts";
import { arrivingClients, clientLeak, evenLeak, twoLeaks, workerLeak, type Program } from "./workloads.ts";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Each verdict with this standing: its second, kind, and whether it leads its story. */
function lines(told: readonly Told[], standing: "suspect" | "confirmed"): string[] {
  return verdictsOf(told, standing).map(
    ({ event }) => `${event.subject.kind}${event.story === event.id ? " leads" : ""}`,
  );
}

describe("what is leaked together", () => {
  const bundles: readonly (readonly [string, (rate: number) => Program, readonly string[]])[] = [
    ["clients", clientLeak, ["tcp", "eventfd", "eventpoll"]],
    ["workers", workerLeak, ["pipe", "eventfd", "eventpoll"]],
  ];
  for (const [name, make, kinds] of bundles) {
    for (const rate of [30, 60, 250]) {
      it(`is one story: ${name}, ${rate} a minute`, () => {
        for (const seed of SEEDS) {
          const told = run(make(rate), rate === 30 ? 300 : 200, seed);
          const confirmed = verdictsOf(told, "confirmed");
          assert.deepEqual(new Set(confirmed.map(({ event }) => event.subject.kind)), new Set(kinds));
          const stories = new Set(confirmed.map(({ event }) => event.story));
          assert.equal(stories.size, 1, `seed ${seed}: ${lines(told, "confirmed").join(", ")}`);
          const leading = confirmed[0] ?? assert.fail("never confirmed");
          assert.equal(leading.event.subject.kind, kinds[0], `seed ${seed}`);
          assert.equal(leading.event.story, leading.event.id);
          assert.deepEqual(
            leading.event.alsoRising.map(({ kind }) => kind).toSorted(),
            kinds.slice(1).toSorted(),
          );
        }
      });
    }
  }

  it("is told in words where it leads, and points there where it follows", () => {
    const confirmed = verdictsOf(run(clientLeak(60), 200), "confirmed").map(({ event }) => event);
    const [leading, follower] = [confirmed[0], confirmed[1]];
    assert.match(leading?.summary ?? "", /With each, an eventfd and an eventpoll: one cause\./);
    assert.deepEqual(
      leading?.actions.map(({ when }) => when),
      ["now", "before-restart", "fix", "confirm"],
    );
    assert.match(
      follower?.summary ?? "",
      /They rise one for one with its connections to MySQL at 10\.0\.0\.2:3306: one cause, told there\./,
    );
    assert.equal(follower?.actions.length, 4);
    assert.match(
      follower?.actions.find(({ when }) => when === "fix")?.text ?? "",
      /^Mend the leak of its connections to MySQL/,
    );
  });

  it("counts what comes in several with each", () => {
    const [leading] = verdictsOf(run(workerLeak(60), 200), "confirmed");
    assert.match(
      leading?.event.summary ?? "",
      /With every 4, an eventfd; with every 4, an eventpoll: one cause/,
    );
  });

  it("is no more than a suspicion where arriving clients bring it", () => {
    for (const seed of SEEDS) {
      const told = run(arrivingClients(60), 300, seed);
      assert.deepEqual(lines(told, "confirmed"), [], `seed ${seed}`);
      assert.ok(lines(told, "suspect").includes("tcp leads"));
    }
  });
});

describe("what is leaked at the same time", () => {
  const unrelated: readonly (readonly [string, Program])[] = [
    ["at another rate", twoLeaks(60, 25, 0)],
    ["from another time on", twoLeaks(60, 60, 90)],
    ["at the same rate, each at its own times", twoLeaks(120, 120, 0)],
  ];
  for (const [name, program] of unrelated) {
    it(`is two stories: ${name}`, () => {
      let apart = 0;
      for (const seed of SEEDS) {
        const confirmed = verdictsOf(run(program, 400, seed), "confirmed");
        assert.equal(new Set(confirmed.map(({ event }) => event.subject.kind)).size, 2);
        if (new Set(confirmed.map(({ event }) => event.story)).size === 2) apart++;
      }
      assert.ok(apart >= SEEDS.length - 1, `${apart} of ${SEEDS.length}`);
    });
  }
});

describe("one cause that shows in several ways", () => {
  it("is one story when leaked connections change their state", () => {
    const opened: Opened[] = [];
    const told = run((host) => {
      if (host.second < 150) opened.push(host.connect("10.0.0.2:3306"));
      else for (const one of opened.splice(0)) host.change(one, "10.0.0.2:3306", "CLOSE_WAIT");
    }, 170);
    const [first, last] = [verdictsOf(told, "suspect")[0], verdictsOf(told, "confirmed").at(-1)];
    assert.deepEqual([first?.event.rule, last?.event.rule], ["unclosed-connection", "close-wait"]);
    assert.equal(last?.event.story, first?.event.story);
  });

  it("is one story when it fills its process", () => {
    const told = run(evenLeak(600), 200, 1, new SimulatedHost(1024));
    const leak = verdictsOf(told, "suspect")[0]?.event;
    const full = told.find(({ event }) => event.type === "verdict" && event.rule === "at-limit")?.event;
    const forecast = told.find(({ event }) => event.type === "forecast")?.event;
    assert.ok(leak !== undefined && full?.type === "verdict" && forecast?.type === "forecast");
    assert.deepEqual([full.story, forecast.story], [leak.story, leak.story]);
  });
});
