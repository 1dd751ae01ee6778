import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DescryError } from "../../model/error.ts";
import { parseDuration } from "../duration.ts";
import { parsePid, type RawFlags } from "../options.ts";
import { harmless } from "../screen/text.ts";
import { type Allowance, parseAllowance } from "./allow.ts";

/** What `exec` was asked for, checked. */
export interface RunOptions {
  readonly command: readonly [string, ...string[]];
  readonly pids: readonly number[];
  readonly settleMilliseconds: number;
  readonly allowances: readonly Allowance[];
  readonly leakExitCode: number;
  readonly junit: string | null;
  readonly procfs: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

const DEFAULT_SETTLE = 3000;
const DEFAULT_LEAK_EXIT_CODE = 2;

/** Throws a DescryError before anything is started. */
export function readRunOptions(
  flags: RawFlags,
  environment: Readonly<Record<string, string | undefined>>,
): RunOptions {
  const [program, ...rest] = flags.words ?? [];
  if (program === undefined) {
    throw new DescryError("exec needs a command to run.", "Write it last: descry exec -- npm test.");
  }
  if (program === "")
    throw new DescryError("The command to run is empty.", "Check the variable it came from.");
  return {
    command: [program, ...rest],
    pids: (flags.pid ?? []).map(parsePid),
    settleMilliseconds: readSettle(flags.settle),
    allowances: (flags.allow ?? []).map(parseAllowance),
    leakExitCode: readExitCode(flags.leakExitCode),
    junit: flags.junit === undefined ? null : writable(flags.junit),
    procfs: flags.procfs ?? (environment["HOST_PROC"] || "/proc"),
    json: flags.json === true,
    quiet: flags.quiet === true,
  };
}

/** No settling at all is a wish that makes sense. */
function readSettle(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SETTLE;
  return /^0+(?:\.0+)?(?:ms|s|m|h)?$/.test(text) ? 0 : parseDuration("--settle", text);
}

function readExitCode(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LEAK_EXIT_CODE;
  if (/^\d{1,3}$/.test(text) && Number(text) <= 255) return Number(text);
  throw new DescryError(
    `--leak-exit-code ${harmless(text)} is no exit code.`,
    "Give a number from 0 (report only) to 255.",
  );
}

/** An hour of tests must not end with a report that cannot be written. */
function writable(path: string): string {
  const mend = "Name a file in a folder that can be written to.";
  if (path === "") throw new DescryError("--junit needs the name of a file.", mend);
  const file = resolve(path);
  try {
    accessSync(dirname(file), constants.W_OK | constants.X_OK);
  } catch {
    throw new DescryError(`--junit ${harmless(path)} cannot be written.`, mend);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new DescryError(`--junit ${harmless(path)} is a folder.`, mend);
  return file;
}
