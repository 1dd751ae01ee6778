import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderDocument, renderTable, threeDigits } from "./document.ts";
import { type Figure, isMet, type Measurement, median } from "./figures.ts";

const cpu: Figure = { name: "CPU, steady", value: 0.612, unit: "% of a core", goal: { atMost: 0.5 } };
const lsof: Figure = { name: "lsof -nP, CPU", value: 3665.8, unit: "times", goal: { atLeast: 1000 } };
const measured: Measurement = {
  title: "The pulse",
  how: ["It is timed."],
  commands: ["lsof -nP"],
  ratios: [lsof],
  ratiosOf: "How many times the pulse costs that",
  figures: [cpu, { name: "Told", value: 0, unit: "lines" }],
  skipped: ["gcc: it is not installed"],
  load: "load average 0.10",
};

describe("figures", () => {
  it("meets a goal or does not", () => {
    assert.deepEqual([isMet(cpu), isMet(lsof), isMet({ ...cpu, value: 0.5 })], [false, true, true]);
    assert.equal(isMet({ name: "Told", value: 0, unit: "lines" }), null);
    assert.deepEqual(
      [1, 1.01, NaN].map((value) => isMet({ name: "ss", value, unit: "times", goal: { moreThan: 1 } })),
      [false, true, false],
    );
  });

  it("takes the middle one of many, and the mean of the two of an even number", () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([1, 2, 10, 4]), 3);
    assert.ok(Number.isNaN(median([])));
  });

  it("shows three digits", () => {
    assert.deepEqual([0.04712, 1.534, 98.25, 3665.8, 0, 12].map(threeDigits), [
      "0.0471",
      "1.53",
      "98.3",
      "3,666",
      "0",
      "12",
    ]);
  });
});

describe("the document", () => {
  const text = renderDocument({
    ...{ title: "Benchmarks", about: "What descry costs" },
    machine: [["Cores", "2"]],
    measurements: [measured],
    command: "npm run bench",
    enclosed: true,
  });

  it("has every figure with its unit and says which goal was not met", () => {
    assert.match(text, /\| lsof -nP, CPU \| 3,666 times \| at least 1,000: met \|/);
    assert.match(text, /\| CPU, steady \| 0\.612 % of a core \| at most 0\.5: NOT MET \|/);
    assert.match(text, /\| Told \| 0 lines \| {2}\|/);
    assert.match(text, /- Command: `lsof -nP`/);
    assert.match(text, /Skipped: gcc: it is not installed\./);
  });

  it("has the ratios before the other figures", () => {
    assert.ok(text.indexOf("lsof -nP, CPU") < text.indexOf("CPU, steady"));
    const table = renderTable([measured]);
    assert.ok(table.indexOf("lsof -nP, CPU") < table.indexOf("CPU, steady"));
  });
});
