import { durationOf } from "../model/duration.ts";
import { DescryError } from "../model/error.ts";
import { harmless } from "./screen/text.ts";

const MOST_MILLISECONDS = 366 * 86_400_000;

/**
 * Milliseconds of "500ms", "10s", "1.5m", "2h", "3d", and of several, the largest unit first: "2m30s", "1h 30m".
 * Throws a DescryError that names the flag, for anything else and for nothing at all ("0s").
 */
export function parseDuration(flag: string, text: string): number {
  const milliseconds = durationOf(text.trim());
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
