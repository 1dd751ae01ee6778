import { type Baselines, NOTHING_LEARNED, type Shape } from "./baselines.ts";

/** What the user says of a service; it goes before what is learned. */
export interface DeclaredService {
  /** Connections that its pool may hold, by peer: "address:port", or "*:port" for every address. */
  readonly pools: Readonly<Record<string, number>>;
  /** Null: learned. */
  readonly shape: Exclude<Shape, "unknown"> | null;
  /** Nothing is judged of it and nobody is told; what it holds is still counted and shown. */
  readonly ignore: boolean;
  /** Who is to be told, in the user's words; null: nobody is named. */
  readonly owner: string | null;
  /** As LifeOptions has it, for this service alone: milliseconds; "never": it wakes nobody; null: as for every other. */
  readonly pageWithin: number | "never" | null;
  /** The same of LifeOptions.suspectedFor. */
  readonly suspectedFor: number | "never" | null;
}

/** A service of which nothing is said. */
export const UNDECLARED: DeclaredService = {
  pools: {},
  shape: null,
  ignore: false,
  owner: null,
  pageWithin: null,
  suspectedFor: null,
};

/** What the user says of services, by their names. */
export interface Declared {
  readonly services: ReadonlyMap<string, DeclaredService>;
}

export const NOTHING_DECLARED: Declared = { services: new Map() };

/** What an analysis starts with: what was learned of the host's services before, and what the user says of them. */
export interface Knowledge {
  readonly baselines: Baselines;
  readonly declared: Declared;
}

export const NOTHING_KNOWN: Knowledge = { baselines: NOTHING_LEARNED, declared: NOTHING_DECLARED };
