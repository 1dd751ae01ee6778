import type { Shape } from "../model/baselines.ts";
import type { Level } from "./accumulation.ts";

/** A class that is about to be accused, and what is normal for its service. */
export interface WithinShape {
  /** The state itself is a mistake of the program, whatever its shape. */
  readonly stateIsProof: boolean;
  readonly shape: Shape;
  /** The service departs from its shape now: higher than its cycles ever were, or than its load explains. */
  readonly deviates: boolean;
  /** The oldest age at which it accumulates, in seconds. */
  readonly risingSeconds: number;
  /** Null where the service has no cycles, or they are not known. */
  readonly longestCycleSeconds: number | null;
  /** How load went since the rise began; null: not known. */
  readonly load: "steady" | "rose" | "fell" | null;
}

/**
 * The level of a class after the shape of its service:
 *
 *     cyclic         suspect at most while the rise is no older than its longest cycle, and no higher than any
 *     follows load   suspect at most while load rose with it and explains what is open
 *
 * A steady service, and one of which nothing is known, excuses nothing.
 */
export function levelWithin(level: Level, around: WithinShape): Level {
  const { stateIsProof, shape, deviates, risingSeconds, longestCycleSeconds, load } = around;
  if (level !== "confirmed" || stateIsProof || deviates) return level;
  const inCycle = shape === "cyclic" && longestCycleSeconds !== null && risingSeconds <= longestCycleSeconds;
  const byLoad = shape === "follows-load" && load === "rose";
  return inCycle || byLoad ? "suspect" : level;
}
