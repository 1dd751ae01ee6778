/** Which of many rows of one height are in the document: those that are seen, and some beyond each edge. */
export interface Window {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

/** Rows beyond each edge: what a quick scroll shows before the next drawing. */
const BEYOND = 12;
/** So few are all in the document. */
const FEW = 60;

/**
 * `top` is where the first row lies below the upper edge of what is seen: negative once it was scrolled past. All in
 * pixels; a row height of 0 is not known yet.
 */
export function windowOf(count: number, rowHeight: number, top: number, seen: number): Window {
  if (count <= FEW) return { from: 0, to: count };
  if (rowHeight <= 0) return { from: 0, to: FEW };
  const first = Math.floor(-top / rowHeight) - BEYOND;
  const last = Math.ceil((seen - top) / rowHeight) + BEYOND;
  const to = Math.min(count, Math.max(last, 0));
  return { from: Math.max(0, Math.min(first, count - 1, to)), to };
}
