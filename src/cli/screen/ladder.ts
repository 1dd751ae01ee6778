import type { AgeRung, Holding } from "../../model/snapshot.ts";
import { count } from "./figures.ts";
import type { Look } from "./look.ts";
import { cut, widthOf } from "./text.ts";
import { span } from "./times.ts";

const LONGEST_BAR = 16;

interface Rung {
  readonly label: string;
  readonly open: number;
}

function label(rung: AgeRung): string {
  if (rung.toSeconds === null) return `over ${span(rung.fromSeconds)}`;
  return rung.fromSeconds === 0 ? `<${span(rung.toSeconds)}` : span(rung.fromSeconds);
}

/** The youngest rungs as they are and everything older in one, `most` in all. */
function gather(ages: readonly AgeRung[], most: number): Rung[] {
  if (ages.length <= most) return ages.map((rung) => ({ label: label(rung), open: rung.open }));
  const older = ages.slice(most - 1);
  const open = older.reduce((sum, rung) => sum + rung.open, 0);
  const oldest = label({ fromSeconds: older[0]?.fromSeconds ?? 0, toSeconds: null, open });
  return [...gather(ages.slice(0, most - 1), most - 1), { label: oldest, open }];
}

function draw(rungs: readonly Rung[], longest: number): string {
  const most = Math.max(1, ...rungs.map((rung) => rung.open));
  const bar = (open: number) =>
    open === 0 ? "" : "█".repeat(Math.max(1, Math.round((open / most) * longest)));
  return rungs.map((rung) => `${rung.label}  ${count(rung.open)} ${bar(rung.open)}`.trimEnd()).join("    ");
}

/**
 * How old the open ones of a subject are, in one line that fits; null while nothing was opened under our eyes.
 *
 *     <20 s  42 █    20 s  42 █    40 s  83 ██    over 80 s  2,564 ████████████████
 *
 * What was there before the watch began has no age and stands apart at the end.
 */
export function ladderLine(holding: Holding, look: Look): string | null {
  const aged = holding.ages.reduce((sum, rung) => sum + rung.open, 0);
  if (aged === 0) return null;
  const apart = holding.openedBeforeWatch > 0 && aged + holding.openedBeforeWatch <= holding.open;
  const before = apart ? [{ label: "before the watch", open: holding.openedBeforeWatch }] : [];
  const occupied = holding.ages.slice(0, 1 + holding.ages.findLastIndex((rung) => rung.open > 0));
  for (let rungs = 8; rungs >= 2; rungs--) {
    for (const longest of [LONGEST_BAR, 8, 4]) {
      const line = `  ${draw([...gather(occupied, rungs), ...before], longest)}`;
      if (widthOf(line) <= look.columns) return line;
    }
  }
  return cut(`  ${draw([...gather(occupied, 2), ...before], 2)}`, look.columns);
}
