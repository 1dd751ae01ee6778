/**
 * Text that a program on the watched host may have chosen, made fit to be read: no control characters, nothing that
 * turns the direction of writing or cannot be seen, and no half of a character.
 */
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export function plain(text: string): string {
  return text.toWellFormed().replace(UNREADABLE, "\ufffd");
}

/** Of at most so many UTF-16 units, without half a character at its end. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
