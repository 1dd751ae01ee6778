import { readFileSync } from "node:fs";

/** setpriv(1) of util-linux. */
export const SETPRIV = "setpriv";

/**
 * What to execute for a command that is to have none of descry's capabilities: those that a service is given with
 * AmbientCapabilities= go to whatever it executes (capabilities(7)). The agent's thread gives them up where the C addon is;
 * where they are still there setpriv does, and becomes the program, with the same process id. Under a filter that has no
 * capset(2), as descry's own unit, it refuses to start anything. Root's programs are root's.
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
