import { LONGEST_TICK } from "../census/birth-dates.ts";
import type { DescriptorClass } from "../census/classes.ts";
import { Load, type LoadChange } from "../indicators/load.ts";
import { ShapeLearner } from "../indicators/shape.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Shape, ShapeBaseline } from "../model/baselines.ts";
import type { Declared, Knowledge } from "../model/declared.ts";
import type { ServiceLoad, ServiceShape } from "../model/snapshot.ts";
import type { Level } from "../rules/accumulation.ts";
import { WITHDRAWN_EVIDENCE } from "../rules/accumulation.ts";
import { RUNGS } from "../ledger/rungs.ts";
import { rowFor } from "../rules/rows.ts";
import { levelWithin } from "../rules/shape.ts";
import { MOST_SERVICES } from "./class-memory.ts";
import type { Judged } from "./judged.ts";
import { Latest } from "./latest.ts";
import type { Habits } from "./class-events.ts";
import type { Moment } from "./event-head.ts";

/** Load on screens, and the load that a count is compared to, is of the last minute. */
const LOAD_SECONDS = 60;
/** How load went is told over so many seconds where nothing has begun that it could be compared to. */
const TREND_SECONDS = 600;

interface Known {
  readonly load: Load;
  readonly learner: ShapeLearner;
}

/** The load and the shape of every service, carried from tick to tick. */
export class Shapes {
  readonly #ledger: Ledger;
  #declaredServices: Knowledge["declared"]["services"];
  /** What was learned of services that are not there now: of earlier runs, and earlier in this one. */
  readonly #shapes = new Latest<ShapeBaseline>(MOST_SERVICES);
  readonly #services = new Map<string, Known>();

  constructor(ledger: Ledger, { baselines, declared }: Knowledge) {
    this.#ledger = ledger;
    this.#declaredServices = declared.services;
    // They come with what was learned last in front.
    for (const { service, shape } of baselines.services.toReversed())
      if (shape !== null) this.#shapes.set(service, shape);
  }

  /** What the user says of services from now on. */
  declare({ services }: Declared): void {
    this.#declaredServices = services;
  }

  /** Before anything is judged; `leaks` tells of which services nothing is learned now. */
  tick(leaks: (service: string) => boolean): void {
    const { now, elapsed } = this.#ledger;
    for (const [service, { open }] of this.#ledger.services()) {
      const { load, learner } = this.#known(service);
      const traffic = this.#ledger.traffic.of(service);
      if (elapsed > LONGEST_TICK) load.skip(traffic.requests, now);
      else load.take(traffic.requests, traffic.lateExchanges, now);
      // All of its processes have ended: that is no lowest point of anything.
      if (open > 0) learner.take(now, open, load.perMinute(LOAD_SECONDS), traffic.exited, !leaks(service));
    }
  }

  /** The level of a class after what is normal for its service. */
  restrained(of: DescriptorClass, { evidence }: Judged, level: Level): Level {
    if (level !== "confirmed") return level;
    const declared = this.#declared(of.service);
    const learner = this.#services.get(of.service)?.learner;
    if (learner === undefined) return level;
    const { risingSince } = evidence;
    return levelWithin(level, {
      stateIsProof: rowFor(of).stateIsProof,
      shape: declared ?? learner.shape,
      deviates: learner.deviation(declared) !== null,
      risingSeconds: oldestRising(evidence),
      longestCycleSeconds: learner.rhythm(declared)?.longestSeconds ?? null,
      load: risingSince === null ? null : (this.loadSince(of.service, risingSince)?.trend ?? null),
    });
  }

  /** How the load of a service went since a moment, in seconds since boot; null: not known. */
  loadSince(service: string, moment: number): LoadChange | null {
    return this.#services.get(service)?.load.changeSince(moment) ?? null;
  }

  /** What is said of the service beside a verdict on a rise that began `since`. */
  habitsOf(service: string, since: number | null): Habits {
    const learner = this.#services.get(service)?.learner;
    return {
      load: since === null ? null : this.loadSince(service, since),
      deviation: learner?.deviation(this.#declared(service)) ?? null,
    };
  }

  shapeOf(service: string): ServiceShape {
    const declared = this.#declared(service);
    const learner = this.#services.get(service)?.learner;
    const shape = declared ?? learner?.shape ?? "unknown";
    return {
      shape,
      declared: declared !== null,
      cycleSeconds: shape === "cyclic" ? (learner?.cycleSeconds ?? null) : null,
    };
  }

  loadOf(service: string, moment: Moment, since: number | null): ServiceLoad | null {
    const { now } = this.#ledger;
    const load = this.#services.get(service)?.load;
    const perMinute = load?.perMinute(LOAD_SECONDS) ?? null;
    if (load === undefined || perMinute === null) return null;
    const change = load.changeSince(since ?? now - TREND_SECONDS / 2);
    const dated = change === null ? null : datedLoad(change, now, moment);
    return { perMinute, change: dated };
  }

  /** What is worth keeping of a service; null: nothing. Of one that is not there now that is what was known before. */
  learnedOf(service: string): ShapeBaseline | null {
    const known = this.#services.get(service);
    return known === undefined ? (this.#shapes.get(service) ?? null) : known.learner.learned();
  }

  /** Another program goes by that name. */
  forgetService(service: string): void {
    this.#shapes.delete(service);
    this.#services.delete(service);
  }

  /** Services of which nothing is open any more. What was learned of their shape is kept. */
  forget(): void {
    const there = new Set([...this.#ledger.services()].map(([service]) => service));
    for (const [service, { learner }] of this.#services) {
      if (there.has(service)) continue;
      const learned = learner.learned();
      if (learned !== null) this.#shapes.set(service, learned);
      this.#services.delete(service);
    }
  }

  #known(service: string): Known {
    const known = this.#services.get(service);
    if (known !== undefined) return known;
    const begun = { load: new Load(), learner: new ShapeLearner(this.#shapes.get(service) ?? null) };
    this.#services.set(service, begun);
    return begun;
  }

  #declared(service: string): Exclude<Shape, "unknown"> | null {
    return this.#declaredServices.get(service)?.shape ?? null;
  }
}

/** The oldest age at which there is evidence, in seconds: how far a rise has come. */
function oldestRising(evidence: Judged["evidence"]): number {
  return RUNGS.findLast((_, rung) => evidence.at(rung) >= WITHDRAWN_EVIDENCE) ?? 0;
}

/** Seconds since boot as dates. */
function datedLoad({ trend, fromPerMinute, perMinute, since }: LoadChange, now: number, moment: Moment) {
  const at = new Date(Math.round(moment.at - (now - since) * 1000)).toISOString();
  return { trend, fromPerMinute, perMinute, since: at };
}
