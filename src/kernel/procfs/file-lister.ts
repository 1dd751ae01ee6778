import fs from "node:fs";
import type { GapReason } from "../../model/facts.ts";
import type { Clock } from "./clock.ts";
import {
  type Changes,
  type LookAtLink,
  mergeListing,
  type MissedSockets,
  parseNumbers,
} from "./descriptors.ts";
import type { Listed, Lister } from "./lister.ts";
import type { WatchedProcess } from "./process.ts";
import { type ProcFiles, reasonOf, type Refused } from "./reading.ts";
import type { Slices } from "./slices.ts";

/** Names of a folder that are read in one go: 1.3 us each. */
const NAMES_AT_ONCE = 4096;

/** What lists without the addon needs to know of the program itself. */
export interface OwnFolder {
  /** The program's pid in that procfs; null when it is not in it. */
  readonly pid: number | null;
  /** Links that begin so are open because this program looks. */
  readonly hidden: string;
}

/**
 * Lists on the main thread, in slices. 100,000 descriptors: 130 ms to list, 400 ms more to read every link (Linux
 * 6.18, one core).
 */
export class FileLister implements Lister {
  private readonly files: ProcFiles;
  /** The files are mounted, so that a long folder can be read in parts. */
  private readonly mounted: boolean;
  private readonly own: OwnFolder;
  private readonly clock: Clock;

  constructor(files: ProcFiles, mounted: boolean, own: OwnFolder, clock: Clock) {
    this.files = files;
    this.mounted = mounted;
    this.own = own;
    this.clock = clock;
  }

  async *list(
    due: Iterable<WatchedProcess>,
    now: number,
    missed: MissedSockets,
    slices: Slices,
  ): AsyncGenerator<Listed> {
    for (const process of due) {
      const work = new Work(this.clock, slices);
      const outcome = await this.outcomeOf(process, now, missed, work);
      yield { process, outcome, seconds: work.seconds() };
    }
  }

  private async outcomeOf(
    process: WatchedProcess,
    now: number,
    missed: MissedSockets,
    work: Work,
  ): Promise<Changes | Refused> {
    const long = this.mounted && Math.max(process.open, process.descriptors.length) > NAMES_AT_ONCE;
    const names = long ? await namesInParts(process.folder, work) : this.files.names(process.folder);
    if (!Array.isArray(names)) return names;
    const look = this.lookInto(process);
    const merging = mergeListing(process.descriptors, parseNumbers(names), now, look, missed);
    try {
      for (;;) {
        const step = merging.next();
        if (step.done === true) return step.value;
        if (work.over()) await work.rest();
      }
    } catch (error) {
      if (error instanceof LinkRefused) return { reason: error.reason };
      throw error;
    }
  }

  private lookInto(process: WatchedProcess): LookAtLink {
    const prefix = `${process.folder}/`;
    const hidden = process.pid === this.own.pid ? this.own.hidden : null;
    return (number) => {
      const link = this.files.link(prefix + number);
      if (typeof link === "string") return hidden !== null && link.startsWith(hidden) ? null : link;
      if (link === null) return null;
      throw new LinkRefused(link.reason);
    };
  }
}

/** A link may not be read although the folder may be listed: nothing of the process can be known. */
class LinkRefused extends Error {
  readonly reason: GapReason;

  constructor(reason: GapReason) {
    super(reason);
    this.reason = reason;
  }
}

/** Work in slices, and what it took without the rests between them. */
class Work {
  private readonly clock: Clock;
  private readonly slices: Slices;
  private spent = 0;
  private from: number;

  constructor(clock: Clock, slices: Slices) {
    this.clock = clock;
    this.slices = slices;
    this.from = clock.stopwatch();
  }

  over(): boolean {
    return this.slices.over();
  }

  async rest(): Promise<void> {
    this.spent = this.seconds();
    await this.slices.rest();
    this.from = this.clock.stopwatch();
  }

  seconds(): number {
    return this.spent + this.clock.stopwatch() - this.from;
  }
}

/** As ProcFiles.names(), for folders that take long. */
async function namesInParts(path: string, work: Work): Promise<string[] | Refused> {
  let folder: fs.Dir;
  try {
    folder = fs.opendirSync(path, { bufferSize: 1024 });
  } catch (error) {
    return { reason: reasonOf(error) };
  }
  try {
    const names: string[] = [];
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      names.push(entry.name);
      if (work.over()) await work.rest();
    }
    return names;
  } catch (error) {
    return { reason: reasonOf(error) };
  } finally {
    folder.closeSync();
  }
}
