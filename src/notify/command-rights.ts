import { readFileSync } from "node:fs";

/** setpriv(1) of util-linux, which systemd itself needs and so is wherever a service has such capabilities. */
export const SETPRIV = "setpriv";

/**
 * What to execute for a command that is to have none of descry's capabilities: those that a service is given with
 * AmbientCapabilities= go to whatever it executes (capabilities(7)). setpriv gives them up and becomes the program, with the
 * same process id. Without them it is the command itself; root's programs are root's.
 */
export function withoutRights(command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return hasAmbientRights() ? [SETPRIV, "--ambient-caps=-all", "--", ...command] : command;
}

/** Of this thread, which is the one that executes. What cannot be read may be there. */
function hasAmbientRights(): boolean {
  try {
    const status = readFileSync("/proc/thread-self/status", "latin1");
    return !/^CapAmb:\s+0+$/m.test(status);
  } catch {
    return true;
  }
}
