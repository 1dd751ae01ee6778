// mkleak for tests and for the runner: start a kind, ask for its counts, stop it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../mkleak.py", import.meta.url));

export interface MkleakOptions {
  /** Openings a minute. */
  readonly rate?: number;
  readonly spacing?: "even" | "poisson";
  readonly forSeconds?: number;
  /** Soft limit of open files. */
  readonly limit?: number;
  /** Further options as on the command line, such as ["--period", "20s"]. */
  readonly more?: readonly string[];
}

/** Counts in descriptors, but `opens` in openings: a pipe is one opening and two descriptors. */
export interface MkleakReport {
  readonly t: number;
  readonly opened: number;
  readonly closed: number;
  readonly kept: number;
  readonly opens: number;
  readonly errors?: Readonly<Record<string, number>>;
}

export interface Mkleak {
  readonly pid: number;
  readonly kind: string;
  /** The other end's address or path, null where there is none. */
  readonly peer: string | null;
  readonly children: readonly number[];
  /** Descriptors of the process that belong to no opening. */
  readonly descriptors: number;
  report(): Promise<MkleakReport>;
  stop(): Promise<void>;
}

type Line = { pid: number; kind: string; peer: string | null; children: number[]; descriptors: number };

function mkleakArguments(kind: string, options: MkleakOptions): string[] {
  const args = [kind, "--with-parent"];
  if (options.rate !== undefined) args.push("--rate", String(options.rate));
  if (options.spacing !== undefined) args.push("--spacing", options.spacing);
  if (options.forSeconds !== undefined) args.push("--for", `${options.forSeconds}s`);
  if (options.limit !== undefined) args.push("--limit", String(options.limit));
  return [...args, ...(options.more ?? [])];
}

export async function startMkleak(kind: string, options: MkleakOptions = {}): Promise<Mkleak> {
  const child = spawn("/usr/bin/python3", [PROGRAM, ...mkleakArguments(kind, options)], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      complaint += error.message;
      resolve();
    });
    child.once("exit", () => resolve());
  });
  // Whoever waits for a line: the start line first, then each answer to SIGUSR1.
  const waiting: ((line: unknown) => void)[] = [];
  createInterface(child.stdout).on("line", (text) => {
    const line: unknown = JSON.parse(text);
    if (isObject(line) && ("pid" in line || "asked" in line)) waiting.shift()?.(line);
  });
  const nextLine = (): Promise<unknown> => {
    const line = new Promise<unknown>((resolve) => waiting.push(resolve));
    const failed = ended.then(() => {
      throw new Error(`mkleak ${kind} has ended: ${complaint.trim()}`);
    });
    return Promise.race([line, failed]);
  };
  const first = (await nextLine()) as Line;
  return {
    pid: first.pid,
    kind,
    peer: first.peer,
    children: first.children,
    descriptors: first.descriptors,
    async report() {
      const answer = nextLine();
      child.kill("SIGUSR1");
      return (await answer) as MkleakReport;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
    },
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
