// npm run bench [-- --window SECONDS]: every measurement in one run, a table, and docs/benchmarks.md anew.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeScratch } from "../lab/scratch.ts";
import { renderDocument, renderTable } from "./document.ts";
import { measureEnclosed } from "./enclosure.ts";
import { isMet } from "./figures.ts";
import { describeMachine } from "./machine.ts";
import { measureAll } from "./measure.ts";

const DOCUMENT = join(import.meta.dirname, "..", "docs", "benchmarks.md");
const WINDOW_SECONDS = 60;

async function main(): Promise<void> {
  const options = { window: { type: "string" }, within: { type: "string" } } as const;
  const { window, within } = parseArgs({ options }).values;
  const windowSeconds = Number(window ?? WINDOW_SECONDS);
  if (!(windowSeconds > 0)) throw new Error(`--window ${window}: seconds above zero are needed`);
  if (within === undefined) await measureAndTell(windowSeconds);
  else await measureWithin(within, windowSeconds);
}

/** What enclosure.ts starts: prints the measurements as one JSON line. Whoever made the folder removes it. */
async function measureWithin(folder: string, windowSeconds: number): Promise<void> {
  const line = `${JSON.stringify(await measureAll({ path: folder }, windowSeconds))}\n`;
  await new Promise<void>((resolve) => void process.stdout.write(line, () => resolve()));
}

async function measureAndTell(windowSeconds: number): Promise<void> {
  const more = windowSeconds === WINDOW_SECONDS ? "" : ` -- --window ${windowSeconds}`;
  const machine = describeMachine();
  const scratch = await makeScratch("bench");
  try {
    const { measurements, enclosed } = await measureEnclosed(scratch, windowSeconds);
    process.stdout.write(`${renderTable(measurements)}\n`);
    // Only a run that came to its end changes the page.
    const command = `npm run bench${more}`;
    writeFileSync(DOCUMENT, renderDocument({ machine, measurements, command, enclosed }));
    const figures = measurements.flatMap((one) => [...one.ratios, ...one.figures]);
    const missed = figures.filter((one) => isMet(one) === false).map((one) => one.name);
    process.stderr.write(missed.length === 0 ? "all targets met\n" : `missed: ${missed.join("; ")}\n`);
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
