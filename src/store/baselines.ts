import { lstat, open, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { type Baselines, NOTHING_LEARNED } from "../model/baselines.ts";
import { encodeService, frame } from "./baselines-text.ts";
import { codeOf, printable, reasonOf } from "./failure-words.ts";
import { FileLock } from "./lock.ts";
import { mergeBaselines } from "./merge.ts";
import {
  BASELINES_FILE,
  type Kept,
  MOST_BYTES,
  type Notice,
  noticesOf,
  readBaselines,
  readFile,
} from "./read-baselines.ts";

const LOCK_FILE = "baselines.lock";

/**
 * The file, kept up to date by one process at a time: whoever has the lock writes, the others only read. The file is
 * replaced as a whole, so that a reader and a crash meet the old one or the new one and nothing else. One call at a time.
 */
export class BaselineFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #writtenBy: string;
  #lock: FileLock | null = null;
  #lockedElsewhere = false;
  #kept: Baselines = NOTHING_LEARNED;
  /** The file is not to be replaced: it may hold more than is understood here. */
  #leftAlone = false;
  /** What was told and has not been mended since. */
  readonly #told = new Set<"lock" | "write" | "left out">();

  /** `writtenBy` is the program with its version. The folder has to be there. */
  constructor(folder: string, writtenBy: string) {
    this.#folder = folder;
    this.#path = join(folder, BASELINES_FILE);
    this.#writtenBy = writtenBy;
  }

  /** Another process had the lock when it was last asked for. */
  get keptElsewhere(): boolean {
    return this.#lockedElsewhere;
  }

  /** What is in it, and takes the lock if it is free. `at`: Unix milliseconds. Never rejects. */
  async open(at: number): Promise<Kept> {
    const notices = await this.#takeLock(at);
    if (this.#lock !== null) return { baselines: this.#kept, notices };
    const { baselines, notices: unread } = await readBaselines(this.#folder);
    return { baselines, notices: [...notices, ...unread] };
  }

  /**
   * Writes what was learned, with what the file holds of other services. Does nothing while another process has the lock.
   * Never rejects; a failure is told once until it has been mended.
   */
  async save(learned: Baselines, at: number): Promise<readonly Notice[]> {
    const notices = this.#lock === null ? await this.#takeLock(at) : [];
    if (this.#lock === null || this.#leftAlone) return notices;
    this.#kept = mergeBaselines(this.#kept, learned, at);
    try {
      const { text, left } = await this.#encode();
      await this.#replace(text);
      this.#told.delete("write");
      return left === null ? notices : [...notices, ...this.#once("left out", left)];
    } catch (error) {
      const failure: Notice = {
        what: `learned baselines in ${printable(this.#path)}: ${reasonOf(error)}`,
        why: "unwritable",
        mend: "make room or rights there, or name another folder with --state-dir; it is tried again and again",
      };
      return [...notices, ...this.#once("write", failure)];
    }
  }

  /** Gives up the lock. */
  close(): void {
    this.#lock?.release();
    this.#lock = null;
  }

  #once(about: "lock" | "write" | "left out", notice: Notice): Notice[] {
    if (this.#told.has(about)) return [];
    this.#told.add(about);
    return [notice];
  }

  async #takeLock(at: number): Promise<Notice[]> {
    try {
      this.#lock = await FileLock.take(join(this.#folder, LOCK_FILE));
    } catch (error) {
      return this.#once("lock", {
        what: `the lock of learned baselines in ${printable(join(this.#folder, LOCK_FILE))}: ${reasonOf(error)}`,
        why: "unwritable",
        mend: "what is learned now is not kept; run descry as the owner of the folder, or name another with --state-dir",
      });
    }
    this.#lockedElsewhere = this.#lock === null;
    if (this.#lock === null) return [];
    const read = await readFile(this.#path);
    if (read.is === "good") this.#kept = read.baselines;
    this.#leftAlone = read.is === "newer" || read.is === "unreadable";
    const aside = read.is === "malformed" ? await this.#setAside(at) : null;
    return noticesOf(read, this.#path, aside);
  }

  /** The new name; null: it could not be renamed, and stays as it is. */
  async #setAside(at: number): Promise<string | null> {
    const stamp = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, "");
    try {
      for (let count = 1; ; count++) {
        const name = `${this.#path}.set-aside-${stamp}${count === 1 ? "" : `-${count}`}`;
        if (await isThere(name)) continue;
        await rename(this.#path, name);
        return name;
      }
    } catch {
      this.#leftAlone = true;
      return null;
    }
  }

  async #encode(): Promise<{ readonly text: string; readonly left: Notice | null }> {
    const { before, between, after } = frame(this.#writtenBy);
    const lines: string[] = [];
    let bytes = Buffer.byteLength(before) + Buffer.byteLength(after);
    let left: Notice | null = null;
    let tooLong = 0;
    for (const [at, service] of this.#kept.services.entries()) {
      // Megabytes take long to write as JSON, and the watch goes on meanwhile.
      if (at % 64 === 63) await turn();
      const line = encodeService(service);
      if (line === null) {
        left = cannotBeKept(service.service);
        continue;
      }
      const more = Buffer.byteLength(line) + between.length;
      if (bytes + more > MOST_BYTES) {
        left = tooMany(++tooLong);
        continue;
      }
      bytes += more;
      lines.push(line);
    }
    return { text: before + lines.join(between) + after, left };
  }

  async #replace(text: string): Promise<void> {
    const fresh = `${this.#path}.new`;
    // Left by a process that ended while it wrote; who has the lock is the only one to write.
    await unlink(fresh).catch(ignoreAbsent);
    try {
      {
        await using file = await open(fresh, "wx", 0o600);
        await file.writeFile(text);
        await file.sync();
      }
      await rename(fresh, this.#path);
    } catch (error) {
      await unlink(fresh).catch(() => undefined);
      throw error;
    }
    await using folder = await open(this.#folder, "r");
    await folder.sync();
  }
}

function cannotBeKept(service: string): Notice {
  return {
    what: `what was learned of ${printable(service)}`,
    why: "unwritable",
    mend: "report it: a figure among it is no number",
  };
}

function tooMany(services: number): Notice {
  return {
    what: `what was learned of ${services} services, those not seen for longest: the file may hold 16 MiB`,
    why: "unwritable",
    mend: "nothing to do: it is learned again when they are seen",
  };
}

function ignoreAbsent(error: unknown): void {
  if (codeOf(error) !== "ENOENT") throw error;
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
