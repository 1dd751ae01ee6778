/** What waits for one channel: which goes next, and what is given up when there is too much of it. Pure. */
import type { OutboxEntry } from "../model/alert.ts";

/**
 * Those of one leak go in their order, so that its end never comes before its beginning, nor after the beginning of its next
 * alert, which Alertmanager would take for the same one. Among leaks the one that failed least goes first: what a receiver
 * chokes on does not hold up the others.
 */
export function nextOf(entries: readonly OutboxEntry[]): OutboxEntry | null {
  const begun = new Set<string>();
  let next: OutboxEntry | null = null;
  for (const entry of entries) {
    const { fingerprint } = entry.notification.alert;
    if (begun.has(fingerprint)) continue;
    begun.add(fingerprint);
    if (next === null || entry.attempts < next.attempts) next = entry;
  }
  return next;
}

export interface Fitted {
  readonly kept: readonly OutboxEntry[];
  /** Those of `kept` that say something else now. */
  readonly changed: readonly OutboxEntry[];
  readonly removed: readonly OutboxEntry[];
  /** How many of the removed were not told by another one. */
  readonly lost: number;
}

/**
 * At most so many. First what is said of one alert is said once: that it fires with what is known by now, or nothing when it
 * is over already. Then the oldest go. `busy`, the one that is under way, stays as it is.
 */
export function fitted(entries: readonly OutboxEntry[], most: number, busy: string | null): Fitted {
  if (entries.length <= most) return { kept: entries, changed: [], removed: [], lost: 0 };
  const folded = [...Map.groupBy(entries, ({ notification }) => notification.alert.id).values()].flatMap(
    (same) => {
      const free = same.filter(({ key }) => key !== busy);
      return [...same.filter(({ key }) => key === busy), ...foldedOf(free)];
    },
  );
  // In the order in which they came.
  const place = new Map(entries.map(({ key }, at) => [key, at]));
  const inOrder = folded.toSorted((a, b) => (place.get(a.key) as number) - (place.get(b.key) as number));
  const lost = Math.max(0, inOrder.length - most);
  const given = new Set(inOrder.filter(({ key }) => key !== busy).slice(0, lost));
  const kept = inOrder.filter((entry) => !given.has(entry));
  const known = new Set(entries);
  const stays = new Set(kept.map(({ key }) => key));
  return {
    kept,
    changed: kept.filter((entry) => !known.has(entry)),
    removed: entries.filter(({ key }) => !stays.has(key)),
    lost,
  };
}

function foldedOf(entries: readonly OutboxEntry[]): OutboxEntry[] {
  const first = entries[0];
  const last = entries.at(-1);
  if (first === undefined || last === undefined || first === last) return [...entries];
  const fires = first.notification.kind === "firing";
  // Nobody was told that it began, so nobody needs to know that it is over.
  if (fires && last.notification.kind === "resolved") return [];
  if (!fires) return [last];
  const { id, kind, why, before } = first.notification;
  return [{ ...first, notification: { ...last.notification, id, kind, why, before } }];
}

/** The waiting time before another attempt, in milliseconds, after so many failed in a row. */
export function backOff(failures: number, random: number): number {
  const FIRST = 1000;
  const LONGEST = 300_000;
  const longest = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 20));
  // Half of it by chance, so that a receiver that comes back is not met by all hosts at once.
  return longest / 2 + (random * longest) / 2;
}
