import { duration } from "../../words/times.ts";
import { rankOf } from "./holdings.ts";
import type { Holding } from "./subject.ts";

/** One rung of how old a holding is: its words, how many, and its share of the longest rung. */
export interface Rung {
  readonly label: string;
  readonly open: number;
  readonly share: number;
}

/** Youngest first, up to the oldest that holds any; rungs between that hold none are there, and what is older than the watch stands at the end. */
export function rungsOf(holding: Holding): Rung[] {
  const rungs: { label: string; open: number }[] = [];
  let reached = 0;
  for (const { fromSeconds, toSeconds, open } of holding.ages) {
    if (fromSeconds > reached) rungs.push({ label: spanLabel(reached, fromSeconds), open: 0 });
    rungs.push({ label: spanLabel(fromSeconds, toSeconds), open });
    reached = toSeconds ?? Number.POSITIVE_INFINITY;
  }
  if (holding.openedBeforeWatch > 0)
    rungs.push({ label: "before the watch", open: holding.openedBeforeWatch });
  const most = Math.max(1, ...rungs.map(({ open }) => open));
  return rungs.map((rung) => ({ ...rung, share: rung.open / most }));
}

function spanLabel(from: number, to: number | null): string {
  if (to === null) return `over ${duration(from)}`;
  return from === 0 ? `under ${duration(to)}` : `${duration(from)} to ${duration(to)}`;
}

/** Connections whose use the kernel tells begin anew with each: what is known is for how long they were idle. */
export function isByUse({ subject, unusedSeconds }: Holding): boolean {
  return subject.kind === "tcp" && subject.state === "ESTABLISHED" && unusedSeconds !== null;
}

const MOST_LADDERS = 4;

/** Those worth looking at: what was judged, else the largest, that have any age at all. */
export function laddersOf(holdings: readonly Holding[]): Holding[] {
  const aged = holdings.filter(({ ages }) => ages.some(({ open }) => open > 0));
  const judged = aged.filter(({ standing }) => standing !== null);
  const shown = judged.length > 0 ? judged : aged;
  return shown
    .toSorted((a, b) => rankOf(b.standing) - rankOf(a.standing) || b.open - a.open)
    .slice(0, MOST_LADDERS);
}
