// npm run bench [-- --window SECONDS] [--only NAME,...]: every measurement of a page in one run, a table, and the page in
// docs/ anew; npm run bench:agent is --page benchmarks-agent. Only some of them: a table alone, since a page shows one run.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ALONE } from "../test/program.ts";
import { makeScratch } from "../lab/scratch.ts";
import { renderDocument, renderTable, type Report } from "./document.ts";
import { measureEnclosed } from "./enclosure.ts";
import { isMet } from "./figures.ts";
import { describeMachine } from "./machine.ts";
import { type Choice, measureAll, MEASUREMENTS, type PageName, PAGES } from "./measure.ts";

const DOCS = join(import.meta.dirname, "..", "docs");

async function main(): Promise<void> {
  // What is measured starts from nothing, whatever this machine remembers.
  Object.assign(process.env, ALONE);
  const options = {
    window: { type: "string" },
    only: { type: "string" },
    within: { type: "string" },
    page: { type: "string", default: "benchmarks" },
  } as const;
  const { window, only, within, page } = parseArgs({ options }).values;
  if (!isPage(page)) throw new Error(`--page ${page}: there is ${Object.keys(PAGES).join(", ")}`);
  const windowSeconds = Number(window ?? PAGES[page].windowSeconds);
  if (!(windowSeconds > 0)) throw new Error(`--window ${window}: seconds above zero are needed`);
  const choice: Choice = { windowSeconds, only: only?.split(",") ?? PAGES[page].only };
  const unknown = choice.only.find((name) => !MEASUREMENTS.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there is ${MEASUREMENTS.join(", ")}`);
  if (within !== undefined) await measureWithin(within, choice);
  else await measureAndTell(choice, only === undefined ? page : null);
}

function isPage(name: string): name is PageName {
  return Object.hasOwn(PAGES, name);
}

/** What enclosure.ts starts: prints the measurements as one JSON line. Whoever made the folder removes it. */
async function measureWithin(folder: string, choice: Choice): Promise<void> {
  const line = `${JSON.stringify(await measureAll({ path: folder }, choice))}\n`;
  await new Promise<void>((resolve) => void process.stdout.write(line, () => resolve()));
}

/** `page`: the one that is written; null: none. */
async function measureAndTell(choice: Choice, page: PageName | null): Promise<void> {
  const machine = describeMachine();
  const scratch = await makeScratch("bench");
  try {
    const { measurements, failures, enclosed } = await measureEnclosed(scratch, choice);
    process.stdout.write(`${renderTable(measurements)}\n`);
    // Only a run of all of them that came to its end changes the page.
    if (page !== null && failures.length === 0)
      writeFileSync(
        join(DOCS, `${page}.md`),
        renderDocument({ ...pageOf(page, choice), machine, measurements, enclosed }),
      );
    const figures = measurements.flatMap((one) => [...one.ratios, ...one.figures]);
    const missed = figures.filter((one) => isMet(one) === false).map((one) => one.name);
    for (const failure of failures) process.stderr.write(`failed: ${failure}\n`);
    if (failures.length > 0) process.exitCode = 1;
    process.stderr.write(missed.length === 0 ? "all goals met\n" : `not met: ${missed.join("; ")}\n`);
  } finally {
    await scratch.remove();
  }
}

function pageOf(page: PageName, { windowSeconds }: Choice): Pick<Report, "title" | "about" | "command"> {
  const { title, about, command, windowSeconds: usual } = PAGES[page];
  return {
    ...{ title, about },
    command: windowSeconds === usual ? command : `${command} -- --window ${windowSeconds}`,
  };
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// A stream of a child that has ended must not keep it.
process.exit();
