import { withKnowledge } from "../knowledge.ts";
import { liveTicks, untilGone } from "../observation.ts";
import { readOptions } from "../options.ts";
import { watchHeading } from "../screen/header.ts";
import type { Command } from "../surroundings.ts";
import { endCode, tellAll, teller } from "../telling.ts";

/** `descry watch`: events as they happen, until interrupted, --for, or until nothing that was named is left. */
export const run: Command = async (flags, _operand, surroundings) => {
  const options = readOptions(flags, surroundings.environment);
  const { terminal, interruption } = surroundings;
  await withKnowledge(options, "written", surroundings, async (knowledge) => {
    const ticks = liveTicks(options, options.forMilliseconds, surroundings, knowledge);
    await tellAll(untilGone(ticks, options.targets), teller(options.json, terminal), (tick, first) => {
      if (first && !options.json && !options.quiet) {
        terminal.out(watchHeading("watching", tick.snapshot(), terminal.look()));
      }
    });
  });
  return endCode(interruption, options.forMilliseconds !== null);
};
