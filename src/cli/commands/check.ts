import type { Tick } from "../../agent/observe.ts";
import { DescryError } from "../../model/error.ts";
import type { GapEvent } from "../../model/events.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Targets } from "../../model/targets.ts";
import { answered, type Attached, findAgent } from "../attach/find.ts";
import { narrowed } from "../attach/narrowed.ts";
import { sourceWords } from "../attach/sighting.ts";
import { parseDuration } from "../duration.ts";
import { CRITICAL, OK, UNKNOWN } from "../exit-codes.ts";
import { failureWords } from "../failure.ts";
import { type Judgement, judge } from "../judgement.ts";
import { type KnownHere, withKnowledge } from "../knowledge.ts";
import { liveTicks, nothingLeft } from "../observation.ts";
import { type Options, type RawFlags, readOptions } from "../options.ts";
import { counted } from "../screen/figures.ts";
import { judgedText, measures, pluginLine } from "../screen/plugin-line.ts";
import { healthyText } from "../screen/healthy.ts";
import { gapWords } from "../screen/sentence.ts";
import { harmless, jsonLine } from "../screen/text.ts";
import { span } from "../screen/times.ts";
import { createStandings, summaryOf } from "../standings.ts";
import type { Command, Surroundings } from "../surroundings.ts";

const DEFAULT_FOR = 120_000;

/**
 * `descry check`: a running agent says how it stands; else this watches, and ends as soon as it is critical. Says it in
 * one line and by the exit code. Whatever could not be done is UNKNOWN and said in the same line, because a monitoring
 * system reads nothing else.
 */
export const run: Command = async (flags, _operand, surroundings) => {
  try {
    const options = readOptions(flags, surroundings.environment);
    const criticalWithin = readCriticalWithin(flags);
    const attached = asksForOwnCheck(flags) ? null : await findAgent(options, flags, surroundings);
    const told = attached === null ? null : await askAgent(attached, options, criticalWithin, surroundings);
    if (told !== null) return told;
    return await withKnowledge(options, "read", surroundings, async (knowledge) =>
      check(options, criticalWithin, surroundings, knowledge),
    );
  } catch (error) {
    if (!(error instanceof DescryError)) throw error;
    surroundings.terminal.progress("");
    printUnknown(failureWords(error), flags.json === true, surroundings.terminal);
    return UNKNOWN;
  }
};

/** A time to watch for, or a memory of one's own, says that it is watched here. */
function asksForOwnCheck(flags: RawFlags): boolean {
  return flags.for !== undefined || flags.stateDir !== undefined;
}

/** What stands by the agent's account at this moment; null: it does not answer, or does not know what was named. */
async function askAgent(
  attached: Attached,
  options: Options,
  criticalWithin: number | null,
  surroundings: Surroundings,
): Promise<number | null> {
  const { agent, terminal } = surroundings;
  const told = await answered(attached, options, terminal, async ({ client }) => ({
    snapshot: await client.snapshot(),
    standings: await client.standing(),
  }));
  if (told === null) return null;
  const family = (pids: readonly number[]) => agent.lookHere(options.procfs).withDescendants(pids);
  const named = narrowed(told.snapshot, told.standings, options.targets, family);
  if (named === null) return null;
  const { snapshot, standings } = named;
  if (options.json) {
    for (const event of [...standings.verdicts, ...standings.forecasts]) terminal.out(jsonLine(event));
    terminal.out(jsonLine(summaryOf(snapshot, standings)));
  }
  const judgement = judge(standings, Date.parse(snapshot.at), criticalWithin);
  const source = sourceWords(attached, snapshot.at, terminal.look().zone);
  const seen = { snapshot, missingPids: [], gaps: [], source };
  return conclude(judgement, seen, { options, criticalWithin, surroundings });
}

/** The line for a check that could not be made. With --json standard output is kept for JSON. */
export function printUnknown(
  text: string,
  json: boolean,
  terminal: { out(line: string): void; err(line: string): void },
): void {
  const line = pluginLine(UNKNOWN, text);
  if (json) terminal.err(line);
  else terminal.out(line);
}

function readCriticalWithin(flags: RawFlags): number | null {
  return flags.criticalWithin === undefined ? null : parseDuration("--critical-within", flags.criticalWithin);
}

