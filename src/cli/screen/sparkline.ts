export const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * A line of little bars, oldest first, `columns` wide; blank where nothing was watched.
 *
 *     ▁▂▃▄▅▆▇█  climbs      ▅▆▅▄▅▆▅▆  follows load      ▁█▁█▁█▁█  cycles
 *
 * The scale starts at the smallest figure, but spans at least a tenth of it and seven descriptors, so that two
 * descriptors more or less on a steady service are not drawn as a mountain.
 */
export function sparkline(history: readonly (number | null)[], columns: number): string {
  const figures = resample(history, columns);
  const known = figures.filter((figure) => figure !== null);
  if (known.length === 0) return " ".repeat(columns);
  const low = Math.min(...known);
  const high = Math.max(...known, low + 7, low * 1.1);
  const bar = (figure: number) =>
    BARS[Math.round(((figure - low) / (high - low)) * (BARS.length - 1))] ?? " ";
  return figures.map((figure) => (figure === null ? " " : bar(figure))).join("");
}

/** Fewer bins: the last known figure of each group. More columns than bins: the line stands on the right. */
function resample(history: readonly (number | null)[], columns: number): (number | null)[] {
  if (history.length <= columns) {
    return [...Array.from({ length: columns - history.length }, () => null), ...history];
  }
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * history.length) / columns);
    const to = Math.floor(((column + 1) * history.length) / columns);
    return history.slice(from, to).findLast((figure) => figure !== null) ?? null;
  });
}
