const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const MOST_LETTERS = 60;

/** The beginning of a foreign text; nothing that a terminal might obey gets through. */
export function excerpt(text: string): string {
  const shown = [...text.slice(0, MOST_LETTERS * 2)].slice(0, MOST_LETTERS).join("").replace(UNSAFE, "?");
  return shown.length < text.length ? `${shown}...` : shown;
}
