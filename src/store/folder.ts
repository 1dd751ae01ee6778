import { constants } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { DescryError } from "../model/error.ts";
import { codeOf, printable, reasonOf } from "./failure-words.ts";
import type { Notice } from "./read-baselines.ts";

/**
 * Makes the folder that the user named, for its owner alone. Rejects with a DescryError when it cannot be made or is no
 * folder.
 */
export async function makeStateFolder(folder: string): Promise<void> {
  try {
    await makeWithParents(folder);
  } catch (error) {
    throw new DescryError(
      `The state folder ${printable(folder)} cannot be made: ${reasonOf(error)}.`,
      "Name another with --state-dir or DESCRY_STATE_DIR; off stands for none.",
    );
  }
}

/**
 * As mkdir -p. Node's own recursive mkdir tries forever where the kernel says ENOENT of a folder whose parent is there,
 * as proc(5) does.
 */
async function makeWithParents(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let path = folder; !(await isFolder(path)); path = dirname(path)) {
    missing.push(path);
    if (path === dirname(path)) break;
  }
  for (const path of missing.toReversed()) {
    try {
      await mkdir(path, { mode: 0o700 });
    } catch (error) {
      // Somebody else may have made it meanwhile.
      if (codeOf(error) !== "EEXIST" || !(await isFolder(path))) throw error;
    }
  }
}

/** Rejects with whatever else than its absence keeps from knowing. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** Why nothing is read from a folder nor written to it. */
export interface FolderFault {
  /** null: it is not there, which is how it mostly is. */
  readonly notice: Notice | null;
}

/**
 * null: it is there, and not everybody may write into it. Who writes there decides what descry keeps silent about.
 */
export async function stateFolderFault(folder: string): Promise<FolderFault | null> {
  try {
    const found = await stat(folder);
    if (found.isDirectory() && (found.mode & constants.S_IWOTH) === 0) return null;
    const what = `learned baselines in ${printable(folder)}`;
    const open = {
      why: "denied",
      mend: "close it: chmod o-w; what is there is not read, and nothing is kept",
    } as const;
    const noFolder = { why: "malformed", mend: "name a folder with --state-dir" } as const;
    if (found.isDirectory()) return { notice: { what: `${what}, where everybody may write`, ...open } };
    return { notice: { what: `${what}, which is no folder`, ...noFolder } };
  } catch {
    return { notice: null };
  }
}
