/** Plain values against the schema: defaults filled in, and what is wrong in words. */
import { Settings as Limits } from "typebox/system";
import { Errors } from "typebox/value";
import type { Fault, YamlText } from "./document.ts";
import { excerpt } from "./excerpt.ts";
import { type Place, placeIn, SETTINGS, type Settings, valuesOf } from "./schema.ts";

const MOST_FAULTS = 100;

/** Names that a wrong one may have been meant to be, best first. */
export type Nearest = (word: string, names: readonly string[], most?: number) => string[];

/** The settings of a text, or what is wrong with it; faults in the order of their lines. */
export function settingsOf(
  text: YamlText,
  nearest: Nearest,
): { readonly settings: Settings | null; readonly faults: readonly Fault[] } {
  const value = withDefaults(SETTINGS, text.value);
  const faults = [...text.faults, ...faultsOf(value, text, nearest)].toSorted((a, b) => a.line - b.line);
  return { settings: faults.length === 0 ? (value as Settings) : null, faults };
}

/** The settings of a file that says nothing. */
export function defaultSettings(): Settings {
  return withDefaults(SETTINGS, {}) as Settings;
}

function withDefaults(place: Place, value: unknown): unknown {
  if (!isPlainMap(value)) return value;
  const filled = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const next = placeIn(place, key);
    return [key, next === null ? inner : withDefaults(next, inner)];
  });
  const missing = Object.entries(place.properties ?? {})
    .filter(([key, inner]) => inner.default !== undefined && !Object.hasOwn(value, key))
    .map(([key, inner]): [string, unknown] => [key, inner.default]);
  return Object.fromEntries([...filled, ...missing]);
}

function isPlainMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function faultsOf(value: unknown, text: YamlText, nearest: Nearest): Fault[] {
  return errorsIn(value).flatMap((error): Fault[] => {
    const pointer = error.instancePath;
    const keys = keysOf(pointer);
    const place = placeAt(keys);
    const where = keys.length === 0 ? "the file" : excerpt(keys.join("."));
    // Each unknown key is told twice, once as itself and once by the map around it.
    if (error.keyword === "boolean") return [];
    if (error.keyword === "additionalProperties") {
      return error.params.additionalProperties.map((key) => ({
        line: text.lineOf(`${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
        ...unknownKey(key, place, where, nearest),
      }));
    }
    return [{ line: text.lineOf(pointer), ...wrongValue(valueAt(value, keys), place, where, nearest) }];
  });
}

/** Typebox gathers eight as a rule; a file is mended faster when all are shown. */
function errorsIn(value: unknown): ReturnType<typeof Errors> {
  const { maxErrors } = Limits.Get();
  Limits.Set({ maxErrors: MOST_FAULTS });
  try {
    return Errors(SETTINGS, value);
  } finally {
    Limits.Set({ maxErrors });
  }
}

function unknownKey(key: string, place: Place, where: string, nearest: Nearest): Omit<Fault, "line"> {
  if (place.keys !== undefined) {
    return { message: `"${excerpt(key)}" cannot stand in ${where}`, mend: `Mend it: ${place.keys}.` };
  }
  const names = Object.keys(place.properties ?? {});
  const near = nearest(key, names, 1)[0];
  return {
    message: `"${excerpt(key)}" is no setting of ${where}`,
    mend: near === undefined ? `It has ${names.join(", ")}.` : `Did you mean ${near}?`,
  };
}

function wrongValue(value: unknown, place: Place, where: string, nearest: Nearest): Omit<Fault, "line"> {
  const given = excerpt(JSON.stringify(value) ?? "nothing");
  if (place.enum !== undefined) {
    const near = typeof value === "string" ? nearest(value, place.enum.map(String), 1)[0] : undefined;
    return {
      message: `${where} is ${given}`,
      mend: near === undefined ? `It may be ${place.enum.join(", ")}.` : `Did you mean ${near}?`,
    };
  }
  return { message: `${where} is ${given}`, mend: `It has to be ${wanted(place)}.` };
}

function wanted({ type, minimum, maximum, entry }: Place): string {
  if (type === "integer") return `a whole number from ${minimum} to ${maximum}`;
  if (type !== "object") return `of type ${type}`;
  return entry === undefined
    ? "a map of settings, indented below it"
    : `a map, a line for each ${entry.toLowerCase()} indented below it`;
}

function keysOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function placeAt(keys: readonly string[]): Place {
  let place: Place = SETTINGS;
  for (const key of keys) place = placeIn(place, key) ?? valuesOf(place) ?? place;
  return place;
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  let inner = value;
  for (const key of keys) inner = isPlainMap(inner) ? inner[key] : undefined;
  return inner;
}
