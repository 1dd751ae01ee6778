// npm run bench:detection [-- --quick] [--tuning] [--processes N] [--only WORD] [--keep FILE [--partial]]: simulated leaks and healthy programs through the
// analysis, tables on standard output, and docs/detection.md anew after a whole run of the draw that is kept for the proof.
// --keep FILE: results are kept as they come, and a run that was interrupted goes on; --partial: the page of what is kept.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "../machine.ts";
import { performAll } from "./crew.ts";
import { renderDetection, renderTables } from "./document.ts";
import type { Job } from "./jobs.ts";
import { Kept } from "./kept.ts";
import { FULL, jobsOf, QUICK } from "./programme.ts";
import { rateName } from "./tables.ts";

const DOCUMENT = join(import.meta.dirname, "..", "..", "docs", "detection.md");

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      tuning: { type: "boolean", default: false },
      processes: { type: "string", default: "2" },
      only: { type: "string" },
      keep: { type: "string" },
      partial: { type: "boolean", default: false },
    },
  });
  const processes = Number(values.processes);
  if (!(processes >= 1)) throw new Error(`--processes ${values.processes}: a number from 1 on is needed`);
  const draw = values.tuning ? "tuning" : "test";
  const { only } = values;
  const jobs = jobsOf(values.quick ? QUICK : FULL, draw).filter(
    (job) => only === undefined || nameOf(job).includes(only),
  );
  if (jobs.length === 0) throw new Error(`--only ${only}: no job has that in its name`);
  const machine = describeMachine();
  const kept = new Kept(values.keep ?? null, draw);
  const chosen = values.partial ? jobs.filter((job) => kept.get(job) !== null) : jobs;
  const performed = await performAll(chosen, draw, processes, kept, ({ job, seconds }, done) => {
    process.stderr.write(`${done}/${chosen.length} ${nameOf(job)}: ${seconds.toFixed(1)} s\n`);
  });
  const minutes = performed.reduce((sum, { seconds }) => sum + seconds, 0) / 60 / processes;
  process.stdout.write(`${renderTables(performed)}\n${minutes.toFixed(1)} minutes\n`);
  if (values.quick || values.tuning || only !== undefined) return;
  const more = processes === 2 ? "" : ` -- --processes ${processes}`;
  const command = `npm run bench:detection${more}`;
  writeFileSync(
    DOCUMENT,
    renderDetection({ machine, performed, planned: jobs.length, command, draw, minutes, processes }),
  );
}

function nameOf(job: Job): string {
  const what = job.kind === "leak" ? `leak of ${rateName(job.perMinute)}, ${job.mode}` : job.kind;
  return `${what}, seed ${job.seed}${job.ticks === undefined ? "" : `, looks ${job.ticks} s apart`}`;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
