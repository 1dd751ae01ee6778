import type { DescryEvent, ForecastEvent, VerdictEvent } from "../model/events.ts";

/** These say more than that something leaks, and are told for themselves even in the story of a leak. */
const ALARMS: ReadonlySet<string> = new Set(["at-limit", "host-file-limit", "inotify-exhaustion"]);
const WEIGHT: Readonly<Record<VerdictEvent["standing"], number>> = { cleared: 0, suspect: 1, confirmed: 2 };

/** Whether a verdict is told already by the one that leads its story: what rises together is one leak and one line. */
export function follows(event: VerdictEvent, others: Iterable<VerdictEvent | ForecastEvent>): boolean {
  if (event.story === event.id || ALARMS.has(event.rule)) return false;
  for (const other of others) {
    if (other.id === event.story && other !== event && WEIGHT[other.standing] >= WEIGHT[event.standing])
      return other.standing !== "cleared";
  }
  return false;
}

/** Lets an event through unless the line of the verdict that leads its story has said it; a silent one ends in silence. */
export function oneLineAStory(): (event: DescryEvent) => boolean {
  const standing = new Map<string, VerdictEvent>();
  const silent = new Set<string>();
  return (event) => {
    if (event.type !== "verdict") return true;
    const hidden = event.standing === "cleared" ? silent.has(event.id) : follows(event, standing.values());
    if (event.standing === "cleared") standing.delete(event.id);
    else standing.set(event.id, event);
    if (hidden && event.standing !== "cleared") silent.add(event.id);
    else silent.delete(event.id);
    return !hidden;
  };
}
