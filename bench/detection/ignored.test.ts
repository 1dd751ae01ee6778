import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Analysis } from "../../src/agent/analysis.ts";
import { observe } from "../../src/agent/observe.ts";
import { drawSnapshot } from "../../src/agent/snapshot.ts";
import { type Declared, NOTHING_DECLARED, NOTHING_KNOWN, UNDECLARED } from "../../src/model/declared.ts";
import type { Facts } from "../../src/model/facts.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { ProcessesHost } from "./many-processes.ts";
import { SimulatedHost } from "./simulated-host.ts";

const IGNORED: Declared = { services: new Map([["web.service", { ...UNDECLARED, ignore: true }]]) };
const NEIGHBOUR = "/system.slice/neighbour.service";

/** Two services that leak a connection a second each, and the standing of what is told of them. */
class Host {
  readonly analysis: Analysis;
  readonly #host = new ProcessesHost();

  constructor(declared: Declared) {
    this.analysis = new Analysis(
      EVERYTHING,
      { program: "descry", sudo: true },
      { ...NOTHING_KNOWN, declared },
    );
    this.#host.start();
    this.#host.start({ cgroup: NEIGHBOUR });
  }

  /** "service standing reason", the same once. */
  during(seconds: number): string[] {
    const told = new Set<string>();
    for (const until = this.#host.second + seconds; this.#host.second < until;) {
      for (const worker of this.#host.workers) worker.connect("10.0.0.2:3306");
      for (const event of this.analysis.take(this.#host.tick()))
        if (event.type === "verdict") told.add(`${event.service} ${event.standing} ${event.reason ?? ""}`);
    }
    return [...told];
  }

  ofWeb(seconds: number): string[] {
    return this.during(seconds).filter((line) => line.startsWith("web.service"));
  }

  get standing(): (string | null)[] {
    return this.analysis.standingVerdicts().map(({ service }) => service);
  }
}

const LEAKS = (service: string) => [`${service} suspect `, `${service} confirmed `];

describe("a service that is ignored", () => {
  it("is not judged aloud, and is counted and shown", () => {
    const host = new Host(IGNORED);
    assert.deepEqual(host.during(200), LEAKS("neighbour.service"));
    assert.ok(!host.standing.includes("web.service"));
    assert.ok(host.analysis.attention().size > 0, "its neighbour deserves a close look");
    assert.ok(!host.analysis.attention().has(4000));
    const shown = drawSnapshot(host.analysis).services.find(({ service }) => service === "web.service");
    assert.equal(shown?.open, 200);
    assert.deepEqual([shown.verdicts, shown.forecasts], [[], []]);
    assert.deepEqual(
      shown.holdings.map(({ open, standing }) => [open, standing]),
      [[200, null]],
    );
  });

  it("is told to be over when that is declared while it leaks, and told anew when it is taken back", () => {
    const host = new Host(NOTHING_DECLARED);
    assert.deepEqual(host.during(200).toSorted(), [
      ...LEAKS("neighbour.service").toReversed(),
      ...LEAKS("web.service").toReversed(),
    ]);
    host.analysis.declare(IGNORED);
    assert.deepEqual(host.ofWeb(30), ["web.service cleared its service is ignored from now on"]);
    assert.ok(!host.standing.includes("web.service"));
    host.analysis.declare(NOTHING_DECLARED);
    assert.deepEqual(host.ofWeb(30), ["web.service confirmed its service is ignored no longer"]);
    assert.ok(host.standing.includes("web.service"));
  });

  it("is told of what all share", () => {
    const everyone = ["desktop.service", "simulated.service"];
    const declared = { services: new Map(everyone.map((one) => [one, { ...UNDECLARED, ignore: true }])) };
    const host = new SimulatedHost();
    const known = { ...NOTHING_KNOWN, declared };
    const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true }, known);
    host.instancesElsewhere(128);
    const told = Array.from({ length: 8 }, () => analysis.take(host.tick())).flat();
    assert.deepEqual(
      told.flatMap((event) => (event.type === "verdict" ? [event.rule] : [])),
      ["inotify-exhaustion"],
    );
  });
});

describe("what is declared anew while it is watched", () => {
  it("is asked for before each reading is judged", async () => {
    const host = new ProcessesHost();
    const worker = host.start();
    const read = (): Promise<Facts | null> => {
      if (host.second === 230) return Promise.resolve(null);
      worker.connect("10.0.0.2:3306");
      return Promise.resolve(host.tick());
    };
    const source = { read, close: () => Promise.resolve() };
    const declaredAnew = () => (host.second === 200 ? IGNORED : null);
    const told: string[] = [];
    for await (const { events } of observe(source, { targets: EVERYTHING, interval: 0, declaredAnew }))
      for (const event of events) if (event.type === "verdict") told.push(`${host.second} ${event.standing}`);
    assert.ok(told.includes("200 cleared"), told.join());
    assert.ok(told.slice(0, -1).some((line) => line.endsWith("confirmed")) && told.at(-1) === "200 cleared");
  });

  it("is the shape from the next tick on", () => {
    const host = new Host(NOTHING_DECLARED);
    host.during(5);
    const shapeOf = () => host.analysis.shapes.shapeOf("web.service");
    assert.equal(shapeOf().declared, false);
    host.analysis.declare({ services: new Map([["web.service", { ...UNDECLARED, shape: "steady" }]]) });
    host.during(1);
    assert.deepEqual(shapeOf(), { shape: "steady", declared: true, cycleSeconds: null });
  });
});
