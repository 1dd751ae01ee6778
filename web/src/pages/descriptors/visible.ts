/** Which of very many rows are on the page: those that can be seen, and some more on both sides. */

/** Rows asked for together. */
export const PAGE_ROWS = 500;
const BEYOND = 15;

export interface Visible {
  /** The first row that is drawn, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

export function visibleRows(top: number, height: number, rowHeight: number, total: number): Visible {
  const from = Math.min(Math.max(0, Math.floor(top / rowHeight) - BEYOND), total);
  const to = Math.min(total, Math.max(from, Math.ceil((top + height) / rowHeight) + BEYOND));
  return { from, to };
}

/** Numbers of the pages that these rows stand on; the first one always, which says how many there are. */
export function pagesOf({ from, to }: Visible): number[] {
  const first = Math.floor(from / PAGE_ROWS);
  const last = Math.max(first, Math.ceil(to / PAGE_ROWS) - 1);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
