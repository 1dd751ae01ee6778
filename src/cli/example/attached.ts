/** Runs a command beside an agent that it may ask, for the tests. */
import type { RawFlags } from "../options.ts";
import type { Command } from "../surroundings.ts";
import * as example from "./host.ts";
import { type Recorded, type Script, surroundingsOf } from "./surroundings.ts";

export type Outcome = Recorded & { readonly code: number; readonly milliseconds: number };

/** By itself a command would see a host on which nothing leaks: what is told of a leak came from the agent. */
export async function play(
  command: Command,
  environment: Readonly<Record<string, string>>,
  flags: RawFlags = {},
  operand: string | null = null,
  script: Partial<Script> = {},
): Promise<Outcome> {
  const own = { snapshot: example.exampleHost({ host: "by-itself", services: [example.serviceOf()] }) };
  const { surroundings, recorded } = surroundingsOf({ ticks: [own], ...script, environment });
  const began = performance.now();
  const code = await command(flags, operand, surroundings);
  return { ...recorded, code, milliseconds: performance.now() - began };
}

export const isOwn = ({ observed }: Recorded) => observed.length > 0;
export const json = (line: string | undefined) => JSON.parse(line ?? "") as Record<string, unknown>;
