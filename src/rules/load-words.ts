import type { Case } from "./case.ts";
import { clock, count, perMinute } from "./words.ts";

/** Whether load explains a rise: "Requests were steady at 840 a minute since 02:41 UTC: load does not explain it." */
export function loadSentence({ load, rule }: Pick<Case, "load" | "rule">): string {
  if (load === null || rule === "at-limit") return "";
  const { trend, since } = load;
  const [from, to] = [perMinute(load.fromPerMinute), perMinute(load.perMinute)];
  if (trend === "steady")
    return `Requests were steady at ${to} a minute since ${clock(since)}: load does not explain it.`;
  if (trend === "fell") return `Requests fell from ${from} to ${to} a minute: load does not explain it.`;
  return `Requests rose from ${from} to ${to} a minute at the same time: this may be load.`;
}

/** How a service departs from its own shape: "Open files were 40 to 44 for 2 h; now 96 and rising." */
export function deviationSentence({ deviation, rule }: Pick<Case, "deviation" | "rule">): string {
  if (deviation === null || rule === "at-limit") return "";
  if (deviation.from === "steady") {
    const { low, high, seconds } = deviation.range;
    const range = low === high ? count(low) : `${count(low)} to ${count(high)}`;
    return `Open files were ${range} for ${lasting(seconds)}; now ${count(deviation.open)} and rising.`;
  }
  if (deviation.from === "follows-load") {
    const { load, expected, open } = deviation;
    return `Open files follow requests: at ${perMinute(load)} a minute about ${count(Math.max(0, expected))} are usual; now ${count(open)}.`;
  }
  const { rhythm, rise } = deviation;
  return `It gives back every ${count(rhythm.cycleSeconds)} s, ${count(rhythm.highest)} at most; now ${count(rise)} were not given back.`;
}

/** "25 min", "2 h" */
function lasting(seconds: number): string {
  return seconds < 2 * 3600 ? `${count(seconds / 60)} min` : `${count(seconds / 3600)} h`;
}
