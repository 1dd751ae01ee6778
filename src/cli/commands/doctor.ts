import { OK, UNKNOWN, WARNING } from "../exit-codes.ts";
import { readOptions } from "../options.ts";
import { diagnose, sightLines } from "../screen/sight.ts";
import { jsonLine } from "../screen/text.ts";
import type { Command } from "../surroundings.ts";

const CODES = { all: OK, part: WARNING, nothing: UNKNOWN } as const;

/** `descry doctor`: what can be read here, found out by trying, and how to see the rest. */
export const run: Command = async (flags, _operand, { terminal, invocation, environment }) => {
  const { procfs, json } = readOptions(flags, environment);
  const { probeSight } = await import("../../agent/sight.ts");
  const sight = await probeSight(procfs);
  const diagnosis = diagnose(sight, invocation);
  if (json) terminal.out(jsonLine({ ...diagnosis, found: sight }));
  else for (const line of sightLines(sight, diagnosis, terminal.look().columns)) terminal.out(line);
  return CODES[diagnosis.sight];
};
