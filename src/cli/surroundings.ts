import type { ObserveOptions } from "../agent/observe.ts";
import type { Agent } from "./agent.ts";
import type { Interruption } from "./interruption.ts";
import type { RawFlags } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** Everything of the outside that a command touches. */
export interface Surroundings {
  readonly agent: Agent;
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  /** How advice calls this program. */
  readonly invocation: NonNullable<ObserveOptions["invocation"]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What is read when nothing else is named, if it is there. */
  readonly usual: { readonly configuration: string; readonly stateFolder: string | null };
  /** What this program itself has cost so far. */
  cost(): {
    readonly atMilliseconds: number;
    readonly cpuMilliseconds: number;
    readonly residentBytes: number;
  };
}

/** What every command's file exports: resolves to the exit code, rejects with a DescryError or a bug. */
export type Command = (
  flags: RawFlags,
  operand: string | null,
  surroundings: Surroundings,
) => Promise<number>;
