import type { Tick } from "../../agent/observe.ts";
import { DescryError } from "../../model/error.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { OK } from "../exit-codes.ts";
import { type KnownHere, withKnowledge } from "../knowledge.ts";
import { liveTicks } from "../observation.ts";
import { type Options, readOptions } from "../options.ts";
import type { Look } from "../screen/look.ts";
import { firstLookFigures, firstLookLines } from "../screen/first-look.ts";
import { jsonLine } from "../screen/text.ts";
import { topLines } from "../screen/top.ts";
import type { Command, Surroundings } from "../surroundings.ts";
import { showTop } from "../top/session.ts";
import type { Terminal } from "../terminal.ts";
import { endCode, tellAll, teller } from "../telling.ts";

/** `descry top`: a table that refreshes, on a pipe a first look and then events, with --once one table. */
export const run: Command = async (flags, _operand, surroundings) => {
  const options = readOptions(flags, surroundings.environment);
  const live = options.json || !surroundings.terminal.outputIsTerminal ? lines : table;
  const [show, use] = options.once ? ([once, "read"] as const) : ([live, "written"] as const);
  return withKnowledge(options, use, surroundings, async (knowledge) =>
    show(options, surroundings, knowledge),
  );
};

async function once(options: Options, surroundings: Surroundings, knowledge: KnownHere): Promise<number> {
  const { terminal } = surroundings;
  const snapshot = await lastSnapshot(
    liveTicks(options, options.forMilliseconds ?? 0, surroundings, knowledge),
  );
  if (snapshot === null) return endCode(surroundings.interruption, true);
  if (options.json) terminal.out(jsonLine(snapshot));
  else {
    // One table for a pipe or a scroll-back: all rows, however low the terminal is.
    for (const line of topLines(snapshot, null, wideLook(terminal))) terminal.out(line);
  }
  return endCode(surroundings.interruption, options.forMilliseconds !== null);
}

const PIPED_COLUMNS = 180;

/** A pipe has no edge to keep to, so the last column is cut later there; and as many rows as there are. */
function wideLook(terminal: Terminal): Look {
  const look = terminal.look();
  return {
    ...look,
    rows: null,
    columns: terminal.outputIsTerminal ? look.columns : Math.max(look.columns, PIPED_COLUMNS),
  };
}

/** null: interrupted before the first reading. Throws a DescryError when the source had none. */
export async function lastSnapshot(ticks: AsyncIterable<Tick>): Promise<Snapshot | null> {
  let last: Tick | null = null;
  for await (const tick of ticks) last = tick;
  return last?.snapshot() ?? null;
}

async function table(options: Options, surroundings: Surroundings, knowledge: KnownHere): Promise<number> {
  await showTop(liveTicks(options, options.forMilliseconds, surroundings, knowledge), options, surroundings);
  return OK;
}

async function lines(options: Options, surroundings: Surroundings, knowledge: KnownHere): Promise<number> {
  const { terminal, interruption, invocation } = surroundings;
  const ticks = liveTicks(options, options.forMilliseconds, surroundings, knowledge);
  const told = await tellAll(ticks, teller(options.json, terminal), (tick, first) => {
    if (!first) return;
    const snapshot = tick.snapshot();
    if (options.json) terminal.out(jsonLine(firstLookFigures(snapshot)));
    else {
      const shown = firstLookLines(snapshot, wideLook(terminal), invocation.asRoot);
      for (const line of shown) terminal.out(line);
    }
  });
  if (told.last === null && interruption.cause === null) {
    throw new DescryError("Nothing could be read.", "Check that --procfs names a procfs.");
  }
  return endCode(interruption, options.forMilliseconds !== null);
}