async function check(
  options: Options,
  criticalWithin: number | null,
  surroundings: Surroundings,
  knowledge: KnownHere,
): Promise<number> {
  const { terminal, interruption } = surroundings;
  const forMilliseconds = options.forMilliseconds ?? DEFAULT_FOR;
  const standings = createStandings();
  const say = progressTeller(options, forMilliseconds, surroundings);
  const gaps: GapEvent[] = [];
  let last: Tick | null = null;
  let judgement: Judgement = { code: OK, critical: [], warning: [] };
  for await (const tick of liveTicks(options, forMilliseconds, surroundings, knowledge)) {
    last = tick;
    standings.note(tick.events);
    // What may not be read is counted with the processes.
    for (const event of tick.events) if (event.type === "gap" && event.why !== "denied") gaps.push(event);
    if (options.json) for (const event of tick.events) terminal.out(jsonLine(event));
    judgement = judge(standings.now(), tick.facts.at, criticalWithin);
    if (judgement.code === CRITICAL || nothingLeft(tick, options.targets)) break;
    say(tick);
  }
  terminal.progress("");
  if (last === null) throw new DescryError(interrupted(interruption.cause), "Give it more time.");
  const snapshot = last.snapshot();
  if (options.json) terminal.out(jsonLine(summaryOf(snapshot, standings.now())));
  const seen = { snapshot, missingPids: last.missingPids, gaps, source: null };
  return conclude(judgement, seen, { options, criticalWithin, surroundings });
}

/** What there was at the end. */
interface Seen {
  readonly snapshot: Snapshot;
  /** Of those named with --pid. */
  readonly missingPids: readonly number[];
  readonly gaps: readonly GapEvent[];
  /** Who looked, where it was an agent. */
  readonly source: string | null;
}

interface Circumstances {
  readonly options: Options;
  readonly criticalWithin: number | null;
  readonly surroundings: Surroundings;
}

function conclude(judgement: Judgement, seen: Seen, around: Circumstances): number {
  const { snapshot, gaps, source } = seen;
  const { options, criticalWithin, surroundings } = around;
  const { terminal, interruption } = surroundings;
  const named = isNamedAny(options.targets);
  const doubt = judgement.code === OK ? unknownBecause(seen, options.targets, interruption.cause) : null;
  const code = doubt === null ? judgement.code : UNKNOWN;
  const zone = terminal.look().zone;
  const unseen = gaps.map((gap) => gapWords(gap, zone));
  const text =
    doubt ?? (judgement.code === OK ? healthyText(snapshot, named, unseen) : judgedText(judgement, zone));
  const within = criticalWithin === null ? null : criticalWithin / 1000;
  const whole = source === null ? text : `${text}; ${source}`;
  const line = pluginLine(code, whole, measures(snapshot, judgement, named, within));
  if (options.json) terminal.err(line);
  else terminal.out(line);
  return code;
}

function isNamedAny(targets: Targets): boolean {
  return targets.pids.length + targets.services.length > 0;
}

/** Why nothing found does not mean that nothing is there; null when it does. */
function unknownBecause(
  { snapshot, missingPids }: Seen,
  targets: Targets,
  cause: string | null,
): string | null {
  const gone = missingPids[0];
  if (gone !== undefined) return `process ${gone} ended while it was watched`;
  if (isNamedAny(targets) && snapshot.services.length === 0)
    return "what was named has ended while it was watched";
  const unreadable = snapshot.services.find(
    (service) => !service.processes.some((process) => process.readable),
  );
  if (isNamedAny(targets) && unreadable !== undefined) {
    return `what ${harmless(unreadable.service)} holds is not permitted; root, or who owns it, may`;
  }
  const { processes, denied } = snapshot.coverage;
  if (processes === 0) return "there is no process to see; is --procfs a procfs?";
  // A look that missed most of the host must not be the green light of somebody's monitoring.
  if (!isNamedAny(targets) && denied * 2 > processes) {
    return `${denied} of ${processes} processes may not be read; as root it sees them all`;
  }
  return cause === null ? null : `${interrupted(cause)}; nothing found until then`;
}

function interrupted(cause: string | null): string {
  return cause === null ? "Nothing could be read" : `interrupted by ${cause} before the time was up`;
}

/** "watching pid 812, 34 s of 2 min", where somebody is looking. */
function progressTeller(
  options: Options,
  forMilliseconds: number,
  { terminal }: Surroundings,
): (tick: Tick) => void {
  if (options.quiet || !terminal.errorIsTerminal) return () => {};
  let first: number | null = null;
  let whom = "";
  return (tick) => {
    if (first === null) {
      first = tick.facts.uptime;
      whom = targetWords(options.targets, tick.snapshot().coverage.processes);
    }
    terminal.progress(
      `watching ${whom}, ${Math.floor(tick.facts.uptime - first)} s of ${span(forMilliseconds / 1000)}`,
    );
  };
}

function targetWords({ pids, services }: Targets, processes: number): string {
  if (pids.length + services.length === 0) return counted(processes, "process", "processes");
  return [...pids.map((pid) => `pid ${pid}`), ...services.map(harmless)].join(", ");
}
