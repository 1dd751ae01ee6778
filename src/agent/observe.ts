import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import type { Baselines } from "../model/baselines.ts";
import { type Declared, type Knowledge, NOTHING_KNOWN } from "../model/declared.ts";
import type { DescryEvent, ForecastEvent, VerdictEvent } from "../model/events.ts";
import type { Fact, Facts, FactSource } from "../model/facts.ts";
import type { HistoryTurnover, StageCost } from "../model/history.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Targets } from "../model/targets.ts";
import type { Invocation } from "../rules/case.ts";
import { Analysis } from "./analysis.ts";
import { drawListing, type ListingPart } from "./listing-view.ts";
import { drawSnapshot } from "./snapshot.ts";

/** One tick: what was read, and what came of it. */
export interface Tick {
  /** Without the facts themselves where they were not to be kept. */
  readonly facts: Facts;
  readonly events: readonly DescryEvent[];
  /** Drawn up when asked for. */
  snapshot(): Snapshot;
  /** Pids asked for with --pid that are not, or no longer, there. */
  readonly missingPids: readonly number[];
  readonly host: string;
  /** What is to be kept of what was learned so far. */
  learned(): Baselines;
  /** Everything that stands, most at risk first; also what is no service's, which a snapshot does not hold. */
  standing(): readonly (VerdictEvent | ForecastEvent)[];
  /** What was opened and closed since the tick before. */
  turnover(): readonly HistoryTurnover[];
  /** What a process has open, in parts. To be walked through before the next tick is asked for. */
  listing(pid: number): Generator<ListingPart>;
  /** By the clock: how long after its time it began (`late`), and what reading and judging took. */
  readonly stages: readonly StageCost[];
}

export interface ObserveOptions {
  readonly targets: Targets;
  /** Milliseconds between ticks; 0 for a recording: as fast as it goes. */
  readonly interval: number;
  /** Ends the observation between two ticks. */
  readonly signal?: AbortSignal;
  /** How commands in advice call this program; by default as "descry", with sudo. */
  readonly invocation?: Invocation;
  /** What was learned before, and what the user declared; by default nothing. */
  readonly known?: Knowledge;
  /** Asked before each tick: what the user declares anew; null: nothing. */
  readonly declaredAnew?: () => Declared | null;
  /** Asked before each tick: by how much to look more seldom than one could (Attention). */
  readonly stretch?: () => number;
  /**
   * The facts are wanted after they were judged; by default they are. Otherwise each is given up as it is judged: those of
   * a first reading of 100,000 descriptors take 15 MB.
   */
  readonly keepFacts?: boolean;
}

/** Reads and judges tick after tick, until the source ends or the signal is given. Closes the source in any case. */
export async function* observe(source: FactSource, options: ObserveOptions): AsyncGenerator<Tick> {
  const { targets, interval, signal, known = NOTHING_KNOWN, keepFacts = true } = options;
  const analysis = new Analysis(targets, options.invocation ?? { program: "descry", sudo: true }, known);
  try {
    for (let due = performance.now(); signal?.aborted !== true; due += interval) {
      const began = performance.now();
      const facts = await source.read({ pids: analysis.attention(), stretch: options.stretch?.() ?? 1 });
      if (facts === null) return;
      const readAt = performance.now();
      const declared = options.declaredAnew?.() ?? null;
      if (declared !== null) analysis.declare(declared);
      const steps = keepFacts ? analysis.steps(facts) : analysis.steps(facts, givenUp(facts));
      const events = await inSlices(steps);
      yield {
        facts,
        events,
        snapshot: () => drawSnapshot(analysis),
        missingPids: analysis.missingPids(),
        host: analysis.host,
        learned: () => analysis.baselines(),
        standing: () => [...analysis.standingVerdicts(), ...analysis.standingForecasts()],
        turnover: () => analysis.ledger.turnover.all(),
        listing: (pid) => drawListing(analysis, pid),
        stages: [
          { stage: "late", milliseconds: Math.max(0, began - due) },
          { stage: "read", milliseconds: readAt - began },
          { stage: "judge", milliseconds: performance.now() - readAt },
        ],
      };
      if (interval > 0) due = await pause(due, interval, signal);
    }
  } finally {
    await source.close();
  }
}

/** The facts one by one. Who made them has no use for them any more, so each can be freed when the next one is asked for. */
function* givenUp(facts: Facts): Generator<Fact> {
  const left = facts.facts as Fact[];
  left.reverse();
  for (let fact = left.pop(); fact !== undefined; fact = left.pop()) yield fact;
}

/** The thread is given to others after so many milliseconds of work: keys and signals answer at once. */
const SLICE = 8;

/** Runs steps to their end, in slices. */
async function inSlices<Result>(steps: Generator<void, Result>): Promise<Result> {
  let from = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() - from < SLICE) continue;
    await turn();
    from = performance.now();
  }
}

/** Waits until a tick is due; one that was missed, by a suspend or a slow reader, is not made up for. */
async function pause(due: number, interval: number, signal: AbortSignal | undefined): Promise<number> {
  const now = performance.now();
  const next = due + interval;
  if (next < now) return now - interval;
  await wait(next - now, undefined, { signal, ref: true }).catch(() => undefined);
  return due;
}
