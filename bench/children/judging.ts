// judging SERVICES SECONDS: watches that many services in which everything moves, first until it is known what is normal,
// then again with that knowledge, and prints what the last SECONDS took: judging alone, and everything from facts to events.
import { Analysis } from "../../src/agent/analysis.ts";
import { type Baselines } from "../../src/model/baselines.ts";
import { NOTHING_DECLARED, NOTHING_KNOWN, type Knowledge } from "../../src/model/declared.ts";
import type { Facts } from "../../src/model/facts.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { busyServices } from "../detection/busy-services.ts";

/** Until the oldest connections have been closed for a while. */
const SETTLING_SECONDS = 180;
/** What was learned in those minutes is taken for a day's. */
const A_DAY = 86_400;

export interface JudgingCosts {
  readonly classes: number;
  /** Milliseconds of each sample: what the main thread was at work, and for all of it the clock. */
  readonly judging: readonly number[];
  readonly whole: readonly number[];
}

const [services = NaN, seconds = NaN] = process.argv.slice(2).map(Number);

function watch(known: Knowledge): { readonly analysis: Analysis; readonly costs: JudgingCosts } {
  const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true }, known);
  const [judging, whole]: [number[], number[]] = [[], []];
  let second = 0;
  for (const facts of busyServices(services)) {
    const from = performance.now();
    const took = take(analysis, facts);
    if (second >= SETTLING_SECONDS) {
      judging.push(took);
      whole.push(performance.now() - from);
    }
    if (++second === SETTLING_SECONDS + seconds) break;
  }
  const classes = [...analysis.ledger.classes()].length;
  return { analysis, costs: { classes, judging, whole } };
}

/** Milliseconds of the processor that judging the classes took. */
function take(analysis: Analysis, facts: Facts): number {
  const tick = analysis.classes.tick.bind(analysis.classes);
  let took = 0;
  analysis.classes.tick = (moment) => {
    const before = process.threadCpuUsage();
    const events = tick(moment);
    const { user, system } = process.threadCpuUsage(before);
    took = (user + system) / 1000;
    return events;
  };
  analysis.take(facts);
  analysis.classes.tick = tick;
  return took;
}

function asOfADay({ services: learned }: Baselines): Baselines {
  return {
    services: learned.map((one) => ({
      ...one,
      classes: one.classes.map((known) => ({ ...known, learnedSeconds: A_DAY })),
    })),
  };
}

// The first is given up: descry has one analysis, and what it would have to collect beside it is not its own.
const baselines = asOfADay(watch(NOTHING_KNOWN).analysis.baselines());
const { costs } = watch({ baselines, declared: NOTHING_DECLARED });
process.stdout.write(`${JSON.stringify(costs)}\n`);
