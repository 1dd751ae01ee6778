/** Where a recording goes: a new file, or standard output. */
import { constants } from "node:fs";
import { access, type FileHandle, lstat, open } from "node:fs/promises";
import { dirname } from "node:path";
import { Writable } from "node:stream";
import { notWritable, terminal } from "./refusals.ts";

/** A recording holds command lines and peers: it is its owner's alone. */
const OWNER_ONLY = 0o600;

/** Opens a file that does not exist yet, a device or pipe that does, or standard output for "-". */
export async function openSink(path: string, name: string): Promise<Writable> {
  if (path === "-") return standardOutput(name);
  try {
    return (await openNew(path)).createWriteStream();
  } catch (error) {
    throw notWritable(name, error);
  }
}

/**
 * Rejects as openSink would, and makes nothing: for who has something to do first that would be in vain, and wants no
 * empty file when that fails.
 */
export async function expectSink(path: string, name: string): Promise<void> {
  if (path === "-") {
    if (process.stdout.isTTY) throw terminal(name);
    return;
  }
  try {
    const there = await lstat(path).catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    });
    if (there === null) await access(dirname(path), constants.W_OK | constants.X_OK);
    else if (there.isFile() || there.isDirectory() || there.isSymbolicLink()) throw existsAlready();
  } catch (error) {
    throw notWritable(name, error);
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", OWNER_ONLY);
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (!exists) throw error;
    const there = await lstat(path);
    if (there.isFile() || there.isDirectory() || there.isSymbolicLink()) throw error;
  }
  return openSpecial(path);
}

/** A device or a named pipe has nothing to overwrite. */
async function openSpecial(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  // What stands there may have changed since it was looked at.
  if (!(await handle.stat()).isFile()) return handle;
  await handle.close();
  throw existsAlready();
}

function existsAlready(): Error {
  return Object.assign(new Error("it exists already"), { code: "EEXIST" });
}

/** Each write waits until the reader has taken it. Standard output stays open: it belongs to the program. */
function standardOutput(name: string): Writable {
  if (process.stdout.isTTY) throw terminal(name);
  // A failed write is told to its caller, and after that as an event that ends the program if nobody listens.
  process.stdout.on("error", () => {});
  return new Writable({ write: (chunk: Buffer, _encoding, done) => void process.stdout.write(chunk, done) });
}
