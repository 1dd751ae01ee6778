import type { HeldFact, Opening } from "../../../model/facts.ts";

/** A descriptor that may hold things which have no descriptor. Times are seconds of uptime. */
export interface Holder {
  readonly of: HeldFact["of"];
  /** What was last said; null before that. */
  said: number | null;
  readAt: number;
  /** Not again before, unless its process moves or is under suspicion. */
  nextReadAt: number;
  /** Seconds that reading it took. */
  cost: number;
}

/** First character of "anon_inode:". */
export const ANONYMOUS = 0x61;

const BY_LINK: ReadonlyMap<string, HeldFact["of"]> = new Map([
  ["anon_inode:inotify", "inotify-watches"],
  ["anon_inode:[io_uring]", "fixed-files"],
]);

/** Whether a descriptor with this link may hold things which have no descriptor. */
export function mayHold(link: string): boolean {
  // Most links are paths or sockets: one character tells.
  return link.charCodeAt(0) === ANONYMOUS && BY_LINK.has(link);
}

export function newHolder(of: HeldFact["of"]): Holder {
  return { of, said: null, readAt: -Infinity, nextReadAt: -Infinity, cost: 0 };
}

/** Keeps in mind which descriptors of a process hold things, by what their links say. */
export function noteHolders(
  process: { holders: Map<number, Holder> },
  changes: { readonly closed: readonly number[]; readonly holding: readonly Opening[] },
): void {
  if (process.holders.size > 0) for (const number of changes.closed) process.holders.delete(number);
  for (const [number, link] of changes.holding) {
    const of = BY_LINK.get(link);
    if (of === undefined) continue;
    if (process.holders.size === 0) process.holders = new Map();
    process.holders.set(number, newHolder(of));
  }
}

/** Stands for the holders of all processes that have none. */
export const NO_HOLDERS = new Map<number, Holder>();
