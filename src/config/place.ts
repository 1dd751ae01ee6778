import type { Writing } from "./writings.ts";

/** One place in the schema, as the walks over it see it. */
export interface Place {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  /** The one value that it has: the kind of one member of `anyOf`. */
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  /** Of a text: what it means, and the bounds of that as texts of the same writing. */
  readonly writing?: Writing;
  readonly least?: string;
  readonly most?: string;
  /** Words that may stand there instead, such as "none". */
  readonly also?: readonly string[];
  /** What it has to be, in words, where the schema alone does not say it for people. */
  readonly wanted?: string;
  /** What stands here, or below, may be a secret by mistake: it is never repeated. */
  readonly hidden?: boolean;
  /** Of a map with names that the user chooses: what stands for the name in the reference, and how it is written. */
  readonly entry?: string;
  readonly keys?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Place>>;
  readonly patternProperties?: Readonly<Record<string, Place>>;
  readonly items?: Place;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Maps, told apart by their `kind`. */
  readonly anyOf?: readonly Place[];
}

/** The place of one key inside another; null when there is none. */
export function placeIn(place: Place, key: string): Place | null {
  if (place.properties !== undefined)
    return Object.hasOwn(place.properties, key) ? (place.properties[key] ?? null) : null;
  return valuesOf(place);
}

/** The place of every value of a map with names that the user chooses; null when it is none. */
export function valuesOf(place: Place): Place | null {
  return Object.values(place.patternProperties ?? {})[0] ?? null;
}

/** The kinds that a map may be of; empty: it is of none. */
export function kindsOf({ anyOf }: Place): readonly string[] {
  return (anyOf ?? []).map(({ properties }) => String(properties?.["kind"]?.const));
}

/** Of maps that are told apart by their kind, the one of this kind; null: there is none. Every other place is itself. */
export function ofKind(place: Place, kind: unknown): Place | null {
  if (place.anyOf === undefined) return place;
  return place.anyOf.find(({ properties }) => properties?.["kind"]?.const === kind) ?? null;
}

export function isMapPlace({ type, anyOf }: Place): boolean {
  return type === "object" || anyOf !== undefined;
}

export function isPlainMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
