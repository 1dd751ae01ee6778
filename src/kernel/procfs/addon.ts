import type { GapReason } from "../../model/facts.ts";
import { loadAddon } from "../native/addon.ts";
import type { DescriptorTable } from "./descriptors.ts";

/** Figures of each folder in `ListedFolders.figures`. */
export const FIGURES = 6;

/** What became of several folders, packed: one folder's openings stand behind those of the folder before it. */
export interface ListedFolders {
  /** For each folder: index in REASONS, openings, closings, renamings, length of its table now, CPU seconds. */
  readonly figures: Float64Array;
  /** Numbers, and for each the index of its link among the texts. */
  readonly opened: Int32Array;
  readonly openedTexts: Int32Array;
  readonly closed: Int32Array;
  readonly renamed: Int32Array;
  readonly renamedTexts: Int32Array;
  /** The bytes of the texts, equal ones once as far as they stand close together, and where each of them ends. */
  readonly texts: Uint8Array;
  readonly textEnds: Uint32Array;
}

/** The functions of native/listing.c and native/counting.c. Promises are for work off the main thread. */
export interface ListingAddon {
  /**
   * Brings tables up to date with what their folders hold, as mergeListing() does. The memory of `tables` is read and
   * written until the Promise is settled. `own` is the index of the program's own folder, or -1: links in it that
   * begin with `hidden` are not told. `missed` are pairs of a socket's inode and when it was missed.
   */
  listFolders(
    folders: readonly string[],
    tables: readonly DescriptorTable[],
    own: number,
    hidden: string,
    now: number,
    missed: Float64Array,
    seed: number,
  ): Promise<ListedFolders>;
  /**
   * One stat of /proc/PID/fd for every process: pid, inode of the folder, and its size or -(index in REASONS), one
   * process after the other. Null when `procfs` cannot be read.
   */
  countFolders(procfs: string): Promise<Float64Array | null>;
  /** Reads each /proc/PID/fdinfo/NUMBER for the thing with that index in HELD_THINGS: count or -1, and CPU seconds. */
  countHeld(paths: readonly string[], things: readonly number[]): Promise<Float64Array>;
  /** Whether two threads have the same table of descriptors, kcmp(2); null when that may not be asked. */
  sharesTable(one: number, other: number): boolean | null;
}

/** Reasons by the numbers that native/descriptors.h has for them; 0 is none. */
export const REASONS: readonly (GapReason | null)[] = [null, "exited", "denied", "overflow", "unsupported"];

/** Null without the addon: /proc alone serves. */
export function loadListingAddon(): ListingAddon | null {
  const loaded = loadAddon<ListingAddon>();
  return "addon" in loaded ? loaded.addon : null;
}
