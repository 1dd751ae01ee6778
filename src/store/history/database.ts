import { closeSync, lstatSync, openSync, renameSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { codeOf, reasonOf } from "../failure-words.ts";
import { APPLICATION, MIGRATIONS } from "./schema.ts";

export const HISTORY_FILE = "history.db";
/** Up to this size a file is read through once when it is opened, a second or so. */
const CHECKED_BYTES = 128 * 1024 * 1024;
/** Milliseconds to wait for whoever else has it locked for a moment. */
const PATIENCE = 50;

/** Result codes of SQLite (sqlite3.h), without what an extended code adds in its upper bits. */
const [BUSY, LOCKED, IO_ERROR, CORRUPT, CANNOT_OPEN, NOT_A_DATABASE] = [5, 6, 10, 11, 14, 26];

/** What keeps the file from being used. */
export class HistoryFault extends Error {
  readonly kind: "malformed" | "newer" | "locked" | "unwritable";
  /** What is open is of no use any more; it may be after it was opened anew. */
  readonly reopen: boolean;

  constructor(kind: HistoryFault["kind"], because: string, reopen = false) {
    super(because);
    this.kind = kind;
    this.reopen = reopen;
  }
}

/** What SQLite threw, as a fault; anything else is thrown on. */
export function faultOf(error: unknown): HistoryFault {
  if (error instanceof HistoryFault) return error;
  if (codeOf(error) !== "" && codeOf(error) !== "ERR_SQLITE_ERROR")
    return new HistoryFault("unwritable", reasonOf(error));
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) throw error;
  const code = error.errcode & 0xff;
  if (code === CORRUPT || code === NOT_A_DATABASE) return new HistoryFault("malformed", error.message);
  if (code === BUSY || code === LOCKED) return new HistoryFault("locked", "another program has it locked");
  return new HistoryFault("unwritable", error.message, code === IO_ERROR || code === CANNOT_OPEN);
}

/** Opens the file to write, makes it, and brings it to today's version. Throws a HistoryFault. */
export function openToWrite(path: string): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    makeFile(path);
    database = new DatabaseSync(path, { timeout: PATIENCE });
    // A file that is not ours is not to be changed.
    versionOf(database);
    // Commits need no fsync: what was committed survives the death of the process; a power cut may cost the last seconds.
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216;
       PRAGMA cache_size = -4000; PRAGMA trusted_schema = OFF`,
    );
    migrate(database);
    check(database, path);
    return database;
  } catch (error) {
    database?.close();
    throw faultOf(error);
  }
}

/** Opens the file to read while another may write. Throws a HistoryFault. */
export function openToRead(path: string): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
    database.exec("PRAGMA cache_size = -2000; PRAGMA trusted_schema = OFF");
    const version = versionOf(database);
    if (version === 0) throw new HistoryFault("malformed", "it is empty");
    return database;
  } catch (error) {
    database?.close();
    throw faultOf(error);
  }
}

/**
 * Opens a file that cannot be opened to write, as on a full disk, where not even the index of its log can be made. Without
 * a log all that was committed is in the file itself. Throws a HistoryFault.
 */
export function openAsItStands(path: string): DatabaseSync {
  try {
    return openToRead(path);
  } catch (error) {
    const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
    if (log !== undefined && log.size > 0) throw error;
  }
  const database = new DatabaseSync(new URL(`${pathToFileURL(path).href}?immutable=1`), { readOnly: true });
  try {
    versionOf(database);
    return database;
  } catch (error) {
    database.close();
    throw faultOf(error);
  }
}

/**
 * Only its owner may read it. A named pipe in its place would hold up who opens it, a link may lead anywhere. An existing
 * one is not opened here, because closing it would give up the locks of this process (fcntl(2)).
 */
function makeFile(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) closeSync(openSync(path, "wx", 0o600));
  else if (!found.isFile()) throw new HistoryFault("malformed", "it is no plain file");
}

/** Of the format; 0: nothing is in it. Throws a HistoryFault when it is not to be understood here. */
function versionOf(database: DatabaseSync): number {
  const version = numberOf(database, "PRAGMA user_version");
  const tables = numberOf(database, "SELECT count(*) FROM sqlite_schema");
  const application = numberOf(database, "PRAGMA application_id");
  if (tables > 0 && application !== APPLICATION) throw new HistoryFault("malformed", "it is not descry's");
  if (version > MIGRATIONS.length)
    throw new HistoryFault(
      "newer",
      `it has version ${version} of the format, and ${MIGRATIONS.length} is known here`,
    );
  if (version < 0 || (tables > 0 && version === 0))
    throw new HistoryFault("malformed", `it has version ${version} of the format`);
  return version;
}

/** Each step is one transaction, so a file has one version or the next. */
function migrate(database: DatabaseSync): void {
  const version = versionOf(database);
  for (const [at, statements] of MIGRATIONS.entries()) {
    if (at < version) continue;
    database.exec(
      `BEGIN IMMEDIATE; ${statements} PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${at + 1}; COMMIT`,
    );
  }
}

function check(database: DatabaseSync, path: string): void {
  if (statSync(path).size > CHECKED_BYTES) return;
  const found = database.prepare("PRAGMA quick_check(1)").get();
  const verdict = Object.values(found ?? {})[0];
  if (verdict !== "ok") throw new HistoryFault("malformed", String(verdict));
}

export function numberOf(database: DatabaseSync, query: string, ...values: (number | string)[]): number {
  const [value] = Object.values(database.prepare(query).get(...values) ?? {});
  return typeof value === "number" ? value : 0;
}

/** Gives the file and what belongs to it another name, and returns that. Throws when it cannot. */
export function setAside(path: string, at: number): string {
  const stamp = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  let name = `${path}.set-aside-${stamp}`;
  for (let count = 2; isThere(name); count++) name = `${path}.set-aside-${stamp}-${count}`;
  renameSync(path, name);
  for (const part of ["-wal", "-shm"]) if (isThere(path + part)) renameSync(path + part, name + part);
  return name;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
