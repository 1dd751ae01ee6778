// A temporary folder that is gone afterwards, also when this process is killed.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Scratch {
  readonly path: string;
  remove(): Promise<void>;
}

// Reads until our end of its standard input is closed, which the kernel does when we die; by then our children are dying as well.
const SWEEP = 'cat >/dev/null; [ -e "$0" ] || exit 0; sleep 2; rm -rf -- "$0"';

export async function makeScratch(name: string): Promise<Scratch> {
  const path = await mkdtemp(join(tmpdir(), `descry-lab-${name}-`));
  const sweeper = spawn("/bin/sh", ["-c", SWEEP, path], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  const swept = new Promise<void>((resolve) => {
    sweeper.once("exit", () => resolve());
    sweeper.once("error", () => resolve());
  });
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true });
      sweeper.stdin?.end();
      await swept;
    },
  };
}
