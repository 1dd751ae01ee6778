import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact, ListingFact, Openings } from "../model/facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import { Ledger } from "./ledger.ts";

const PID = 10;

/** A ledger over one process, a tick a second. */
class Stage {
  readonly ledger = new Ledger(EVERYTHING);
  #second = 0;

  constructor() {
    const head = { fact: "process", pid: PID, startTicks: 100, parent: 1, name: "app" } as const;
    const owner = { cgroup: "/", uid: 0, netns: 1, softLimit: 99, hardLimit: 99 } as const;
    this.tick({ ...head, command: ["/opt/app"], ...owner });
  }

  tick(...facts: readonly Fact[]): void {
    this.#second++;
    this.ledger.apply({ at: this.#second * 1000, uptime: 1000 + this.#second, facts });
  }

  listing(opened: Openings, closed: readonly number[] = [], traits: Partial<ListingFact> = {}): Fact {
    return { fact: "listing", pid: PID, first: false, opened, closed, ...traits };
  }

  /** Of this tick, "kind: born closed". */
  counts(): string[] {
    return this.ledger.turnover.all().map(({ kind, born, closed }) => `${kind}: ${born} ${closed}`);
  }
}

test("what is opened and closed is counted once, by kind, in the tick in which it was seen", () => {
  const stage = new Stage();
  stage.tick(stage.listing([[3, "/srv/a"]], [], { first: true }));
  assert.deepEqual(stage.counts(), [], "what was there before is not born");
  stage.tick(
    stage.listing([
      [4, "/srv/b"],
      [5, "/srv/c"],
      [6, "pipe:[9]"],
    ]),
  );
  assert.deepEqual(stage.counts(), ["file: 2 0", "pipe: 1 0"]);
  stage.tick();
  assert.deepEqual(stage.counts(), []);
  stage.tick(stage.listing([[5, "pipe:[11]"]], [3, 4]));
  assert.deepEqual(stage.counts().toSorted(), ["file: 0 3", "pipe: 1 0"]);
});

test("what goes with its process was not closed", () => {
  const stage = new Stage();
  stage.tick(stage.listing([], [], { first: true }));
  stage.tick(stage.listing([[4, "/srv/b"]]));
  stage.tick({ fact: "exit", pid: PID, startTicks: 100 });
  assert.deepEqual(stage.counts(), []);
});

test("a file that is deleted while it is open turns into another kind, and both counters follow what is open", () => {
  const stage = new Stage();
  stage.tick(stage.listing([], [], { first: true }));
  stage.tick(stage.listing([[4, "/srv/b"]]));
  stage.tick(stage.listing([], [], { renamed: [[4, "/srv/b (deleted)"]] }));
  assert.deepEqual(stage.counts().toSorted(), ["deleted-file: 1 0", "file: 0 1"]);
  stage.tick(stage.listing([], [4]));
  assert.deepEqual(stage.counts(), ["deleted-file: 0 1"]);
});
