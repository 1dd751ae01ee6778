/** Open descriptors over the last ten minutes as lines of a drawing. */
export interface Spark {
  /** A path for each stretch that is known; what is not known is a gap. */
  readonly lines: readonly string[];
  /** Where the newest figure stands; null: it is not known. */
  readonly end: { readonly x: number; readonly y: number } | null;
}

/** What moves by less than this share of itself, and by less than so many, is drawn as all but level. */
const LEAST_SHARE = 0.04;
const LEAST_SPAN = 4;

/**
 * Draws figures from left to right into `width` by `height`, the smallest at the bottom and the largest at the top.
 *
 *     history  3 4 5 null 7 7    ╱╱ ──   two lines, with a gap where nobody watched
 */
export function sparkOf(history: readonly (number | null)[], width: number, height: number): Spark {
  const known = history.filter((figure) => figure !== null);
  const top = Math.max(...known);
  const span = Math.max(top - Math.min(...known), top * LEAST_SHARE, LEAST_SPAN);
  // What stays level lies in the middle, not at an edge.
  const floor = (top + Math.min(...known) - span) / 2;
  const across = (place: number): number =>
    history.length < 2 ? width : (place / (history.length - 1)) * width;
  const up = (figure: number): number => height - ((figure - floor) / span) * height;
  const lines = stretches(history).map((stretch) => {
    const points = stretch.map(([place, figure]) => `${tenth(across(place))} ${tenth(up(figure))}`);
    // A stretch of one figure is a dash, or it could not be seen.
    return points.length === 1 ? `M${points[0]}h1` : `M${points.join("L")}`;
  });
  const last = history.at(-1) ?? null;
  return { lines, end: last === null ? null : { x: tenth(width), y: tenth(up(last)) } };
}

function stretches(history: readonly (number | null)[]): (readonly [place: number, figure: number])[][] {
  const found: [number, number][][] = [];
  let open: [number, number][] | null = null;
  for (const [place, figure] of history.entries()) {
    if (figure === null) open = null;
    else if (open === null) found.push((open = [[place, figure]]));
    else open.push([place, figure]);
  }
  return found;
}

function tenth(figure: number): number {
  return Math.round(figure * 10) / 10;
}

/** For those who hear the page: "208 to 611 open in the last ten minutes". */
export function sparkWords(history: readonly (number | null)[]): string {
  const known = history.filter((figure) => figure !== null);
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return "not watched yet";
  const whole = known.length === history.length ? "in the last ten minutes" : "as far as it was watched";
  return `from ${first.toLocaleString("en")} to ${last.toLocaleString("en")} open ${whole}`;
}
