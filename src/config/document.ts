/** A YAML text as plain values, and where in the text each of them stands. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { excerpt } from "./excerpt.ts";
import { isMapPlace, ofKind, type Place, placeIn } from "./place.ts";

/** Something wrong at one place of the text. Lines begin with 1. */
export interface Fault {
  readonly line: number;
  readonly message: string;
  readonly mend: string;
}

/** The JSON pointer of a key inside what another points to. */
export function inside(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Deeper than any setting, and far from what the stack holds. */
const MOST_LEVELS = 20;

export class YamlText {
  readonly faults: Fault[] = [];
  /** The value of the whole text; an empty text is an empty map. What is wrong is left out of it. */
  readonly value: unknown;
  readonly #lines = new LineCounter();
  /** Lines by JSON pointer. */
  readonly #at = new Map<string, number>();

  /** `schema` says where a key without a value means an empty map. */
  constructor(text: string, schema: Place) {
    const document = this.#parse(text);
    if (document !== null) {
      for (const { message, pos, code } of [...document.errors.slice(0, 20), ...document.warnings])
        this.#fault(pos[0], ...words(code, message));
    }
    const good = document !== null && this.faults.length === 0;
    this.value = good ? (this.#plain(document.contents, schema, "", 0) ?? {}) : {};
  }

  /** The line of the value at a JSON pointer, or of the next one around it. */
  lineOf(pointer: string): number {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf("/"))) {
      const line = this.#at.get(at);
      if (line !== undefined) return line;
      if (at === "") return 1;
    }
  }

  #parse(text: string): Document.Parsed | null {
    try {
      return parseDocument(text, {
        lineCounter: this.#lines,
        prettyErrors: false,
        version: "1.2",
        schema: "core",
        logLevel: "error",
      });
    } catch (error) {
      // The parser calls itself once a level.
      if (!(error instanceof RangeError)) throw error;
      this.faults.push({
        line: 1,
        message: "It is nested too deep",
        mend: "No setting is so deep; see descry config reference.",
      });
      return null;
    }
  }

  #fault(offset: number, message: string, mend: string): void {
    this.faults.push({ line: this.#lines.linePos(offset).line, message, mend });
  }

  /** undefined: there is no value, or it was refused. */
  #plain(node: Node | null, place: Place | null, pointer: string, level: number): unknown {
    const offset = node?.range?.[0] ?? 0;
    if (!this.#at.has(pointer)) this.#at.set(pointer, this.#lines.linePos(offset).line);
    if (level > MOST_LEVELS) {
      this.#fault(offset, "It is nested too deep", "No setting is so deep; see descry config reference.");
      return undefined;
    }
    if (isAlias(node)) {
      this.#fault(
        offset,
        "An alias (*name) is not taken here",
        'Write the value out; what begins with * is put in quotes: "*:5432".',
      );
      return undefined;
    }
    if (isSeq(node))
      return node.items.map((item, at) => this.#plain(item as Node, null, `${pointer}/${at}`, level + 1));
    if (isMap(node)) return this.#map(node.items as readonly Entry[], place, pointer, level);
    const value: unknown = isScalar(node) ? node.value : null;
    if (value !== null) return value;
    return place !== null && isMapPlace(place) ? {} : undefined;
  }

  #map(
    items: readonly Entry[],
    schema: Place | null,
    pointer: string,
    level: number,
  ): Record<string, unknown> {
    const place = schema === null ? null : ofKind(schema, kindIn(items));
    const entries = items.flatMap(({ key, value }): [string, unknown][] => {
      if (!isScalar(key)) {
        this.#fault(
          key?.range?.[0] ?? 0,
          "A key is no text",
          'Write it as text; one that begins with * or [ is put in quotes: "*:5432".',
        );
        return [];
      }
      const name = typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
      const at = inside(pointer, name);
      this.#at.set(at, this.#lines.linePos(key.range?.[0] ?? 0).line);
      const next = place === null ? null : placeIn(place, name);
      const plain = this.#plain(value, next, at, level + 1);
      // A setting without a value has its default; a key that is no setting is refused later, so it has to stay.
      return plain === undefined && next !== null ? [] : [[name, plain ?? null]];
    });
    return Object.fromEntries(entries);
  }
}

interface Entry {
  readonly key: Node | null;
  readonly value: Node | null;
}

function kindIn(items: readonly Entry[]): unknown {
  const entry = items.find(({ key }) => isScalar(key) && key.value === "kind");
  return isScalar(entry?.value) ? entry.value.value : undefined;
}

const WORDS: Readonly<Record<string, readonly [message: string, mend: string]>> = {
  DUPLICATE_KEY: ["A key stands here a second time", "Keep one of the two."],
  TAB_AS_INDENT: ["The line is indented with a tab, which YAML does not allow", "Indent it with spaces."],
  TAG_RESOLVE_FAILED: [
    "A tag (!name) is not taken here",
    "Leave it out; what begins with ! is put in quotes.",
  ],
  MULTIPLE_DOCS: ["A second document begins here", "Keep one, without a line of three dashes between."],
};

/** Without what the parser quotes of the text: it may be a secret. */
function words(code: string, message: string): readonly [string, string] {
  return (
    WORDS[code] ?? [
      `This is not YAML: ${excerpt(message.replace(/(?<=\w): .*/s, ""))}`,
      'Mend the line; a name that begins with *, [ or { is put in quotes: "*:5432".',
    ]
  );
}
