import type { Measure } from "../../model/history.ts";

/** Figures with a fraction are kept as whole numbers of so small a part: whole numbers take a byte, fractions nine. */
const PARTS: { readonly [M in Measure]?: number } = {
  "coverage-ratio": 10_000,
  "tcp-coverage-ratio": 10_000,
  "stage-milliseconds": 100,
  "cpu-seconds": 1000,
};

const TOTALS: ReadonlySet<Measure> = new Set(["born-total", "closed-total", "cpu-seconds"]);

/** Of what only rises, the smallest and the largest figure of a minute say nothing. */
export function isTotal(measure: Measure): boolean {
  return TOTALS.has(measure);
}

/** As it is kept; NaN for what is not known. */
export function toKept(measure: Measure, value: number | null): number {
  if (value === null || !Number.isFinite(value)) return Number.NaN;
  const parts = PARTS[measure];
  // Adding 0 makes 0 of -0.
  return (parts === undefined ? value : Math.round(value * parts)) + 0;
}

export function fromKept(measure: Measure, kept: number | undefined): number | null {
  if (kept === undefined || !Number.isFinite(kept)) return null;
  return kept / (PARTS[measure] ?? 1);
}
