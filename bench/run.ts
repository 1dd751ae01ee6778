// npm run bench [-- --window SECONDS]: every measurement in one run, a table, and docs/benchmarks.md anew.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeScratch } from "../lab/scratch.ts";
import { renderDocument, renderTable } from "./document.ts";
import { measureEnclosed } from "./enclosure.ts";
import { isMet } from "./figures.ts";
import { describeMachine } from "./machine.ts";

const DOCUMENT = join(import.meta.dirname, "..", "docs", "benchmarks.md");
const WINDOW_SECONDS = 60;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { window: { type: "string" } } });
  const windowSeconds = Number(values.window ?? WINDOW_SECONDS);
  if (!(windowSeconds > 0)) throw new Error(`--window ${values.window}: seconds above zero are needed`);
  const command =
    windowSeconds === WINDOW_SECONDS ? "npm run bench" : `npm run bench -- --window ${windowSeconds}`;
  const machine = describeMachine();
  const scratch = await makeScratch("bench");
  try {
    const { measurements, enclosed } = await measureEnclosed(scratch, windowSeconds);
    process.stdout.write(`${renderTable(measurements)}\n`);
    // Only a run that came to its end changes the page.
    writeFileSync(DOCUMENT, renderDocument({ machine, measurements, command, enclosed }));
    const missed = measurements.flatMap(({ ratios, figures }) =>
      [...ratios, ...figures].filter((one) => isMet(one) === false),
    );
    const words = missed.map((one) => one.name).join("; ");
    process.stderr.write(missed.length === 0 ? "all targets met\n" : `missed: ${words}\n`);
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
