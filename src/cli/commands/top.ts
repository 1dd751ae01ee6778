import type { Tick } from "../../agent/observe.ts";
import { answered, type Attached, findAgent } from "../attach/find.ts";
import { narrowed } from "../attach/narrowed.ts";
import { asksForOwnLook } from "../attach/own-look.ts";
import { agentFirst, sourceWords } from "../attach/sighting.ts";
import { DescryError } from "../../model/error.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Targets } from "../../model/targets.ts";
import { OK } from "../exit-codes.ts";
import { knownTicks, withKnowledge } from "../knowledge.ts";
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
  const isLines = options.json || !surroundings.terminal.outputIsTerminal;
  if (isLines && !options.once) return lines(options, surroundings);
  const attached = asksForOwnLook(options, flags) ? null : await findAgent(options, flags, surroundings);
  return options.once ? once(options, surroundings, attached) : table(options, surroundings, attached);
};

async function once(
  options: Options,
  surroundings: Surroundings,
  attached: Attached | null,
): Promise<number> {
  const { terminal, interruption } = surroundings;
  const told =
    attached === null ? null : await answered(attached, options, terminal, ({ client }) => client.snapshot());
  const seen = told === null ? null : namedIn(told, options.targets);
  if (seen !== null && attached !== null) {
    const { zone } = terminal.look();
    print(seen, sourceWords(attached, seen.at, zone), options, terminal);
    return endCode(interruption, false);
  }
  const snapshot = await withKnowledge(options, "read", surroundings, async (knowledge) =>
    lastSnapshot(liveTicks(options, options.forMilliseconds ?? 0, surroundings, knowledge)),
  );
  if (snapshot === null) return endCode(interruption, true);
  print(snapshot, null, options, terminal);
  return endCode(interruption, options.forMilliseconds !== null);
}

function print(snapshot: Snapshot, source: string | null, { json }: Options, terminal: Terminal): void {
  if (json) return terminal.out(jsonLine(snapshot));
  // One table for a pipe or a scroll-back: all rows, however low the terminal is.
  for (const line of topLines(snapshot, null, wideLook(terminal), { source })) terminal.out(line);
}

/** Null: one of the services that were named is not among them. */
function namedIn(snapshot: Snapshot, targets: Targets): Snapshot | null {
  const nothing = { verdicts: [], forecasts: [] };
  return narrowed(snapshot, nothing, targets, () => new Set())?.snapshot ?? null;
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

async function table(
  options: Options,
  surroundings: Surroundings,
  attached: Attached | null,
): Promise<number> {
  const own = (left: number | null) =>
    knownTicks(options, "written", surroundings, (knowledge) =>
      liveTicks(options, left, surroundings, knowledge),
    );
  const pick = (snapshot: Snapshot) => namedIn(snapshot, options.targets);
  await showTop(agentFirst({ attached, pick, own, options, surroundings }), options, surroundings);
  return OK;
}

async function lines(options: Options, surroundings: Surroundings): Promise<number> {
  const { terminal, interruption, invocation } = surroundings;
  const ticks = knownTicks(options, "written", surroundings, (knowledge) =>
    liveTicks(options, options.forMilliseconds, surroundings, knowledge),
  );
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
