import { DescryError } from "../model/error.ts";
import { harmless } from "./screen/text.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MOST_MILLISECONDS = 366 * 86_400_000;

/**
 * Milliseconds of "500ms", "10s", "1.5m", "2h", "3d".
 * Throws a DescryError that names the flag, for anything else and for nothing at all ("0s").
 */
export function parseDuration(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ""];
  if (match === null || unit === undefined) {
    throw new DescryError(
      `${flag} ${harmless(text)} is not a duration.`,
      "Write a number with its unit: 500ms, 10s, 5m, 2h.",
    );
  }
  const milliseconds = Number(match[1]) * unit;
  if (milliseconds < 1)
    throw new DescryError(`${flag} ${harmless(text)} is no time at all.`, "Name a longer one, as 10s.");
  if (milliseconds > MOST_MILLISECONDS) {
    throw new DescryError(`${flag} ${harmless(text)} is more than a year.`, "Name a shorter one, as 24h.");
  }
  return milliseconds;
}
