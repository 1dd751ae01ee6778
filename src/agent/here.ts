import { Here } from "../kernel/procfs/here.ts";
import type { RunningAgent } from "../model/running-agent.ts";

export type { Here };

/** What a proc file system shows of where one is. */
export function lookHere(procfs: string): Here {
  return new Here(procfs);
}

/** What an agent that watches this proc file system says of itself; `startedAt` in Unix milliseconds. */
export function runningAgent(procfs: string, version: string, startedAt: number): RunningAgent {
  const here = new Here(procfs);
  return {
    version,
    startedAt: new Date(startedAt).toISOString(),
    bootId: here.bootId(),
    process: here.ownProcess(),
  };
}
