// A program started by a lab: tied to this process by the kernel, ended by its pid, its last words at hand.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Why it is not running, or null while it does. */
  gone(): string | null;
  /** SIGTERM, and SIGKILL after the grace; returns when it is gone. */
  stop(graceSeconds?: number): Promise<void>;
}

export interface ChildOptions {
  /** Where its standard error goes (and its standard output, unless `readable`). */
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Its standard output is a stream of ours. */
  readonly readable?: boolean;
  /** The account it runs as; for root only. */
  readonly user?: string;
}

/**
 * setpriv sets PR_SET_PDEATHSIG and becomes the program (same pid), so that it ends with us even when we are killed. It changes the
 * account before that: a change of account clears the signal, which is why mariadbd's own --user would not do.
 * A session of its own keeps Ctrl-C at the terminal from reaching it before us.
 */
export function startChild(
  name: string,
  command: string,
  args: readonly string[],
  options: ChildOptions,
): Child {
  const account =
    options.user === undefined
      ? []
      : [`--reuid=${options.user}`, `--regid=${options.user}`, "--clear-groups"];
  const log = openSync(options.log, "a");
  const child = spawn("setpriv", [...account, "--pdeathsig=KILL", command, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, ...options.env },
    stdio: ["ignore", options.readable === true ? "pipe" : log, log],
    detached: true,
  });
  closeSync(log);
  let failure: string | null = null;
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      failure = `${name} could not be started: ${error.message}`;
      resolve();
    });
    child.once("exit", (code, signal) => {
      failure ??= `${name} ended with ${signal ?? `status ${code}`}${lastWords(options.log)}`;
      resolve();
    });
  });
  return {
    name,
    pid: child.pid ?? -1,
    process: child,
    gone: () => failure,
    async stop(graceSeconds = 10) {
      if (failure !== null) return;
      child.kill("SIGTERM");
      const killer = setTimeout(() => child.kill("SIGKILL"), graceSeconds * 1000);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** In the reverse order of their start, each by its own pid. */
export async function stopAll(children: readonly Child[]): Promise<void> {
  for (const child of children.toReversed()) await child.stop();
}

function lastWords(log: string): string {
  try {
    const lines = readFileSync(log, "utf8").trim().split("\n").slice(-20);
    return lines.join("") === "" ? "" : `; it said:\n  ${lines.join("\n  ")}`;
  } catch {
    return "";
  }
}
