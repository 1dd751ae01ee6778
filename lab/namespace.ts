// A network namespace of its own for a program of the lab: made by `ip netns`, gone afterwards, also when this process is killed.
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Namespace {
  /** As in `ip netns list` and /run/netns. */
  readonly name: string;
  /** What to put before a command so that it runs there, as the same process. */
  readonly prefix: readonly string[];
  remove(): Promise<void>;
}

// Reads until our end of its standard input is closed, which the kernel does when we die.
const SWEEP = 'cat >/dev/null; [ -e "/run/netns/$0" ] || exit 0; exec ip netns delete "$0"';

/** Only its loopback device, up. Needs root; throws what `ip` says otherwise. */
export async function makeNamespace(): Promise<Namespace> {
  const name = `descry-lab-${process.pid}-${randomBytes(4).toString("hex")}`;
  const sweeper = spawn("/bin/sh", ["-c", SWEEP, name], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  const swept = new Promise<void>((resolve) => {
    sweeper.once("exit", () => resolve());
    sweeper.once("error", () => resolve());
  });
  const remove = async (): Promise<void> => {
    sweeper.stdin?.end();
    await swept;
  };
  try {
    await run("ip", ["netns", "add", name]);
    await run("ip", ["-n", name, "link", "set", "lo", "up"]);
  } catch (error) {
    await remove();
    throw error;
  }
  return { name, prefix: ["ip", "netns", "exec", name], remove };
}
