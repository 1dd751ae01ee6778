// A program of the lab that tells its own counts: its first line says what it is, later lines what it holds.
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** Counts in descriptors (or what `FirstLine.counts` says), but `opens` in openings: a pipe is one opening and two descriptors. */
export interface Counts {
  /** Seconds since it began. */
  readonly t: number;
  readonly opened: number;
  readonly closed: number;
  readonly kept: number;
  readonly opens: number;
  readonly errors?: Readonly<Record<string, number>>;
}

/** What every such program says first. */
export interface FirstLine {
  readonly pid: number;
  readonly kind: string;
  /** The other end's address or path, null where there is none. */
  readonly peer: string | null;
  /** Its peers, and what it had forked by then. */
  readonly children: readonly number[];
  /** Descriptors of the process that belong to no opening. */
  readonly descriptors: number;
}

export interface Reporting<First extends FirstLine, Report extends Counts> {
  readonly first: First;
  readonly report: () => Promise<Report>;
  /** Asks it to end, waits until it has; then, and also when it had ended before, puts away what was made for it. */
  readonly stop: () => Promise<void>;
}

export interface ReportingProgram {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** How it is asked: by SIGUSR1, or by a line of standard input, the end of which also ends it. */
  readonly asked: "SIGUSR1" | "line";
  /** What is to be done when it is gone, also when it never started. */
  readonly afterwards?: readonly (() => Promise<void>)[];
}

export async function startReporting<First extends FirstLine, Report extends Counts>(
  program: ReportingProgram,
): Promise<Reporting<First, Report>> {
  const [file, ...args] = program.command;
  const child = spawn(file, args, {
    stdio: [program.asked === "line" ? "pipe" : "ignore", "pipe", "pipe"],
    detached: true,
  });
  const lines = linesOf(program.name, child);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await lines.ended;
    for (const step of program.afterwards ?? []) await step();
  };
  try {
    const first = (await lines.next()) as First;
    return {
      first,
      async report() {
        const answer = lines.next();
        if (program.asked === "SIGUSR1") child.kill("SIGUSR1");
        else child.stdin?.write("report\n");
        return (await answer) as Report;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Lines {
  readonly ended: Promise<void>;
  /** The start line first, then each answer to a question. */
  next(): Promise<unknown>;
}

function linesOf(name: string, child: ChildProcess): Lines {
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  // A question that meets the program's end must not end us.
  child.stdin?.on("error", () => {});
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      complaint += error.message;
      resolve();
    });
    child.once("close", () => resolve());
  });
  const waiting: ((line: unknown) => void)[] = [];
  if (child.stdout !== null)
    createInterface(child.stdout).on("line", (text) => {
      const line: unknown = JSON.parse(text);
      if (isObject(line) && ("pid" in line || "asked" in line)) waiting.shift()?.(line);
    });
  return {
    ended,
    next() {
      const line = new Promise<unknown>((resolve) => waiting.push(resolve));
      const failed = ended.then(() => {
        throw new Error(`${name} has ended: ${complaint.trim()}`);
      });
      return Promise.race([line, failed]);
    },
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
