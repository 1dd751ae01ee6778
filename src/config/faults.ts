/** What is wrong with plain values, by the schema, in words and with lines. */
import { type Fault, inside, type YamlText } from "./document.ts";
import { excerpt } from "./excerpt.ts";
import { isPlainMap, kindsOf, ofKind, type Place, placeIn, valuesOf } from "./place.ts";
import { SETTINGS } from "./schema.ts";
import { writingWords, wrongIn } from "./writings.ts";

const MOST_FAULTS = 100;
/** No secret looks so. */
const WORD = /^[A-Za-z][a-z-]{0,19}$/;

/** Names that a wrong one may have been meant to be, best first. */
export type Nearest = (word: string, names: readonly string[], most?: number) => string[];

/** Where in the file a value stands. */
interface At {
  readonly keys: readonly string[];
  readonly pointer: string;
  /** What stands there may be a secret. */
  readonly hidden: boolean;
}

export class Faults {
  readonly #text: YamlText;
  readonly #nearest: Nearest;
  readonly #found: Fault[] = [];

  constructor(text: YamlText, nearest: Nearest) {
    this.#text = text;
    this.#nearest = nearest;
  }

  /** The first of them, at most a hundred. */
  in(place: Place, value: unknown): readonly Fault[] {
    this.#look(place, value, { keys: [], pointer: "", hidden: false });
    return this.#found;
  }

  #look(place: Place, value: unknown, above: At): void {
    if (this.#found.length >= MOST_FAULTS) return;
    const at = place.hidden === true ? { ...above, hidden: true } : above;
    if (place.anyOf !== undefined) this.#lookAtKind(place, value, at);
    else if (place.type === "object") this.#lookAtMap(place, value, at);
    else if (place.type === "array") this.#lookAtList(place, value, at);
    else if (place.enum !== undefined) this.#lookAtWord(place.enum.map(String), value, at);
    else this.#lookAtOne(place, value, at);
  }

