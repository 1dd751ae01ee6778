import { spawn } from "node:child_process";
import type { CommandOptions } from "../model/channels.ts";
import { DELIVERED, failed, type Attempt, type Channel, type Outcome, type Surroundings } from "./channel.ts";
import { SETPRIV, withoutRights } from "./command-rights.ts";
import { clipped, plain } from "./plain.ts";
import { webhookMessage } from "./webhook.ts";

/** Of what it says on standard error. */
const COMPLAINT = 2048;
const COMPLAINT_TOLD = 200;
/** After this it is killed, in milliseconds after it was asked to end. */
const GRACE = 2000;
/** What it may need of the environment; the rest may be secrets of other channels. */
const PASSED_ON = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"] as const;

/**
 * Runs a program with the JSON of docs/webhook.md on its standard input. No shell reads any of it, and nothing of it stands
 * in arguments or the environment but what descry itself made: DESCRY_NOTIFICATION and DESCRY_KIND. Capabilities that descry
 * has as a service are not handed on. Exit code 0 means delivered. At least once: a program that has done its work and was then killed is run again, with the same id.
 */
export function command(options: CommandOptions, surroundings: Surroundings): Channel {
  const { name, kind, from } = options;
  return {
    ...{ name, kind, from, repeat: null },
    deliver: (notification, attempt) => {
      const { env } = surroundings;
      const passed = PASSED_ON.flatMap((key) => (env[key] === undefined ? [] : [[key, env[key]]]));
      return run(options, attempt, {
        input: `${JSON.stringify(webhookMessage(notification, surroundings))}\n`,
        env: {
          ...Object.fromEntries(passed),
          DESCRY_NOTIFICATION: notification.id,
          DESCRY_KIND: notification.kind,
        },
      });
    },
  };
}

function run(
  { command: wanted, timeout }: CommandOptions,
  { signal }: Attempt,
  { input, env }: { readonly input: string; readonly env: NodeJS.ProcessEnv },
): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const [program, ...args] = withoutRights(wanted);
  // In a process group of its own, so that what it started ends with it.
  const child = spawn(program, args, {
    shell: false,
    detached: true,
    env,
    stdio: ["pipe", "ignore", "pipe"],
  });
  let complaint = "";
  let ended: string | null = null;
  const send = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // All of the group has ended.
    }
  };
  let killing: NodeJS.Timeout | undefined;
  const end = (because: string): void => {
    ended ??= because;
    send("SIGTERM");
    killing ??= setTimeout(() => send("SIGKILL"), GRACE);
  };
  const timer = setTimeout(() => end(`it took longer than ${timeout / 1000} s`), timeout);
  const abort = (): void => end("it was interrupted");
  signal.addEventListener("abort", abort);
  const settle = (outcome: Outcome): void => {
    clearTimeout(timer);
    clearTimeout(killing);
    signal.removeEventListener("abort", abort);
    resolve(outcome);
  };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, COMPLAINT);
  });
  // One that reads nothing and succeeds has succeeded.
  child.stdin.on("error", () => {}).end(input);
  child.on("error", (error: NodeJS.ErrnoException) =>
    settle(
      failed(
        `the command could not be started (${program === SETPRIV ? "setpriv, which gives up descry's capabilities: " : ""}${error.code ?? "unknown"})`,
      ),
    ),
  );
  // Not "close": a descendant that has left the group may hold standard error open for ever.
  child.on("exit", (code, by) => {
    if (ended !== null) send("SIGKILL");
    child.stderr.destroy();
    settle(code === 0 && ended === null ? DELIVERED : failed(ended ?? endingOf(code, by, complaint)));
  });
  return promise;
}

function endingOf(code: number | null, by: string | null, complaint: string): string {
  const said = clipped(plain(complaint.trim().replaceAll(/\s+/g, " ")), COMPLAINT_TOLD);
  return `the command ended with ${by ?? `exit code ${code}`}${said === "" ? "" : `: ${said}`}`;
}
