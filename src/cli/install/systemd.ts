import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The service manager, if it is systemd and runs. */
export interface Systemd {
  readonly running: boolean;
  /** Runs systemctl; what it said when it failed, else null. */
  call(...args: readonly string[]): string | null;
}

/** sd_booted(3): whether this folder is there. */
const RUNNING = "/run/systemd/system";

export function systemdHere(): Systemd {
  return {
    running: existsSync(RUNNING),
    call(...args) {
      const { error, status, stderr } = spawnSync("systemctl", args, {
        encoding: "utf8",
        stdio: ["ignore", "ignore", "pipe"],
        timeout: 90_000,
      });
      if (error !== undefined) return error.message;
      return status === 0 ? null : stderr.trim() || `it ended with ${status ?? "a signal"}`;
    },
  };
}