  #lookAtKind(place: Place, value: unknown, at: At): void {
    if (!isPlainMap(value)) {
      this.#isWrong(value, at, "It has to be a map of settings, indented below it.");
      return;
    }
    const kinds = kindsOf(place);
    const kind = value["kind"];
    const found = ofKind(place, kind);
    if (found !== null) this.#lookAtMap(found, value, at);
    else if (kind === undefined) this.#lacks("kind", `It may be ${kinds.join(", ")}.`, at);
    else this.#lookAtWord(kinds, kind, step(at, "kind"));
  }

  #lookAtMap(place: Place, value: unknown, at: At): void {
    if (!isPlainMap(value)) {
      const { entry } = place;
      const mend =
        entry === undefined
          ? "It has to be a map of settings, indented below it."
          : `It has to be a map, a line for each ${entry.toLowerCase()} indented below it.`;
      this.#isWrong(value, at, mend);
      return;
    }
    const [pattern] = Object.keys(place.patternProperties ?? {});
    const mayBe = pattern === undefined ? null : new RegExp(pattern);
    for (const [key, inner] of Object.entries(value)) {
      const next = mayBe === null ? placeIn(place, key) : mayBe.test(key) ? valuesOf(place) : null;
      if (next === null) this.#unknownKey(key, place, at);
      else this.#look(next, inner, step(at, key));
    }
    for (const [key, inner] of Object.entries(place.properties ?? {}))
      if (place.required?.includes(key) === true && !Object.hasOwn(value, key))
        this.#lacks(key, `Write it below: ${wantedOf(inner)}.`, at);
  }

  #lookAtList(place: Place, value: unknown, at: At): void {
    const { items, minItems = 0, maxItems = Infinity } = place;
    if (!Array.isArray(value) || items === undefined) {
      this.#isWrong(value, at, "It has to be a list: [one, another].");
      return;
    }
    if (value.length < minItems)
      this.#add(at, `${named(at)} is empty`, `It has to be a list of ${minItems} or more.`);
    else if (value.length > maxItems)
      this.#add(at, `${named(at)} has ${value.length} entries`, `It may have ${maxItems}.`);
    else for (const [place_, inner] of value.entries()) this.#look(items, inner, step(at, String(place_)));
  }

  #lookAtWord(words: readonly string[], value: unknown, at: At): void {
    if (typeof value === "string" && words.includes(value)) return;
    const near = typeof value === "string" ? this.#nearest(value, words, 1)[0] : undefined;
    this.#isWrong(value, at, near === undefined ? `It may be ${words.join(", ")}.` : `Did you mean ${near}?`);
  }

  #lookAtOne(place: Place, value: unknown, at: At): void {
    const { type, minimum = -Infinity, maximum = Infinity } = place;
    if (type === "string") this.#lookAtText(place, value, at);
    else if (type === "boolean" ? typeof value !== "boolean" : !isWhole(value, minimum, maximum))
      this.#isWrong(value, at, `It has to be ${wantedOf(place)}.`);
  }

  #lookAtText(place: Place, value: unknown, at: At): void {
    const { const: one, also = [], pattern, writing } = place;
    if (typeof value !== "string") {
      this.#isWrong(value, at, `It has to be ${wantedOf(place)}.`);
      return;
    }
    if (value === one || also.includes(value)) return;
    if (pattern !== undefined && !new RegExp(pattern).test(value))
      this.#isWrong(value, at, `It has to be ${wantedOf(place)}.`);
    const wrong = writing === undefined ? null : wrongIn(writing, value, place);
    if (wrong === null) return;
    const or = also.length === 0 ? "" : ` It may also be ${also.join(" or ")}.`;
    if (wrong.is === null) this.#isWrong(value, at, wrong.mend + or);
    else this.#add(at, `${named(at)} ${wrong.is}`, wrong.mend);
  }

  #unknownKey(key: string, place: Place, at: At): void {
    const line = step(at, key);
    if (place.keys !== undefined) {
      this.#add(line, `"${excerpt(key)}" cannot stand in ${named(at)}`, `Mend it: ${place.keys}.`);
      return;
    }
    const names = Object.keys(place.properties ?? {});
    const near = this.#nearest(key, names, 1)[0] ?? elsewhere(key);
    const mend = near === undefined ? `It has ${names.join(", ")}.` : `Did you mean ${near}?`;
    this.#add(line, `"${excerpt(key)}" is no setting of ${named(at)}`, mend);
  }

  #lacks(key: string, mend: string, at: At): void {
    this.#add(at, `${named(at)} has no ${key}`, mend);
  }

  #isWrong(value: unknown, at: At, mend: string): void {
    this.#add(at, `${named(at)} is ${given(value, at)}`, mend);
  }

  #add({ pointer }: At, message: string, mend: string): void {
    if (this.#found.length < MOST_FAULTS)
      this.#found.push({ line: this.#text.lineOf(pointer), message, mend });
  }
}

/** Where a setting of this name stands in one of the sections, "agent.listen"; undefined: in none. */
function elsewhere(key: string): string | undefined {
  const has = ({ properties = {} }: Place): boolean => Object.hasOwn(properties, key);
  const section = Object.entries<Place>(SETTINGS.properties).find(([, place]) => has(place));
  return section === undefined ? undefined : `${section[0]}.${key}`;
}

/** What it has to be. */
export function wantedOf(place: Place): string {
  const { type, wanted, writing, minimum, maximum, also = [], enum: words, items } = place;
  const or = also.length === 0 ? "" : `, or ${also.join(" or ")}`;
  if (wanted !== undefined) return wanted;
  if (writing !== undefined) return writingWords(writing, place) + or;
  if (words !== undefined) return words.join(", ");
  if (type === "integer") return `a whole number from ${minimum} to ${maximum}`;
  if (type === "boolean") return "true or false";
  return items === undefined ? "a text" : `a list, each of them ${wantedOf(items)}`;
}

function step({ keys, pointer, hidden }: At, key: string): At {
  return { keys: [...keys, key], pointer: inside(pointer, key), hidden };
}

function named({ keys }: At): string {
  return keys.length === 0 ? "the file" : excerpt(keys.join("."));
}

function given(value: unknown, { hidden }: At): string {
  if (!hidden || typeof value === "number" || typeof value === "boolean" || isWord(value))
    return excerpt(JSON.stringify(value) ?? "nothing");
  if (typeof value === "string") return "a text that it cannot be";
  return Array.isArray(value) ? "a list" : "a map";
}

function isWord(value: unknown): boolean {
  return typeof value === "string" && WORD.test(value);
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
