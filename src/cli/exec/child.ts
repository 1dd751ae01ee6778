import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { isUtf8 } from "node:buffer";
import { DescryError } from "../../model/error.ts";
import { EXEC_FAILED } from "../exit-codes.ts";
import { INHERITED, inheritedDescriptors } from "./inherited.ts";
import { harmless } from "../screen/text.ts";

/** As env(1): found but not executable, not found. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

/** How the command ended. */
export interface Ended {
  /** What the shell would call it: its exit code, or 128 and the number of the signal that killed it. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

/** The command could not be started; `code` says why, as env(1) does. */
export interface NotStarted {
  readonly code: number;
  readonly words: string;
}

/**
 * Starts the command with this process's own standard input, output and error, in its own process group, so that it is
 * where the terminal's keys go, with `mark` in its environment.
 */
export async function startChild(
  [program, ...args]: readonly [string, ...string[]],
  mark: string,
): Promise<Child | NotStarted> {
  expectWholeWords([program, ...args]);
  const [name = "", value = ""] = mark.split("=");
  const environment = { ...process.env, [name]: value, [INHERITED]: undefined };
  let child: ChildProcess;
  try {
    child = spawn(program, args, { stdio: standardAndInherited(), env: environment });
  } catch (error) {
    // A NUL or the like, refused before the kernel was asked.
    return notStarted(program, error);
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once("exit", (code, signal) =>
      resolve({ code: signal === null ? (code ?? 0) : 128 + constants.signals[signal], signal }),
    );
  });
  const failure = new Promise<unknown>((resolve) => child.once("error", resolve));
  const started = await Promise.race([
    failure,
    new Promise<null>((resolve) => child.once("spawn", () => resolve(null))),
  ]);
  if (started !== null || child.pid === undefined) return notStarted(program, started);
  child.on("error", () => {});
  return { pid: child.pid, ended, kill: (signal) => void child.kill(signal) };
}

/** Each number from 0 on as it is here; those between that are not open stay so. */
function standardAndInherited(): ("inherit" | "ignore" | number)[] {
  const inherited = inheritedDescriptors(process.env);
  const stdio: ("inherit" | "ignore" | number)[] = ["inherit", "inherit", "inherit"];
  for (let number = stdio.length; number <= (inherited.at(-1) ?? 0); number++)
    stdio.push(inherited.includes(number) ? number : "ignore");
  return stdio;
}

function notStarted(program: string, error: unknown): NotStarted {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const name = harmless(program);
  switch (code) {
    case "ENOENT":
      return { code: NOT_FOUND, words: `${name}: there is no such program.` };
    case "EACCES":
    case "ENOEXEC":
    case "EPERM":
      return { code: NOT_EXECUTABLE, words: `${name} is there and cannot be executed (${code}).` };
    case "EAGAIN":
    case "ENOMEM":
    case "EMFILE":
    case "ENFILE":
      return { code: EXEC_FAILED, words: `${name} could not be started: the host has no room (${code}).` };
    default:
      return { code: NOT_EXECUTABLE, words: `${name} could not be started (${code || "unknown error"}).` };
  }
}

/** Node gives arguments as text. Bytes that are none would reach the command changed, so rather not at all. */
function expectWholeWords(words: readonly string[]): void {
  if (!words.some((word) => word.includes("\ufffd"))) return;
  if (isUtf8(readFileSync("/proc/self/cmdline"))) return;
  throw new DescryError(
    "An argument of the command is not UTF-8 and cannot be passed on unchanged.",
    "Put the command into a script and run that.",
  );
}
