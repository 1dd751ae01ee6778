import fs from "node:fs";
import { promisify } from "node:util";
import { HELD_THINGS, type HeldFact } from "../../../model/facts.ts";
import type { ListingAddon } from "../addon.ts";
import type { Clock } from "../clock.ts";
import type { ProcFiles } from "../reading.ts";
import { HeldCount } from "./held.ts";

const open = promisify(fs.open);
const read = promisify(fs.read);
const close = promisify(fs.close);

const PIECE = 64 * 1024;

export interface Question {
  /** /proc/PID/fdinfo/NUMBER */
  readonly path: string;
  readonly of: HeldFact["of"];
}

export interface Answer {
  /** Null when the text does not say, cannot be read or is gone. */
  readonly count: number | null;
  readonly seconds: number;
}

/** Reads texts of fdinfo; what is asked for in one go costs one piece of work. */
export type ReadHeld = (questions: readonly Question[]) => Promise<Answer[]>;

/** In the addon: 6 us each, and 1 us for each line (Linux 6.18, one core). */
export function readInAddon(addon: ListingAddon): ReadHeld {
  return async (questions) => {
    const counts = await addon.countHeld(
      questions.map(({ path }) => path),
      questions.map(({ of }) => HELD_THINGS.indexOf(of)),
    );
    return questions.map((_, at) => {
      const [count, seconds] = [counts[2 * at] ?? -1, counts[2 * at + 1] ?? 0];
      return { count: count < 0 ? null : count, seconds };
    });
  };
}

/**
 * In the thread pool of Node, since the kernel makes all of a text before it gives the first byte: 100 us each.
 * What it costs is what it took on the clock.
 */
export function readMounted(clock: Clock): ReadHeld {
  const buffer = Buffer.allocUnsafe(PIECE);
  return async (questions) => {
    const answers: Answer[] = [];
    for (const { path, of } of questions) {
      const from = clock.stopwatch();
      const count = await countIn(path, of, buffer);
      answers.push({ count, seconds: clock.stopwatch() - from });
    }
    return answers;
  };
}

async function countIn(path: string, of: HeldFact["of"], buffer: Buffer): Promise<number | null> {
  const descriptor = await open(path, "r").catch(() => null);
  if (descriptor === null) return null;
  try {
    const held = new HeldCount(of);
    for (;;) {
      const { bytesRead } = await read(descriptor, buffer, 0, PIECE, null);
      if (bytesRead === 0) return held.end();
      held.take(buffer.subarray(0, bytesRead));
    }
  } catch {
    return null;
  } finally {
    await close(descriptor);
  }
}

/** From files that are no mounted proc file system. */
export function readFiles(files: ProcFiles): ReadHeld {
  return (questions) => Promise.resolve(questions.map((question) => answerFrom(files, question)));
}

function answerFrom(files: ProcFiles, { path, of }: Question): Answer {
  const bytes = files.read(path);
  if (typeof bytes === "string") return { count: null, seconds: 0 };
  const held = new HeldCount(of);
  held.take(bytes);
  return { count: held.end(), seconds: 0 };
}
