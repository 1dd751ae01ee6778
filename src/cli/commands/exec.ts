import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Run } from "../../agent/exec/run.ts";
import { DescryError } from "../../model/error.ts";
import { type Child, type Ended, startChild } from "../exec/child.ts";
import { runObject } from "../exec/json.ts";
import { junitXml, writeWhole } from "../exec/junit.ts";
import { reportLines } from "../exec/report.ts";
import { readRunOptions, type RunOptions } from "../exec/run-options.ts";
import { judgeRun, type Verdict } from "../exec/verdict.ts";
import { EXEC_FAILED, OK } from "../exit-codes.ts";
import { failureWords } from "../failure.ts";
import type { Cause } from "../interruption.ts";
import { jsonLine } from "../screen/text.ts";
import type { Command, Surroundings } from "../surroundings.ts";

/**
 * `descry exec -- CMD ARG...`: runs CMD and says what it, or a process named beside it, opened and kept. CMD has
 * standard input and output for itself. Its failure wins; a leak is next; 125 is descry's own failure, as env(1).
 */
export const run: Command = async (flags, _operand, surroundings) => {
  const { terminal } = surroundings;
  try {
    return await execute(readRunOptions(flags, surroundings.environment), surroundings);
  } catch (error) {
    if (!(error instanceof DescryError)) throw error;
    terminal.err(`descry: ${failureWords(error)}`);
    return EXEC_FAILED;
  }
};

async function execute(options: RunOptions, surroundings: Surroundings): Promise<number> {
  const { agent, terminal, interruption } = surroundings;
  const { procfs, pids } = options;
  const mark = `DESCRY_EXEC=${randomBytes(12).toString("hex")}`;
  const source = agent.openKernel({ procfs });
  try {
    const watched = new Run(source, { procfs, pids, mark });
    await watched.before();
    const child = await startChild(options.command, mark);
    if (!("ended" in child)) {
      terminal.err(`descry: ${child.words}`);
      return child.code;
    }
    interruption.divert((cause) => forward(child, cause));
    const lost = await lookOn(watched, child, options, surroundings);
    const ended = await child.ended;
    return lost === null
      ? await conclude(judgeRun(watched.outcome(), options.allowances), ended, options, surroundings)
      : failed(lost, ended, surroundings);
  } finally {
    await source.close();
  }
}

/** Looks until all has settled; what went wrong with looking must not reach the command. Null: nothing did. */
async function lookOn(
  watched: Run,
  child: Child,
  { settleMilliseconds }: RunOptions,
  { interruption }: Surroundings,
): Promise<unknown> {
  try {
    await watched.during(child.pid, child.ended);
    // Whoever interrupts now does not want to wait for the settling.
    interruption.divert(null);
    await watched.settle(settleMilliseconds, interruption.signal);
    return null;
  } catch (error) {
    return error;
  }
}

function failed(error: unknown, ended: Ended, { terminal }: Surroundings): number {
  if (!(error instanceof DescryError)) throw error;
  terminal.err(`descry: ${failureWords(error)}`);
  return ended.code === OK ? EXEC_FAILED : ended.code;
}

async function conclude(
  verdict: Verdict,
  ended: Ended,
  options: RunOptions,
  { terminal }: Surroundings,
): Promise<number> {
  const { json, quiet, junit, settleMilliseconds, leakExitCode } = options;
  const leaks = verdict.leaks.length > 0;
  if (json) terminal.err(jsonLine(runObject(verdict, options, ended, Date.now())));
  else if (leaks || !quiet) for (const line of reportLines(verdict, settleMilliseconds)) terminal.err(line);
  let code = ended.code === OK && leaks ? leakExitCode : ended.code;
  if (junit === null) return code;
  try {
    await writeWhole(junit, junitXml(verdict, settleMilliseconds));
  } catch (error) {
    if (!(error instanceof DescryError)) throw error;
    terminal.err(`descry: ${failureWords(error)}`);
    if (code === OK) code = EXEC_FAILED;
  }
  return code;
}

/** A key at the terminal reaches the whole foreground group, and so the command, by itself: it must not come twice. */
function forward(child: Child, cause: Cause): void {
  if (cause === "quit" || cause === "closed") return;
  if (cause === "SIGINT" && isInForeground()) return;
  child.kill(cause);
}

/** Process group and foreground group of the terminal, fields 5 and 8 of /proc/self/stat: the same one. */
function isInForeground(): boolean {
  const stat = readFileSync("/proc/self/stat", "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[2] === fields[5];
}
