import type { Subject } from "./events.ts";

/** How a service uses descriptors when all is well: with its load, always the same, in cycles, or nobody knows yet. */
export type Shape = "follows-load" | "steady" | "cyclic" | "unknown";

/** What was learned of a service's shape; null where it does not apply. */
export interface ShapeBaseline {
  readonly shape: Shape;
  /** Cyclic: seconds from one lowest point to the next, at the middle of those seen. */
  readonly cycleSeconds: number | null;
  /** Follows load: open connections and files for each request a minute that comes in. */
  readonly openPerLoad: number | null;
}

/** The connection pool of a service towards one peer: how many connections it keeps and uses again. */
export interface PoolBaseline {
  readonly peer: string;
  readonly size: number;
}

/** What is normal at one age of one class, learned while it was watched; older times weigh less. */
export interface AgeBaseline {
  readonly ageSeconds: number;
  /** So many were born, and so many of them lived to that age unused: the survival is their ratio. */
  readonly born: number;
  readonly survived: number;
  /** The most that passed that age within ten minutes while nothing accumulated. */
  readonly passedIn10Minutes: number;
}

/** What was learned of one class of descriptors of a service. */
export interface ClassBaseline {
  /** State group and subject together name the class inside its service. */
  readonly group: string;
  readonly subject: Subject;
  readonly wide: boolean;
  /** For so long it was watched. */
  readonly learnedSeconds: number;
  /** Youngest first; ages that nothing ever reached are left out. */
  readonly ages: readonly AgeBaseline[];
}

/** All that is known of a service and outlives its processes, and this program. */
export interface ServiceBaseline {
  readonly service: string;
  /** Names the program behind the service; when another is found, what was learned of this one is forgotten. */
  readonly program: string;
  /** Unix milliseconds. */
  readonly learnedFrom: number;
  readonly learnedUntil: number;
  readonly classes: readonly ClassBaseline[];
  readonly pools: readonly PoolBaseline[];
  readonly shape: ShapeBaseline | null;
}

/** What was learned on this host, as a value: the store writes it, everybody may read it. */
export interface Baselines {
  readonly services: readonly ServiceBaseline[];
}

export const NOTHING_LEARNED: Baselines = { services: [] };
