// npm run bench [-- --window SECONDS] [--only NAME,...]: every measurement in one run, a table, and docs/benchmarks.md
// anew. Only some of them: a table alone, since the page shows one run.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ALONE } from "../test/program.ts";
import { makeScratch } from "../lab/scratch.ts";
import { renderDocument, renderTable } from "./document.ts";
import { measureEnclosed } from "./enclosure.ts";
import { isMet } from "./figures.ts";
import { describeMachine } from "./machine.ts";
import { type Choice, measureAll, MEASUREMENTS } from "./measure.ts";

const DOCUMENT = join(import.meta.dirname, "..", "docs", "benchmarks.md");
const WINDOW_SECONDS = 40;

async function main(): Promise<void> {
  // What is measured starts from nothing, whatever this machine remembers.
  Object.assign(process.env, ALONE);
  const options = {
    window: { type: "string" },
    only: { type: "string" },
    within: { type: "string" },
  } as const;
  const { window, only, within } = parseArgs({ options }).values;
  const windowSeconds = Number(window ?? WINDOW_SECONDS);
  if (!(windowSeconds > 0)) throw new Error(`--window ${window}: seconds above zero are needed`);
  const choice: Choice = { windowSeconds, only: only?.split(",") ?? [] };
  const unknown = choice.only.find((name) => !MEASUREMENTS.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there is ${MEASUREMENTS.join(", ")}`);
  if (within === undefined) await measureAndTell(choice);
  else await measureWithin(within, choice);
}

/** What enclosure.ts starts: prints the measurements as one JSON line. Whoever made the folder removes it. */
async function measureWithin(folder: string, choice: Choice): Promise<void> {
  const line = `${JSON.stringify(await measureAll({ path: folder }, choice))}\n`;
  await new Promise<void>((resolve) => void process.stdout.write(line, () => resolve()));
}

async function measureAndTell(choice: Choice): Promise<void> {
  const { windowSeconds, only } = choice;
  const more = windowSeconds === WINDOW_SECONDS ? "" : ` -- --window ${windowSeconds}`;
  const machine = describeMachine();
  const scratch = await makeScratch("bench");
  try {
    const { measurements, failures, enclosed } = await measureEnclosed(scratch, choice);
    process.stdout.write(`${renderTable(measurements)}\n`);
    // Only a run of all of them that came to its end changes the page.
    const command = `npm run bench${more}`;
    if (only.length === 0 && failures.length === 0)
      writeFileSync(DOCUMENT, renderDocument({ machine, measurements, command, enclosed }));
    const figures = measurements.flatMap((one) => [...one.ratios, ...one.figures]);
    const missed = figures.filter((one) => isMet(one) === false).map((one) => one.name);
    for (const failure of failures) process.stderr.write(`failed: ${failure}\n`);
    if (failures.length > 0) process.exitCode = 1;
    process.stderr.write(missed.length === 0 ? "all goals met\n" : `not met: ${missed.join("; ")}\n`);
  } finally {
    await scratch.remove();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// A stream of a child that has ended must not keep it.
process.exit();
