import { DescryError } from "../model/error.ts";
import { harmless } from "./screen/text.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MOST_MILLISECONDS = 366 * 86_400_000;

/**
 * Milliseconds of "500ms", "10s", "1.5m", "2h", "3d", and of several, the largest unit first: "2m30s", "1h 30m".
 * Throws a DescryError that names the flag, for anything else and for nothing at all ("0s").
 */
export function parseDuration(flag: string, text: string): number {
  const milliseconds = sumOf(text.trim());
  if (milliseconds === null) {
    throw new DescryError(
      `${flag} ${harmless(text)} is not a duration.`,
      "Write numbers with their units: 500ms, 10s, 5m, 2m30s, 2h.",
    );
  }
  if (milliseconds < 1)
    throw new DescryError(`${flag} ${harmless(text)} is no time at all.`, "Name a longer one, as 10s.");
  if (milliseconds > MOST_MILLISECONDS) {
    throw new DescryError(`${flag} ${harmless(text)} is more than a year.`, "Name a shorter one, as 24h.");
  }
  return milliseconds;
}

/** null: it is no duration. A unit has its place only once, and after all that are larger. */
function sumOf(text: string): number | null {
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
