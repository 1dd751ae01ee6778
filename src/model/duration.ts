/** Milliseconds, the smallest unit first. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of "500ms", "10s", "1.5m", "2h", "3d", and of several, the largest unit first: "2m30s", "1h 30m". A unit
 * has its place only once, and after all that are larger. null: it is no duration.
 */
export function durationOf(text: string): number | null {
  const parts = text.match(/\d+(?:\.\d+)?(?:ms|[smhd])/g) ?? [];
  if (parts.length === 0 || parts.join("") !== text.replaceAll(/(?<=[smhd]) (?=\d)/g, "")) return null;
  let sum = 0;
  let larger = Infinity;
  for (const part of parts) {
    const unit = UNITS[part.replace(/^[\d.]+/, "")] ?? 0;
    if (unit >= larger) return null;
    larger = unit;
    sum += Number.parseFloat(part) * unit;
  }
  return sum;
}

/** The same the other way, in the largest unit that gives a whole number: "90s", "2h", "30d". */
export function durationText(milliseconds: number): string {
  const [name, unit] = Object.entries(UNITS).findLast(([, size]) => milliseconds % size === 0) ?? ["ms", 1];
  return `${milliseconds / unit}${name}`;
}
