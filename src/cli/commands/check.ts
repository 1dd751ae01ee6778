import type { Tick } from "../../agent/observe.ts";
import { DescryError } from "../../model/error.ts";
import type { GapEvent } from "../../model/events.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Targets } from "../../model/targets.ts";
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
 * `descry check`: watches, ends as soon as it is critical, says it in one line and by the exit code. Whatever could
 * not be done is UNKNOWN and said in the same line, because a monitoring system reads nothing else.
 */
export const run: Command = async (flags, _operand, surroundings) => {
  try {
    const options = readOptions(flags, surroundings.environment);
    const criticalWithin = readCriticalWithin(flags);
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
  return conclude(judgement, last, snapshot, { options, criticalWithin, gaps, surroundings });
}

interface Circumstances {
  readonly options: Options;
  readonly criticalWithin: number | null;
  readonly gaps: readonly GapEvent[];
  readonly surroundings: Surroundings;
}

function conclude(judgement: Judgement, last: Tick, snapshot: Snapshot, around: Circumstances): number {
  const { options, criticalWithin, gaps, surroundings } = around;
  const { terminal, interruption } = surroundings;
  const named = isNamedAny(options.targets);
  const doubt =
    judgement.code === OK ? unknownBecause(last, snapshot, options.targets, interruption.cause) : null;
  const code = doubt === null ? judgement.code : UNKNOWN;
  const zone = terminal.look().zone;
  const unseen = gaps.map((gap) => gapWords(gap, zone));
  const text =
    doubt ?? (judgement.code === OK ? healthyText(snapshot, named, unseen) : judgedText(judgement, zone));
  const within = criticalWithin === null ? null : criticalWithin / 1000;
  const line = pluginLine(code, text, measures(snapshot, judgement, named, within));
  if (options.json) terminal.err(line);
  else terminal.out(line);
  return code;
}

function isNamedAny(targets: Targets): boolean {
  return targets.pids.length + targets.services.length > 0;
}

/** Why nothing found does not mean that nothing is there; null when it does. */
function unknownBecause(
  last: Tick,
  snapshot: Snapshot,
  targets: Targets,
  cause: string | null,
): string | null {
  const gone = last.missingPids[0];
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
