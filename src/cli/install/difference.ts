/** More lines are not compared: the unit has a hundred. */
const MOST_LINES = 2000;
/** Unchanged lines shown before and after a change. */
const AROUND = 1;

/**
 * The lines in which two texts differ: "-" for those of the first, "+" for those of the second, one unchanged line
 * around them, "..." for others. Longest common subsequence; null when there are too many lines to compare.
 */
export function difference(before: string, after: string): string[] | null {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  if (old.length > MOST_LINES || fresh.length > MOST_LINES) return null;
  const shown = aligned(old, fresh);
  const near = (at: number): boolean =>
    shown.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ sign }) => sign !== " ");
  const lines: string[] = [];
  for (const [at, { sign, line }] of shown.entries()) {
    if (near(at)) lines.push(`${sign} ${line}`.trimEnd());
    else if (lines.length === 0 || lines.at(-1) !== "...") lines.push("...");
  }
  return lines;
}

interface Line {
  readonly sign: " " | "-" | "+";
  readonly line: string;
}

function aligned(old: readonly string[], fresh: readonly string[]): Line[] {
  // common[i * width + j]: how many lines the ends from old[i] and fresh[j] on have in common.
  const width = fresh.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] as number;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      common[i * width + j] =
        old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push({ sign: " ", line: old[i++] as string });
      j++;
    } else if (i < old.length && (j === fresh.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: "-", line: old[i++] as string });
    } else {
      lines.push({ sign: "+", line: fresh[j++] as string });
    }
  }
  return lines;
}
