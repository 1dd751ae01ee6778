import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { type Baselines, NOTHING_LEARNED } from "../model/baselines.ts";
import { decodeBaselines, type Decoded } from "./baselines-text.ts";
import { codeOf, printable, reasonOf } from "./failure-words.ts";

export const BASELINES_FILE = "baselines.json";
/** What the file may hold. */
export const MOST_BYTES = 16 * 1024 * 1024;

/** Something about the file that a person should know; the watch goes on. */
export interface Notice {
  readonly what: string;
  readonly why: "denied" | "malformed" | "newer" | "unwritable";
  readonly mend: string;
}

export interface Kept {
  readonly baselines: Baselines;
  readonly notices: readonly Notice[];
}

export type Read =
  | Decoded
  | { readonly is: "absent" }
  | { readonly is: "unreadable"; readonly because: string };

/** What was learned before. Never rejects: what cannot be read is not known, and said. */
export async function readBaselines(folder: string): Promise<Kept> {
  const path = join(folder, BASELINES_FILE);
  const read = await readFile(path);
  if (read.is === "good") return { baselines: read.baselines, notices: [] };
  return { baselines: NOTHING_LEARNED, notices: noticesOf(read, path, null) };
}

/** Never rejects. */
export async function readFile(path: string): Promise<Read> {
  try {
    // A named pipe would hold up who opens it otherwise.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await file.stat();
    if (!found.isFile()) return { is: "malformed", because: "it is no plain file" };
    if (found.size > MOST_BYTES) return { is: "malformed", because: "it is larger than 16 MiB" };
    return decodeBaselines(await file.readFile("utf8"));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return { is: "absent" };
    return { is: "unreadable", because: reasonOf(error) };
  }
}

/** `aside` is the name under which a malformed file is kept now; null: it still is where it was. */
export function noticesOf(read: Read, path: string, aside: string | null): Notice[] {
  const what = `learned baselines in ${printable(path)}`;
  switch (read.is) {
    case "absent":
    case "good":
      return [];
    case "unreadable":
      return [
        {
          what: `${what}: ${read.because}`,
          why: "denied",
          mend: "run descry as its owner; it stays as it is",
        },
      ];
    case "newer":
      return [
        {
          what: `${what}, version ${read.version} of the format`,
          why: "newer",
          mend: "update descry, or name another folder with --state-dir; it stays as it is, and what is learned now is not kept",
        },
      ];
    case "malformed": {
      const mend =
        aside === null
          ? "descry learns anew"
          : `it was set aside as ${printable(aside)}, and descry learns anew`;
      return [{ what: `${what}: ${read.because}`, why: "malformed", mend }];
    }
  }
}
