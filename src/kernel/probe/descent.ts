import fs from "node:fs";

/** What tells that a process descends from another although its parents are gone. */
export interface Descent {
  /** Session and process group, fields 6 and 5 of /proc/PID/stat; null when it is gone. */
  readonly session: number | null;
  readonly group: number | null;
  /** Its environment has the mark. False too where the environment may not be read: it belongs to another user. */
  readonly marked: boolean;
}

/** Enough for the largest environment that execve(2) takes with usual stack limits; the mark is most often near the end. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Evidence that a process belongs to the tree of a command that was started with `mark` ("NAME=value") in its
 * environment. Children inherit the environment through forks, execs, setsid(2) and the death of their parents;
 * only who clears it is lost, and is then known by its session or group. proc_pid_environ(5), proc_pid_stat(5).
 */
export function readDescent(procfs: string, pid: number, mark: string): Descent {
  const stat = readText(`${procfs}/${pid}/stat`, 4096);
  const fields =
    stat
      ?.subarray(stat.lastIndexOf(0x29) + 2)
      .toString("latin1")
      .split(" ") ?? [];
  const environment = readText(`${procfs}/${pid}/environ`, MOST_BYTES);
  return {
    group: positive(fields[2]),
    session: positive(fields[3]),
    marked: environment !== null && hasMark(environment, mark),
  };
}

/** Whether "NAME=value" stands among the NUL-terminated words of an environment. */
export function hasMark(environment: Buffer, mark: string): boolean {
  const word = Buffer.from(`${mark}\0`, "latin1");
  for (let at = environment.indexOf(word); at !== -1; at = environment.indexOf(word, at + 1)) {
    if (at === 0 || environment[at - 1] === 0) return true;
  }
  return false;
}

/**
 * Open descriptors of a process by one stat(2), 3 us; null when it is gone or its folder has no size (before Linux
 * 6.2). 0: it is just ending, or its leading thread has ended.
 */
export function countOpen(procfs: string, pid: number): number | null {
  try {
    return fs.statSync(`${procfs}/${pid}/fd`, { throwIfNoEntry: false })?.size ?? null;
  } catch {
    return null;
  }
}

function positive(text: string | undefined): number | null {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : null;
}

function readText(path: string, most: number): Buffer | null {
  try {
    const descriptor = fs.openSync(path, "r");
    try {
      return readAll(descriptor, most);
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

function readAll(descriptor: number, most: number): Buffer {
  let buffer = Buffer.allocUnsafe(Math.min(most, 16 * 1024));
  let length = 0;
  while (length < most) {
    if (length === buffer.length) buffer = Buffer.concat([buffer], Math.min(most, buffer.length * 2));
    const bytes = fs.readSync(descriptor, buffer, length, buffer.length - length, null);
    if (bytes === 0) break;
    length += bytes;
  }
  return buffer.subarray(0, length);
}
