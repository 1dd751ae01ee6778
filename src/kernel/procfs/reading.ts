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

/** A text of /proc never needs more; a file without an end must not take all memory. */
const LARGEST_FILE = 256 * 1024 * 1024;

/** Asked for at once. Files of /proc/sys answer ENOMEM to a request of 4 MiB or more (KMALLOC_MAX_SIZE). */
const LARGEST_REQUEST = 1024 * 1024;

/**
 * Reads whole files of /proc into one buffer that is used again: what `read` gives is valid until the next `read`.
 * /proc answers in pieces of about a page whatever is asked for, so this reads until the answer is empty.
 */
export class WholeFile {
  private buffer = Buffer.allocUnsafe(64 * 1024);

  /** The first `most` bytes of the file. */
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

  private readFrom(descriptor: number, most: number): Read<Buffer> {
    let length = 0;
    while (length < most) {
      if (length === this.buffer.length) this.grow();
      const room = Math.min(Math.min(this.buffer.length, most) - length, LARGEST_REQUEST);
      const bytes = fs.readSync(descriptor, this.buffer, length, room, null);
      if (bytes === 0) return this.buffer.subarray(0, length);
      length += bytes;
    }
    return most < LARGEST_FILE ? this.buffer.subarray(0, length) : "overflow";
  }

  private grow(): void {
    const larger = Buffer.allocUnsafe(this.buffer.length * 2);
    this.buffer.copy(larger);
    this.buffer = larger;
  }
}

/** The names in a folder. */
export function readNames(path: string): string[] | { readonly reason: GapReason } {
  try {
    return fs.readdirSync(path);
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/**
 * The text of a link, one character for each byte, so that no two links look alike; null when the link is gone.
 * Never follows the link: what is behind it may be a dead file server. A path longer than readlink(2) can give
 * (ENAMETOOLONG) has the text "unreadable:[path]".
 */
export function readLink(path: string): string | null | { readonly reason: GapReason } {
  try {
    return fs.readlinkSync(path, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENAMETOOLONG")
      return "unreadable:[path]";
    const reason = reasonOf(error);
    return reason === "exited" ? null : { reason };
  }
}

/** Inode and size of a folder; null when it is gone. */
export function readFolder(
  path: string,
): { ino: number; size: number } | null | { readonly reason: GapReason } {
  try {
    return fs.statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    const reason = reasonOf(error);
    return reason === "exited" ? null : { reason };
  }
}
