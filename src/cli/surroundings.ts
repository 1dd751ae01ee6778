import type { Agent } from "./agent.ts";
import type { Interruption } from "./interruption.ts";
import type { Terminal } from "./terminal.ts";

/** Everything of the outside that a command touches. */
export interface Surroundings {
  readonly agent: Agent;
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  /** What this program itself costs so far: CPU milliseconds, resident bytes. */
  cost(): { readonly cpuMilliseconds: number; readonly residentBytes: number };
}
