import type { DeskTick } from "../../model/desk.ts";
import type { DescryEvent, ForecastEvent, VerdictEvent } from "../../model/events.ts";
import type { HistoryTurnover, StageCost } from "../../model/history.ts";
import type { Tick } from "../observe.ts";

/** Of the budget, what drawing a snapshot and all that is done with it may take. */
const SHARE = 0.4;
/** What is done with a snapshot on both threads costs about this many times its drawing. */
const FOLLOWS = 3;
/** Seconds between two snapshots, when nothing happens, */
const LONGEST_REST = 20;
/** where the budget does not hold, */
const STRETCHED_REST = 60;
/** and while somebody looks. */
const REST_LOOKED_AT = 2;
/** Ticks come nearly, not exactly, a second apart. */
const EARLY = 0.1;
const MOST_EVENTS = 1000;
const MOST_STAGES = 1000;
const MOST_TURNOVERS = 20_000;

/** What is so at this moment. */
export interface Means {
  /** Of one core, for the whole program. */
  readonly share: () => number;
  /** By how much what can wait is done more seldom (Budget). */
  readonly stretch: () => number;
  /** Somebody asks for what is drawn. */
  readonly isLookedAt: () => boolean;
}

/** Gathers what happened, and says when it is worth a snapshot: at once when there is news, else as often as it is cheap. */
export class Handover {
  readonly #means: Means;
  #events: DescryEvent[] = [];
  #turnover = new Map<string, HistoryTurnover>();
  #stages: StageCost[] = [];
  #drawnAt = Number.NEGATIVE_INFINITY;
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(means: Means) {
    this.#means = means;
  }

  /** What happened in a tick waits to be handed over; each tick once. */
  note(tick: Tick): void {
    this.#events = [...this.#events, ...tick.events].slice(-MOST_EVENTS);
    for (const one of tick.turnover()) addTurnover(this.#turnover, one);
    this.#stages = [...this.#stages, ...tick.stages].slice(-MOST_STAGES);
  }

  /** All that was noted since the last one that was handed over, with what is so at this tick; null: it is not yet time. */
  take(tick: Tick): DeskTick | null {
    const { uptime } = tick.facts;
    const dueAt = this.#means.isLookedAt()
      ? Math.min(this.#dueAt, this.#drawnAt + REST_LOOKED_AT)
      : this.#dueAt;
    if (this.#events.length === 0 && uptime < dueAt - EARLY) return null;
    this.#drawnAt = uptime;
    const from = performance.now();
    const snapshot = tick.snapshot();
    const standing = byRisk(tick.standing());
    const milliseconds = performance.now() - from;
    this.#dueAt = uptime + this.#restAfter(milliseconds / 1000);
    const handed: DeskTick = {
      ...{ snapshot, standing, events: this.#events, turnover: [...this.#turnover.values()] },
      stages: [...this.#stages, { stage: "draw", milliseconds }],
    };
    this.#events = [];
    this.#turnover = new Map<string, HistoryTurnover>();
    this.#stages = [];
    return handed;
  }

  /** How long none is drawn when one took so long: seconds both. */
  #restAfter(seconds: number): number {
    const stretch = this.#means.stretch();
    const rest = seconds * (FOLLOWS / (SHARE * this.#means.share())) * stretch;
    return Math.min(Math.max(1, rest), LONGEST_REST * stretch, STRETCHED_REST);
  }
}

/** Two that were not taken yet as one: the newer figures, and all that happened. */
export function joined(before: DeskTick, after: DeskTick): DeskTick {
  const turnover = new Map<string, HistoryTurnover>();
  for (const { turnover: some } of [before, after]) for (const one of some) addTurnover(turnover, one);
  return {
    ...after,
    events: [...before.events, ...after.events].slice(-MOST_EVENTS),
    turnover: [...turnover.values()],
    stages: [...before.stages, ...after.stages].slice(-MOST_STAGES),
  };
}

/** Of names that come and go while a desk hangs only so many wait. */
function addTurnover(all: Map<string, HistoryTurnover>, one: HistoryTurnover): void {
  const key = `${one.kind} ${one.service}`;
  const before = all.get(key);
  if (before === undefined && all.size >= MOST_TURNOVERS) return;
  all.set(
    key,
    before === undefined ? one : { ...one, born: before.born + one.born, closed: before.closed + one.closed },
  );
}

/** What runs out first, then what is proven. */
function byRisk(standing: readonly (VerdictEvent | ForecastEvent)[]): (VerdictEvent | ForecastEvent)[] {
  const end = ({ runway }: VerdictEvent | ForecastEvent): number => {
    const at = Date.parse(runway?.exhaustedAt?.p50 ?? "");
    return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at;
  };
  const weight = ({ standing: word }: VerdictEvent | ForecastEvent): number => (word === "confirmed" ? 0 : 1);
  return standing.toSorted((one, other) => {
    const [first, second] = [end(one), end(other)];
    return first === second ? weight(one) - weight(other) : first - second;
  });
}
