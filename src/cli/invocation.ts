import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { ObserveOptions } from "../agent/observe.ts";
import { ownProgram } from "./own-program.ts";

type Invocation = NonNullable<ObserveOptions["invocation"]>;

/**
 * How the advice has to call this program so that it runs as pasted: by its name where the PATH leads to it, else by
 * its path; with sudo unless it is root who reads the advice.
 */
export function invocationHere(path: string, uid: number | undefined): Invocation {
  const own = ownProgram();
  const found = path.split(delimiter).some((folder) => folder !== "" && isSame(join(folder, "descry"), own));
  return { program: found ? "descry" : quoted(own), sudo: uid !== 0, asRoot: uid === 0 };
}

function isSame(candidate: string, own: string): boolean {
  try {
    accessSync(candidate, constants.X_OK);
    return realpathSync(candidate) === realpathSync(own);
  } catch {
    return false;
  }
}

/** The same for a proc file system elsewhere: advice has to look at it as well, and sudo passes no environment on. */
export function invocationFor(invocation: Invocation, procfs: string): Invocation {
  if (procfs === "/proc") return invocation;
  return { ...invocation, program: `HOST_PROC=${quoted(procfs)} ${invocation.program}` };
}

/** A word of POSIX shell. */
function quoted(word: string): string {
  return /^[\w./@%+:,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
