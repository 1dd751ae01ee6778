import { isNamed } from "../../agent/naming.ts";
import type { Tick } from "../../agent/observe.ts";
import { answered, type Attached, findAgent } from "../attach/find.ts";
import { narrowed } from "../attach/narrowed.ts";
import { asksForOwnLook } from "../attach/own-look.ts";
import { agentFirst, type Sighting, sourceWords } from "../attach/sighting.ts";
import { DescryError } from "../../model/error.ts";
import type { DescryEvent } from "../../model/events.ts";
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
  const attached = asksForOwnLook(options, flags) ? null : await findAgent(options, flags, surroundings);
  const show = options.once ? once : isLines ? lines : table;
  return show(options, surroundings, attached);
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
  await showTop(agentFirst(orderOf(options, surroundings, attached)), options, surroundings);
  return OK;
}

function orderOf(options: Options, surroundings: Surroundings, attached: Attached | null) {
  const own = (left: number | null) =>
    knownTicks(options, "written", surroundings, (knowledge) =>
      liveTicks(options, left, surroundings, knowledge),
    );
  const pick = (snapshot: Snapshot) => namedIn(snapshot, options.targets);
  const again = () => findAgent({ ...options, quiet: true }, {}, surroundings);
  return { attached, pick, own, again, options, surroundings };
}

async function lines(
  options: Options,
  surroundings: Surroundings,
  attached: Attached | null,
): Promise<number> {
  const { terminal, interruption } = surroundings;
  const wanted = (event: DescryEvent) => isWanted(event, options.targets);
  const seen = agentFirst({ ...orderOf(options, surroundings, attached), wanted });
  let source: Sighting["from"];
  const told = await tellAll(seen, teller(options.json, terminal), (sighting, first) => {
    const { from } = sighting;
    const isOther = from !== source;
    source = from;
    if (!first && !isOther) return;
    const snapshot = sighting.snapshot();
    const words = from?.words(snapshot.at, terminal.look().zone) ?? null;
    if (first) printFirst(snapshot, words, options, surroundings);
    // The agent has gone, or is back.
    else if (words !== null) terminal.err(`descry: ${words}`);
  });
  if (told.last === null && interruption.cause === null) {
    throw new DescryError("Nothing could be read.", "Check that --procfs names a procfs.");
  }
  return endCode(interruption, options.forMilliseconds !== null);
}

function isWanted(event: DescryEvent, { services }: Targets): boolean {
  if (services.length === 0 || event.type === "gap" || event.type === "summary") return true;
  return services.some((name) => event.service !== null && isNamed(event.service, name));
}

/** A first look where nothing was watched before; an agent's table where one was watching. */
function printFirst(
  snapshot: Snapshot,
  source: string | null,
  options: Options,
  { terminal, invocation }: Surroundings,
): void {
  if (options.json) return terminal.out(jsonLine(firstLookFigures(snapshot)));
  if (source !== null) return print(snapshot, source, options, terminal);
  for (const line of firstLookLines(snapshot, wideLook(terminal), invocation.asRoot)) terminal.out(line);
}
