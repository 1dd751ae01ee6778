import type { Shape, ShapeBaseline } from "../model/baselines.ts";
import { Cycles, type Rhythm } from "./cycles.ts";

/** Seconds of a bin, and how many are kept: three hours. */
const BIN_SECONDS = 60;
const BINS = 180;

/** Flat for so many minutes is steady; within so many, or this share of the highest. */
const STEADY_BINS = 10;
const STEADY_SWING = 4;
const STEADY_SHARE = 0.1;

/** Load and count are compared over at least and at most so many minutes. */
const LEAST_PAIRS = 15;
const MOST_PAIRS = 60;
/** Load must vary by this share of its mean, else it says nothing of what follows it. */
const LEAST_VARIATION = 0.15;
const LEAST_CORRELATION = 0.7;
/** What lies within so many scatters of the line, or this share above it, is no deviation. */
const WITHIN_SCATTERS = 4;
const WITHIN_SHARE = 0.25;

/** In so many minutes on end another shape must be seen before it is believed: for a first one, in place of another, none. */
const FIRST_MINUTES = 2;
const OTHER_MINUTES = 10;
const NONE_MINUTES = 30;
/** Higher than its cycles ever were by this share is no cycle. */
const HIGHER_SHARE = 0.25;

/** How many were open when load was so and so: `open = base + each * load`, give or take. */
interface Line {
  readonly base: number;
  readonly each: number;
  readonly give: number;
}

/** What was normal while it was steady: from `low` to `high` for `seconds`. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly seconds: number;
}

/** A departure of a service from its own shape. */
export type Deviation =
  | { readonly from: "steady"; readonly range: Range; readonly open: number }
  | { readonly from: "follows-load"; readonly expected: number; readonly load: number; readonly open: number }
  | { readonly from: "cyclic"; readonly rhythm: Rhythm; readonly rise: number };

/** How one minute went: the open descriptors of a service at their lowest and highest, and its requests. */
interface Minute {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  /** Null: not known. */
  readonly load: number | null;
}

/**
 * How a service uses descriptors when all is well, learned from its count and its load minute by minute.
 *
 *     steady         open  ▄▄▄▄▄▄▄▄▄▄      the same for ten minutes at least
 *     follows load   open  ▂▃▅▇▆▄▂▂▃▅      up and down with requests
 *     cyclic         open  ▁▄█▁▄█▁▄█▁      opens and gives back, six times alike
 *     unknown        none of that, or too little seen yet
 */
export class ShapeLearner {
  readonly #minutes: Minute[] = [];
  readonly #cycles = new Cycles();
  #shape: Shape;
  #rhythm: Rhythm | null;
  #range: Range | null = null;
  #line: Line | null = null;
  #candidate: Shape = "unknown";
  #candidateMinutes = 0;
  #minute = -1;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #samples = 0;
  #open = 0;
  #load: number | null = null;

  /** `remembered` is what was learned by an earlier run; null: nothing. */
  constructor(remembered: ShapeBaseline | null) {
    this.#shape = remembered?.shape ?? "unknown";
    const seconds = remembered?.cycleSeconds ?? null;
    this.#rhythm =
      seconds === null ? null : { cycleSeconds: seconds, longestSeconds: seconds, highest: Infinity };
  }

  get shape(): Shape {
    return this.#shape;
  }

  /** How long its cycles are; null where it has none. */
  get cycleSeconds(): number | null {
    return this.#shape === "cyclic" ? (this.#rhythm?.cycleSeconds ?? null) : null;
  }

