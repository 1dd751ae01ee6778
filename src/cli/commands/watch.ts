import { liveTicks, untilGone } from "../observation.ts";
import { readOptions } from "../options.ts";
import { watchHeading } from "../screen/header.ts";
import type { Command } from "../surroundings.ts";
import { endCode, tellAll, teller } from "../telling.ts";

/** `descry watch`: events as they happen, until interrupted, --for, or until nothing that was named is left. */
export const run: Command = async (flags, _operand, surroundings) => {
  const options = readOptions(flags, surroundings.environment);
  const { terminal, interruption } = surroundings;
  const ticks = untilGone(liveTicks(options, options.forMilliseconds, surroundings), options.targets);
  await tellAll(ticks, teller(options.json, terminal), (tick, first) => {
    if (first && !options.json && !options.quiet) {
      terminal.out(watchHeading("watching", tick.snapshot(), terminal.look()));
    }
  });
  return endCode(interruption, options.forMilliseconds !== null);
};
