import { stripVTControlCharacters } from "node:util";

/** What a piece of text says by its colour; it always says it by a mark or a word as well. */
export type Tone = "leak" | "suspect" | "heading" | "muted" | "selected";

export type Paint = (tone: Tone, text: string) => string;

/** What a renderer needs to know of where its lines go. */
export interface Look {
  readonly columns: number;
  /** null: as many lines as it takes (a pipe, a file). */
  readonly rows: number | null;
  /** IANA name of the zone that times are shown in. */
  readonly zone: string;
  readonly paint: Paint;
}

export const plain: Paint = (_tone, text) => text;

// The sixteen colours that every terminal theme has made readable, and no others.
const CODES: Readonly<Record<Tone, readonly [string, string]>> = {
  leak: ["\x1b[1;31m", "\x1b[0m"],
  suspect: ["\x1b[33m", "\x1b[0m"],
  heading: ["\x1b[1m", "\x1b[0m"],
  muted: ["\x1b[2m", "\x1b[0m"],
  selected: ["\x1b[7m", "\x1b[0m"],
};

export const coloured: Paint = (tone, text) => {
  const [on, off] = CODES[tone];
  return text === "" ? "" : on + text + off;
};

/** A painted line without its colours, to measure it. */
export function unpainted(line: string): string {
  return stripVTControlCharacters(line);
}
