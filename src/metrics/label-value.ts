import { createHash } from "node:crypto";

/** Services, peers and paths are named by others, in any bytes and at any length. */
const MOST_CHARACTERS = 200;
const HASH_DIGITS = 8;

/** Nothing in it needs a change: no quote, no backslash, nothing beyond ASCII. */
const PLAIN = /^[ !#-[\]-~]{0,200}$/;

/** Control and formatting characters, line separators and lone surrogates; Prometheus reads NUL as the end of the text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A text as a label value may carry it: printable, of 200 characters at most. One that had to be changed ends in a
 * hash of the whole, so that two that differ only there stay two.
 */
export function labelText(text: string): string {
  if (PLAIN.test(text)) return text;
  const printable = text.replace(UNPRINTABLE, "\uFFFD");
  if (printable === text && text.length <= MOST_CHARACTERS) return text;
  // UTF-16: as UTF-8 all lone surrogates are one and the same character.
  const hash = createHash("sha256").update(text, "utf16le").digest("hex").slice(0, HASH_DIGITS);
  // A pair of surrogates is not cut in two.
  return `${printable.slice(0, MOST_CHARACTERS - HASH_DIGITS - 1).toWellFormed()}…${hash}`;
}

/** `\`, `"` and line feeds escaped, as https://prometheus.io/docs/instrumenting/exposition_formats/ has it. */
export function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}

/** The same for a help text, where a quote stands for itself. */
export function escapedHelp(text: string): string {
  return text.replace(/[\\\n]/g, (character) => (character === "\n" ? "\\n" : "\\\\"));
}
