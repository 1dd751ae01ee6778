import type { Shape } from "./baselines.ts";

/** What the user says of a service; it goes before what is learned. */
export interface DeclaredService {
  /** Connections that its pool may hold, by peer: "address:port", or "*:port" for every address. */
  readonly pools: Readonly<Record<string, number>>;
  /** Null: learned. */
  readonly shape: Exclude<Shape, "unknown"> | null;
}

/** What the user says of services, by their names. */
export interface Declared {
  readonly services: ReadonlyMap<string, DeclaredService>;
}

export const NOTHING_DECLARED: Declared = { services: new Map() };
