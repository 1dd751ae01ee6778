import type { Subject } from "../../model/events.ts";
import type { Birth } from "./accumulated.ts";
import type { Member } from "./family.ts";
import { Series } from "./series.ts";

/** What a process holds of one subject, over the run. */
export interface Held {
  readonly subject: Subject;
  readonly series: Series;
  /** Those that are open now, or were at the last look at the process, and were opened by it since it was met. */
  births: readonly Birth[];
}

/** One process over the run: what was seen of it, with nothing concluded. */
export interface Record {
  readonly member: Member;
  /** Seconds since boot of the first look at it. */
  readonly metAt: number;
  /** Seconds since boot of the last look that saw it with descriptors, and how many it had then. */
  seenAt: number;
  open: number;
  /** When it was first seen to have fewer, while that may be its end (see watcher.ts); null: it has not. */
  fellAt: number | null;
  readonly held: Map<string, Held>;
  /** Its descriptors may not be listed. */
  denied: boolean;
}

export function newRecord(member: Member, at: number): Record {
  return { member, metAt: at, seenAt: at, open: 0, fellAt: null, held: new Map(), denied: false };
}

export function heldOf(record: Record, key: string, subject: () => Subject): Held {
  const known = record.held.get(key);
  if (known !== undefined) return known;
  const made: Held = { subject: subject(), series: new Series(), births: [] };
  record.held.set(key, made);
  return made;
}
