/** Plain values against the schema: defaults filled in, and what is wrong in words. */
import { conflictsIn } from "./conflicts.ts";
import type { Fault, YamlText } from "./document.ts";
import { Faults, type Nearest } from "./faults.ts";
import { isPlainMap, ofKind, type Place, placeIn } from "./place.ts";
import { SETTINGS, type Settings } from "./schema.ts";

/** The settings of a text, or what is wrong with it; faults in the order of their lines. */
export function settingsOf(
  text: YamlText,
  nearest: Nearest,
): { readonly settings: Settings | null; readonly faults: readonly Fault[] } {
  const value = withDefaults(SETTINGS, text.value);
  const faults = [...text.faults, ...new Faults(text, nearest).in(SETTINGS, value)];
  if (faults.length === 0) faults.push(...conflictsIn(value as Settings, text));
  return {
    settings: faults.length === 0 ? (value as Settings) : null,
    faults: faults.toSorted((a, b) => a.line - b.line),
  };
}

/** The settings of a file that says nothing. */
export function defaultSettings(): Settings {
  return withDefaults(SETTINGS, {}) as Settings;
}

function withDefaults(schema: Place, value: unknown): unknown {
  if (!isPlainMap(value)) return value;
  const place = ofKind(schema, value["kind"]);
  if (place === null) return value;
  const filled = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const next = placeIn(place, key);
    return [key, next === null ? inner : withDefaults(next, inner)];
  });
  const missing = Object.entries(place.properties ?? {})
    .filter(([key, inner]) => inner.default !== undefined && !Object.hasOwn(value, key))
    .map(([key, inner]): [string, unknown] => [key, withDefaults(inner, inner.default)]);
  return Object.fromEntries([...filled, ...missing]);
}
