import type { DescriptorClass } from "../census/classes.ts";
import { Load, type LoadChange } from "../indicators/load.ts";
import { ShapeLearner } from "../indicators/shape.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Shape, ShapeBaseline } from "../model/baselines.ts";
import type { Knowledge } from "../model/declared.ts";
import type { ServiceLoad, ServiceShape } from "../model/snapshot.ts";
import type { Level } from "../rules/accumulation.ts";
import { WITHDRAWN_EVIDENCE } from "../rules/accumulation.ts";
import { RUNGS } from "../ledger/cohorts.ts";
import { rowFor } from "../rules/rows.ts";
import { levelWithin } from "../rules/shape.ts";
import type { Judged } from "./judged.ts";
import type { Habits, Moment } from "./events.ts";

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
  readonly #knowledge: Knowledge;
  readonly #services = new Map<string, Known>();

  constructor(ledger: Ledger, knowledge: Knowledge) {
    this.#ledger = ledger;
    this.#knowledge = knowledge;
  }

  /** Before anything is judged; `leaks` tells of which services nothing is learned now. */
  tick(leaks: (service: string) => boolean): void {
    const { now } = this.#ledger;
    for (const [service, { open }] of this.#ledger.services()) {
      const { load, learner } = this.#known(service);
      const traffic = this.#ledger.trafficOf(service);
      load.take(traffic.requests, traffic.lateExchanges, now);
      // All of its processes have ended: that is no lowest point of anything.
      if (open > 0) learner.take(now, open, load.perMinute(LOAD_SECONDS), traffic.exited, !leaks(service));
    }
  }

  /** The level of a class after what is normal for its service. */
  restrained(of: DescriptorClass, { evidence }: Judged, level: Level): Level {
    const declared = this.#declared(of.service);
    const learner = this.#services.get(of.service)?.learner;
    if (learner === undefined || level !== "confirmed") return level;
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

  /** What is worth keeping of each service. */
  *learned(): Generator<readonly [service: string, shape: ShapeBaseline]> {
    for (const [service, { learner }] of this.#services) {
      const learned = learner.learned();
      if (learned !== null) yield [service, learned];
    }
  }

  forget(): void {
    const there = new Set([...this.#ledger.services()].map(([service]) => service));
    for (const service of this.#services.keys()) if (!there.has(service)) this.#services.delete(service);
  }

  #known(service: string): Known {
    const known = this.#services.get(service);
    if (known !== undefined) return known;
    const remembered = this.#knowledge.baselines.services.find((one) => one.service === service)?.shape;
    const begun = { load: new Load(), learner: new ShapeLearner(remembered ?? null) };
    this.#services.set(service, begun);
    return begun;
  }

  #declared(service: string): Exclude<Shape, "unknown"> | null {
    return this.#knowledge.declared.services.get(service)?.shape ?? null;
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
