import fs from "node:fs";
import { join } from "node:path";

/** An engine's file about one container has tens of kilobytes; the list of all of them a few megabytes. */
const LARGEST_FILE = 8 * 1024 * 1024;
const MOST_NAMES = 20_000;

/**
 * Files of the host below a root folder, which is another one than "/" where the host is seen from a container.
 * Nothing below such a root is reached through a link, which would lead out of it. What cannot be read is null.
 */
export class HostFolder {
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  names(path: string): string[] {
    if (!this.staysInside(path)) return [];
    try {
      return fs.readdirSync(join(this.root, path)).slice(0, MOST_NAMES);
    } catch {
      return [];
    }
  }

  /** The parsed JSON of a plain file; null when it is missing, larger than any engine's, or no JSON. */
  json(path: string): unknown {
    if (!this.staysInside(path)) return null;
    let descriptor: number;
    try {
      // O_NONBLOCK: a named pipe in its place must not hold us up.
      const flags = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;
      descriptor = fs.openSync(join(this.root, path), flags);
    } catch {
      return null;
    }
    try {
      const { size } = fs.fstatSync(descriptor);
      if (!fs.fstatSync(descriptor).isFile() || size > LARGEST_FILE) return null;
      const bytes = Buffer.alloc(size);
      const read = fs.readSync(descriptor, bytes, 0, size, 0);
      return JSON.parse(bytes.toString("utf8", 0, read)) as unknown;
    } catch {
      return null;
    } finally {
      fs.closeSync(descriptor);
    }
  }

  private staysInside(path: string): boolean {
    if (this.root === "/") return true;
    let folder = this.root;
    try {
      for (const part of path.split("/")) {
        folder = join(folder, part);
        if (fs.lstatSync(folder).isSymbolicLink()) return false;
      }
      return true;
    } catch {
      return false;
    }
  }
}
