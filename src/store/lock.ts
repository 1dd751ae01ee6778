import { closeSync, lstatSync, openSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";

/** SQLITE_BUSY: somebody else has it. */
const BUSY = 5;

/**
 * A lock that one process of the host holds and that the kernel takes back when the process ends, however it ends:
 * a POSIX record lock, fcntl(2). Node can take one only through SQLite, which is part of it (docs/adr/0006); nothing is
 * ever written into the file.
 */
export class FileLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** null: another process has it. Rejects when the file cannot be made or is no lock file. */
  static async take(path: string): Promise<FileLock | null> {
    const { DatabaseSync } = await import("node:sqlite");
    makeFile(path);
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      // With its journal in memory there is no second file.
      database.exec("PRAGMA journal_mode = MEMORY");
      database.exec("BEGIN EXCLUSIVE");
      return new FileLock(database);
    } catch (error) {
      database.close();
      if (error instanceof Error && "errcode" in error && error.errcode === BUSY) return null;
      throw error;
    }
  }

  release(): void {
    this.#database.close();
  }
}

/**
 * Only its owner may open it: who may read a file may also lock it. An existing one is not opened here, because closing
 * it would give up the lock of this process (fcntl(2)).
 */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    if (!lstatSync(path).isFile()) throw new Error("it is no plain file", { cause: error });
  }
}
