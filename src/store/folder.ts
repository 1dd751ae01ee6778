import { constants } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { DescryError } from "../model/error.ts";
import { printable, reasonOf } from "./failure-words.ts";
import type { Notice } from "./read-baselines.ts";

/**
 * Makes the folder that the user named, for its owner alone. Rejects with a DescryError when it cannot be made or is no
 * folder.
 */
export async function makeStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DescryError(
      `The state folder ${printable(folder)} cannot be made: ${reasonOf(error)}.`,
      "Name another with --state-dir or DESCRY_STATE_DIR; off stands for none.",
    );
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
