import { createHash } from "node:crypto";

/**
 * A file that install writes ends with a line that has the sum of the lines above. So it is known later, without any
 * record beside it, whether somebody has changed it since: what was changed belongs to who changed it.
 */
const MARK = "# Written by descry install; changed since, if this is not the sum of the lines above: sha256:";

export function signed(text: string): string {
  return `${text}${MARK}${sumOf(text)}\n`;
}

/** Whether it stands as install wrote it, whichever version that was. */
export function isUnchanged(text: string): boolean {
  const at = text.lastIndexOf(MARK);
  return at !== -1 && text.slice(at) === `${MARK}${sumOf(text.slice(0, at))}\n`;
}

/** The text without that line. */
export function unsigned(text: string): string {
  const at = text.lastIndexOf(MARK);
  return at === -1 ? text : text.slice(0, at);
}

function sumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
