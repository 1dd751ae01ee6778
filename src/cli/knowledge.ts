import { readDeclared } from "../config/read.ts";
import { type Knowledge, NOTHING_KNOWN } from "../model/declared.ts";
import { nearest } from "./nearest.ts";
import type { Options } from "./options.ts";
import type { Surroundings } from "./surroundings.ts";

/** What an observation starts with. Rejects with a DescryError when the configuration is no good. */
export async function knownTo(options: Options, surroundings: Surroundings): Promise<Knowledge> {
  const usual = surroundings.usualConfiguration;
  const declared = await readDeclared({ named: options.config, usual, nearest });
  return { ...NOTHING_KNOWN, declared };
}
