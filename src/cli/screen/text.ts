/**
 * Text from the host on its way to a terminal. Commands, paths, peers and service names are chosen by whoever runs
 * a process, so nothing of them may move the cursor, colour the screen, turn the reading direction or add a line.
 */

// Control characters, formatting characters (bidi overrides, zero-width, tags), line separators, lone surrogates.
// U+2065 is not assigned, amid formatting characters: a terminal may treat it as one.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2065]/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The same text with everything that a terminal would obey instead of show written out: "\x1b", "\u{202e}". */
export function harmless(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(UNSAFE, escaped);
}

function escaped(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code <= 0xff ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
}

/** One JSON line that is as safe to `cat` as it is to parse: what JSON leaves raw and a terminal obeys is escaped. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (character) => {
    let units = "";
    for (let i = 0; i < character.length; i++) {
      units += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
    }
    return units;
  });
}

const ZERO_WIDTH = /[\p{Mn}\p{Me}\u1160-\u11ff]/u;
const EMOJI = /\p{Emoji_Presentation}/u;

/** Unicode's East Asian Wide and Fullwidth blocks, emoji apart: two columns on a terminal. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  if (WIDE.some(([from, to]) => code >= from && code <= to)) return 2;
  return EMOJI.test(character) ? 2 : 1;
}

/** Columns that harmless text takes on a terminal. */
export function widthOf(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Cuts to at most `columns`, the last of them an ellipsis when something was cut. */
export function cut(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (widthOf(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const character of text) {
    const next = characterWidth(character);
    if (width + next > columns - 1) break;
    kept += character;
    width += next;
  }
  return `${kept}…`;
}

/** Cuts in the middle: the ends of a path or an address say more than its middle. */
export function cutMiddle(text: string, columns: number): string {
  if (widthOf(text) <= columns || columns < 5) return cut(text, columns);
  const tailColumns = Math.floor((columns - 1) / 2);
  const characters = [...text];
  let tail = "";
  let width = 0;
  while (characters.length > 0) {
    const character = characters.pop() ?? "";
    const next = characterWidth(character);
    if (width + next > tailColumns) break;
    tail = character + tail;
    width += next;
  }
  return cut(text, columns - width) + tail;
}

/** Cut or padded with blanks on the right to exactly `columns`. */
export function left(text: string, columns: number): string {
  const fitting = cut(text, columns);
  return fitting + " ".repeat(Math.max(0, columns - widthOf(fitting)));
}

/** Cut or padded with blanks on the left to exactly `columns`. */
export function right(text: string, columns: number): string {
  const fitting = cut(text, columns);
  return " ".repeat(Math.max(0, columns - widthOf(fitting))) + fitting;
}

/** Breaks at blanks into lines of at most `columns`; a word that is longer than a line is cut into pieces. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ +/).flatMap((whole) => pieces(whole, columns))) {
    if (line === "") line = word;
    else if (widthOf(line) + 1 + widthOf(word) <= columns) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

function pieces(word: string, columns: number): string[] {
  if (word === "") return [];
  if (widthOf(word) <= columns) return [word];
  const parts: string[] = [];
  let part = "";
  for (const character of word) {
    if (part !== "" && widthOf(part) + characterWidth(character) > columns) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  parts.push(part);
  return parts;
}

/** Lines of a paragraph under a heading: the heading before the first, blanks before the others. */
export function hanging(heading: string, text: string, columns: number, mostLines: number): string[] {
  const indent = widthOf(heading);
  const room = Math.max(10, columns - indent);
  const lines = wrap(text, room);
  const shown = lines.slice(0, mostLines);
  const last = shown.at(-1);
  if (lines.length > mostLines && last !== undefined) shown[shown.length - 1] = cut(`${last} …`, room);
  return shown.map((line, i) => (i === 0 ? heading : " ".repeat(indent)) + line);
}
