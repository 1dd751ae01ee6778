// npm run bench [-- --window SECONDS]: every measurement in one run, a table, and docs/benchmarks.md anew.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeScratch, type Scratch } from "../lab/scratch.ts";
import { renderDocument, renderTable } from "./document.ts";
import { isMet, type Measurement } from "./figures.ts";
import { describeMachine } from "./machine.ts";
import { measurePulse } from "./pulse.ts";
import { startQuietHost } from "./quiet-host.ts";
import { measureWatch } from "./watch.ts";

const DOCUMENT = join(import.meta.dirname, "..", "docs", "benchmarks.md");
const WINDOW_SECONDS = 60;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function measureAll(scratch: Scratch, windowSeconds: number): Promise<Measurement[]> {
  say("starting the quiet host ...");
  const host = await startQuietHost(scratch);
  try {
    say(`descry watch over ${host.descriptors} descriptors, about ${windowSeconds + 15} s ...`);
    const watch = await measureWatch(host, scratch, { windowSeconds });
    say("the pulse and its peers, about two minutes ...");
    return [watch, await measurePulse(host, scratch)];
  } finally {
    await host.stop();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { window: { type: "string" } } });
  const windowSeconds = Number(values.window ?? WINDOW_SECONDS);
  if (!(windowSeconds > 0)) throw new Error(`--window ${values.window}: seconds above zero are needed`);
  const command =
    windowSeconds === WINDOW_SECONDS ? "npm run bench" : `npm run bench -- --window ${windowSeconds}`;
  const machine = describeMachine();
  const scratch = await makeScratch("bench");
  try {
    const measurements = await measureAll(scratch, windowSeconds);
    process.stdout.write(`${renderTable(measurements)}\n`);
    // Only a run that came to its end changes the page.
    writeFileSync(DOCUMENT, renderDocument(machine, measurements, command));
    const missed = measurements.flatMap(({ ratios, figures }) =>
      [...ratios, ...figures].filter((one) => isMet(one) === false),
    );
    say(missed.length === 0 ? "all targets met" : `missed: ${missed.map((one) => one.name).join("; ")}`);
  } finally {
    await scratch.remove();
  }
}

try {
  await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
// A stream of a child that has ended must not keep it.
process.exit();
