import fs from "node:fs";
import type { GapReason } from "../../model/facts.ts";

/** What a read gave: the thing itself, or the reason why there is none. Told apart by `typeof x === "string"`. */
export type Read<T> = T | GapReason;

/**
 * The reason behind an error of a read of /proc. ENOENT and ESRCH are a process that ended between two reads, which
 * is normal life. EMFILE and ENFILE are this program, or the host, out of descriptors.
 */
export function reasonOf(error: unknown): GapReason {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ESRCH":
    case "ENOTDIR":
      return "exited";
    case "EACCES":
    case "EPERM":
      return "denied";
    case "EMFILE":
    case "ENFILE":
    case "ENOMEM":
      return "overflow";
    default:
      return "unsupported";
  }
}

/** What stat(2) says of a folder or file of /proc. */
export interface ProcStat {
  readonly ino: number;
  readonly size: number;
}

export interface Refused {
  readonly reason: GapReason;
}

/**
 * The files of a proc file system, mounted or captured: everything that this room knows of a process comes through
 * these four. Paths are absolute; nothing behind a link is ever looked at.
 */
export interface ProcFiles {
  /** The first `most` bytes of a file, valid until the next `read`. */
  read(path: string, most?: number): Read<Buffer>;
  /** The names in a folder, in any order. */
  names(path: string): string[] | Refused;
  /**
   * The text of a link, one character for each byte, so that no two links look alike; null when the link is gone.
   * A path longer than readlink(2) can give (ENAMETOOLONG) has the text "unreadable:[path]".
   */
  link(path: string): string | null | Refused;
  /** Null when it is gone. */
  stat(path: string): ProcStat | null | Refused;
}

/** A text of /proc never needs more; a file without an end must not take all memory. */
const LARGEST_FILE = 256 * 1024 * 1024;

/** Asked for at once. Files of /proc/sys answer ENOMEM to a request of 4 MiB or more (KMALLOC_MAX_SIZE). */
const LARGEST_REQUEST = 1024 * 1024;

/**
 * An answer of less than half a page is the last one: seq_file of the kernel ends a page where no other line fits, and
 * none of what is read here has lines of half a page, as /proc/PID/mountinfo may.
 */
const LAST_ANSWER = 2048;

/**
 * A mounted proc file system. Whole files are read into one buffer that is used again. /proc answers in pieces of
 * about a page whatever is asked for, so this reads until the answer is empty, or short.
 */
export class MountedProc implements ProcFiles {
  private buffer = Buffer.allocUnsafe(64 * 1024);

  read(path: string, most: number = LARGEST_FILE): Read<Buffer> {
    let descriptor: number;
    try {
      descriptor = fs.openSync(path, "r");
    } catch (error) {
      return reasonOf(error);
    }
    try {
      return this.readFrom(descriptor, most);
    } catch (error) {
      return reasonOf(error);
    } finally {
      fs.closeSync(descriptor);
    }
  }

  names(path: string): string[] | Refused {
    try {
      return fs.readdirSync(path);
    } catch (error) {
      return { reason: reasonOf(error) };
    }
  }

  /** Never follows the link: what is behind it may be a dead file server. */
  link(path: string): string | null | Refused {
    try {
      return fs.readlinkSync(path, "latin1");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENAMETOOLONG")
        return "unreadable:[path]";
      const reason = reasonOf(error);
      return reason === "exited" ? null : { reason };
    }
  }

  stat(path: string): ProcStat | null | Refused {
    try {
      return fs.statSync(path, { throwIfNoEntry: false }) ?? null;
    } catch (error) {
      const reason = reasonOf(error);
      return reason === "exited" ? null : { reason };
    }
  }

  private readFrom(descriptor: number, most: number): Read<Buffer> {
    let length = 0;
    while (length < most) {
      if (length === this.buffer.length) this.grow();
      const room = Math.min(Math.min(this.buffer.length, most) - length, LARGEST_REQUEST);
      const bytes = fs.readSync(descriptor, this.buffer, length, room, null);
      length += bytes;
      if (bytes < Math.min(LAST_ANSWER, room)) return this.buffer.subarray(0, length);
    }
    return most < LARGEST_FILE ? this.buffer.subarray(0, length) : "overflow";
  }

  private grow(): void {
    const larger = Buffer.allocUnsafe(this.buffer.length * 2);
    this.buffer.copy(larger);
    this.buffer = larger;
  }
}
