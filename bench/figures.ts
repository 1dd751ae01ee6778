// What a measurement gives to the table and to docs/benchmarks.md.

export type Unit =
  | "times"
  | "%"
  | "% of a core"
  | "s"
  | "ms"
  | "MB"
  | "lines"
  | "in all"
  | "a second"
  | "open";

/** What a figure must keep, in its own unit. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number } | { readonly moreThan: number };

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  /** Without one the figure is there to be known. */
  readonly goal?: Goal;
}

export interface Measurement {
  readonly title: string;
  /** How it was made: sentences. */
  readonly how: readonly string[];
  /** The command lines of what was measured. */
  readonly commands: readonly string[];
  /** Figures of two programs in the same run: they hold on other machines as well. What they are ratios of. */
  readonly ratios: readonly Figure[];
  readonly ratiosOf: string;
  readonly figures: readonly Figure[];
  /** What could not be measured here, each with its reason. */
  readonly skipped: readonly string[];
  /** The load while it was measured. */
  readonly load: string;
}

/** Null where there is no goal. What is not a number has not met anything. */
export function isMet({ value, goal }: Figure): boolean | null {
  if (goal === undefined) return null;
  if ("atMost" in goal) return value <= goal.atMost;
  return "atLeast" in goal ? value >= goal.atLeast : value > goal.moreThan;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
