import type { DescryEvent, ForecastEvent, VerdictEvent } from "../../model/events.ts";
import { claim, sentence } from "./sentence.ts";
import { leakPhrase } from "./subject.ts";
import { harmless } from "./text.ts";

/** What an event is told as a part of. */
export interface Part {
  readonly leader: VerdictEvent;
  /** It was told before, for itself or as a part of something else. */
  readonly again: boolean;
}

/** Finds, event after event, what leads the story of each; null: it leads, or stands alone. */
export function partsOfStories(): (event: DescryEvent) => Part | null {
  const standing = new Map<string, VerdictEvent>();
  return (event) => {
    if (event.type !== "verdict" && event.type !== "forecast") return null;
    const before = standing.get(event.id);
    if (event.standing === "cleared") standing.delete(event.id);
    else if (event.type === "verdict") standing.set(event.id, event);
    const leader = leaderOf(event, standing.get(event.story));
    if (leader === null) return null;
    return { leader, again: before !== undefined && before.story !== event.story };
  };
}

/** The one that leads the story of an event, where that is a leak: of what runs out nothing follows. */
export function leaderOf(
  event: VerdictEvent | ForecastEvent,
  leader: VerdictEvent | undefined,
): VerdictEvent | null {
  if (leader === undefined || event.standing === "cleared" || event.story === event.id) return null;
  return leader.id === event.story && leader.rule !== "at-limit" ? leader : null;
}

/** The sentence of an event, and what it is a part of; what is told again as such a part is short. */
export function partSentence(event: DescryEvent, part: Part | null, zone: string): string {
  if (part === null) return sentence(event, zone);
  const cause = causeWords(part.leader, event);
  if (event.type === "forecast") return `${sentence(event, zone)}; by ${cause}`;
  return part.again && event.type === "verdict"
    ? `${claim(event)}: same cause as ${cause}`
    : `${sentence(event, zone)}; same cause as ${cause}`;
}

/** "the leak of connections to MySQL 127.0.0.1:3306" */
function causeWords({ standing, service, subject, rule }: VerdictEvent, event: DescryEvent): string {
  const own = service === null || ("service" in event && event.service === service);
  const whose = own ? "" : ` by ${harmless(service)}`;
  const what = `${leakPhrase(subject, rule)}${whose}`;
  if (rule === "pool-bypass") return `${what} that are opened past a pool`;
  return `the ${standing === "suspect" ? "suspected " : ""}leak of ${what}`;
}
