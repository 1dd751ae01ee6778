import assert from "node:assert/strict";
import { test } from "node:test";
import { Budget } from "./budget.ts";

/** A program that uses `fixed` of a core, and `other` divided by the stretch. */
class Program {
  #cpu = 0;
  #uptime = 0;
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  run({ fixed, other }: { fixed: number; other: number }, seconds: number): void {
    for (const end = this.#uptime + seconds; this.#uptime < end; this.#uptime++) {
      this.#budget.note(this.#uptime, () => this.#cpu);
      this.#cpu += fixed + other / this.#budget.stretch;
    }
  }
}

test("what can wait is stretched until the budget holds, and no more than that", () => {
  const budget = new Budget(0.01);
  new Program(budget).run({ fixed: 0.002, other: 0.02 }, 600);
  assert.ok(budget.used !== null && budget.used <= 0.0105, `${budget.used} used`);
  assert.ok(budget.stretch < 3, `stretched by ${budget.stretch}`);
});

test("with less to do it looks as often as before", () => {
  const budget = new Budget(0.01);
  const program = new Program(budget);
  program.run({ fixed: 0.002, other: 0.1 }, 300);
  assert.equal(budget.stretch, 4);
  program.run({ fixed: 0.002, other: 0.003 }, 300);
  assert.equal(budget.stretch, 1);
});

test("what cannot wait is never given up: there is an end to stretching", () => {
  const budget = new Budget(0.01);
  new Program(budget).run({ fixed: 0.05, other: 0.01 }, 600);
  assert.equal(budget.stretch, 4);
  assert.ok(budget.used !== null && budget.used > 0.05);
});

test("what the first reading costs stretches nothing", () => {
  const budget = new Budget(0.01);
  new Program(budget).run({ fixed: 1, other: 1 }, 19);
  assert.equal(budget.used, null);
  assert.equal(budget.stretch, 1);
});
