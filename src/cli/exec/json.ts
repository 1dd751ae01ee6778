import { hostname } from "node:os";
import { allowanceWord } from "./allow.ts";
import type { RunOptions } from "./run-options.ts";
import type { Ended } from "./child.ts";
import type { Case, Verdict } from "./verdict.ts";

/** The run as one object: `{"type":"run", ...}`. Only what was kept is listed case by case. */
export function runObject(verdict: Verdict, options: RunOptions, ended: Ended, at: number): object {
  const { cases, leaks, outcome } = verdict;
  return {
    type: "run",
    at: new Date(at).toISOString(),
    host: hostname(),
    command: options.command,
    exitCode: ended.code,
    signal: ended.signal,
    ranSeconds: rounded(outcome.ranSeconds),
    settleSeconds: options.settleMilliseconds / 1000,
    leaks: leaks.length,
    watchedProcesses: outcome.processes,
    kept: cases.filter(({ kept }) => kept > 0).map(caseObject),
    unreadable: outcome.unreadable,
    leftRunning: outcome.leftRunning,
  };
}

function caseObject(one: Case): object {
  const { pid, command, origin, ended, subject, before, peak, after, kept, allowed, leak, quarters, why } =
    one;
  return {
    process: { pid, command, origin, ended },
    subject,
    ...{ before, peak, after, kept, allowed, leak, quarters, why },
    allow: `${allowanceWord(subject)}=${kept}`,
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