  /** What is worth keeping; null while nothing is known. */
  learned(): ShapeBaseline | null {
    if (this.#shape === "unknown") return null;
    const openPerLoad = this.#shape === "follows-load" ? (this.#line?.each ?? null) : null;
    return { shape: this.#shape, cycleSeconds: this.cycleSeconds, openPerLoad };
  }

  /**
   * Takes what is open now, the load of the last minute (null: not known) and how many ever went with a process.
   * While `learning` is false - something leaks - what is seen is not taken for normal.
   */
  take(now: number, open: number, load: number | null, exited: number, learning: boolean): void {
    const minute = Math.floor(now / BIN_SECONDS);
    if (minute !== this.#minute) {
      if (this.#samples > 0) this.#turn(now, learning);
      this.#minute = minute;
    }
    this.#open = open;
    this.#load = load;
    this.#low = Math.min(this.#low, open);
    this.#high = Math.max(this.#high, open);
    this.#sum += open;
    this.#samples++;
    this.#cycles.take(now, open, this.#swing(), exited);
  }

  /** How the service departs from its own shape now; `declared` goes before what was learned. Null: it does not. */
  deviation(declared: Shape | null): Deviation | null {
    const shape = declared ?? this.#shape;
    const open = this.#open;
    if (shape === "steady" && this.#range !== null && open > this.#range.high + give(this.#range.high))
      return { from: "steady", range: this.#range, open };
    if (shape === "follows-load" && this.#line !== null && this.#load !== null) {
      const expected = this.#line.base + this.#line.each * this.#load;
      const most = expected + Math.max(STEADY_SWING, this.#line.give, WITHIN_SHARE * expected);
      return open > most ? { from: "follows-load", expected, load: this.#load, open } : null;
    }
    if (shape !== "cyclic" || this.#rhythm === null) return null;
    const rise = this.#cycles.rise(open) ?? 0;
    return rise > (1 + HIGHER_SHARE) * this.#rhythm.highest
      ? { from: "cyclic", rhythm: this.#rhythm, rise }
      : null;
  }

  /** The cycles of a cyclic service; null where it is none, or they are not known. */
  rhythm(declared: Shape | null): Rhythm | null {
    return (declared ?? this.#shape) === "cyclic" ? this.#rhythm : null;
  }

  /** How far the count swung in the last half an hour. */
  #swing(): number {
    let [low, high] = [this.#low, this.#high];
    for (let at = Math.max(0, this.#minutes.length - 30); at < this.#minutes.length; at++) {
      low = Math.min(low, (this.#minutes[at] as Minute).low);
      high = Math.max(high, (this.#minutes[at] as Minute).high);
    }
    return high - low;
  }

  #turn(now: number, learning: boolean): void {
    const mean = this.#sum / this.#samples;
    this.#minutes.push({ low: this.#low, high: this.#high, mean, load: this.#load });
    if (this.#minutes.length > BINS) this.#minutes.shift();
    this.#low = Number.POSITIVE_INFINITY;
    this.#high = Number.NEGATIVE_INFINITY;
    this.#sum = 0;
    this.#samples = 0;
    if (learning) this.#judge(now);
  }

  #judge(now: number): void {
    const line = lineOf(this.#minutes.slice(-MOST_PAIRS));
    const rhythm = this.#cycles.rhythm(now);
    const range = flatOf(this.#minutes);
    const seen: Shape =
      line !== null ? "follows-load" : rhythm !== null ? "cyclic" : range !== null ? "steady" : "unknown";
    this.#candidateMinutes = seen === this.#candidate ? this.#candidateMinutes + 1 : 1;
    this.#candidate = seen;
    if (seen !== this.#shape && this.#candidateMinutes >= this.#needed(seen)) this.#shape = seen;
    if (line !== null) this.#line = line;
    if (rhythm !== null) this.#rhythm = rhythm;
    if (range !== null) this.#range = range;
  }

  #needed(seen: Shape): number {
    if (this.#shape === "unknown") return FIRST_MINUTES;
    return seen === "unknown" ? NONE_MINUTES : OTHER_MINUTES;
  }
}

function give(high: number): number {
  return Math.max(STEADY_SWING, STEADY_SHARE * high);
}

/** The longest time until now in which it was flat; null where that is short. */
function flatOf(minutes: readonly Minute[]): Range | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let at = minutes.length;
  for (; at > 0; at--) {
    const minute = minutes[at - 1] as Minute;
    const [lower, higher] = [Math.min(low, minute.low), Math.max(high, minute.high)];
    if (higher - lower > give(higher)) break;
    [low, high] = [lower, higher];
  }
  const length = minutes.length - at;
  return length < STEADY_BINS ? null : { low, high, seconds: length * BIN_SECONDS };
}

/** How the count follows load, by least squares; null where it does not, or load hardly varies. */
function lineOf(minutes: readonly Minute[]): Line | null {
  const pairs = minutes.flatMap(({ load, mean }) => (load === null ? [] : [{ load, open: mean }]));
  if (pairs.length < LEAST_PAIRS) return null;
  const average = (of: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [load, open] = [average((pair) => pair.load), average((pair) => pair.open)];
  const loadScatter = average((pair) => (pair.load - load) ** 2);
  const openScatter = average((pair) => (pair.open - open) ** 2);
  const together = average((pair) => (pair.load - load) * (pair.open - open));
  if (loadScatter === 0 || Math.sqrt(loadScatter) < LEAST_VARIATION * load) return null;
  if (Math.sqrt(openScatter) < 1) return null;
  if (together < LEAST_CORRELATION * Math.sqrt(loadScatter * openScatter)) return null;
  const each = together / loadScatter;
  const left = Math.sqrt(Math.max(0, openScatter - each * together));
  return { base: open - each * load, each, give: WITHIN_SCATTERS * left };
}
