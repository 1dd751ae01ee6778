import type { Census } from "../census/census.ts";
import type { ClassTraits } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import { socketTraits } from "../census/sockets.ts";

/** TCP sockets of one user that lead to one place in one state, and how many of them there are. */
export interface SocketGroup {
  readonly netns: number;
  readonly traits: ClassTraits;
  readonly count: number;
}

/** The groups of one user, by what they have in common, at one time. */
export interface SocketGroups {
  readonly groups: ReadonlyMap<string, SocketGroup>;
  /** When the tables of each namespace were read last, and when this was looked at: seconds since boot. */
  readonly readAt: ReadonlyMap<number, number>;
  readonly at: number;
}

const NONE: ReadonlyMap<string, SocketGroup> = new Map();

/**
 * TCP sockets in the tables that belong to no process that was listed. The tables name the user of each socket, whoever
 * reads them: what a process holds that may not be listed is among those of its user. One walk over all rows.
 */
export class UnlistedSockets {
  readonly #byUser = new Map<string, Map<string, SocketGroup>>();
  readonly #readAt: ReadonlyMap<number, number>;
  readonly #at: number;

  constructor(census: Census, now: number) {
    this.#readAt = new Map(census.namespaces);
    this.#at = now;
    for (const row of census.sockets.all()) {
      if (row.gone || row.protocol !== "tcp" || row.state === "LISTEN" || row.uid === null) continue;
      if (census.descriptors.sharing(row.inode).next().done !== true) continue;
      const traits = socketTraits(row);
      this.#count(`${row.uid} ${row.netns}`, row.netns, traits);
      // The namespace of a process that may not be looked at is often not known.
      this.#count(`${row.uid} null`, row.netns, traits);
    }
  }

  /** What the process may hold, with its user's other unlisted processes. */
  of({ fact: { uid, netns } }: Process): SocketGroups {
    return {
      groups: this.#byUser.get(`${uid} ${netns}`) ?? NONE,
      readAt: this.#readAt,
      at: this.#at,
    };
  }

  #count(user: string, netns: number, traits: ClassTraits): void {
    let groups = this.#byUser.get(user);
    if (groups === undefined) this.#byUser.set(user, (groups = new Map()));
    const { group, subject } = traits;
    const key = `${netns} ${group} ${subject.direction} ${subject.peer}`;
    groups.set(key, { netns, traits, count: (groups.get(key)?.count ?? 0) + 1 });
  }
}

/** What does not fit is not held: a process may share its sockets, but not hold more of them than it has descriptors. */
const SLACK = 1.02;

/** Those that fit into so many descriptors, the likeliest first: what was opened before what was accepted, then the most. */
function fitting({ groups }: SocketGroups, open: number): (readonly [key: string, group: SocketGroup])[] {
  return [...groups]
    .filter(([, { count }]) => count <= open * SLACK)
    .toSorted(([, a], [, b]) => Number(isInbound(a)) - Number(isInbound(b)) || b.count - a.count);
}

function isInbound({ traits }: SocketGroup): boolean {
  return traits.subject.direction === "inbound";
}

/** The group that has most sockets among those that fit into so many descriptors; null when there are none. */
export function largestWithin(groups: SocketGroups, open: number): SocketGroup | null {
  const [largest] = fitting(groups, open).toSorted(([, a], [, b]) => b.count - a.count);
  return largest?.[1] ?? null;
}

export function totalOf({ groups }: SocketGroups): number {
  let total = 0;
  for (const { count } of groups.values()) total += count;
  return total;
}

/** A group rises with a process when it grew by as many, give or take this share. */
const SAME_GROWTH = 0.25;
/** Less growth than this is told from nothing. */
const LEAST_GROWTH = 8;

/** Tables that were read closer together than this tell no growth. */
const LEAST_SECONDS = 10;

/**
 * The group that grew from `before` to `after` as fast as a process that has `open` descriptors now and grew by `growth`;
 * null when none did. Several may have: then what was opened is likelier than what was accepted, since both ends of one
 * leak grow alike, and the group that fills most of the process is likelier than one that would be the lesser part of it.
 */
export function risingWith(
  before: SocketGroups,
  after: SocketGroups,
  growth: number,
  open: number,
): SocketGroup | null {
  const found = fitting(after, open).find(([key, { netns, count }]) => {
    // Tables are read when there is time for it: what they show is as old as that.
    const seconds = (after.readAt.get(netns) ?? 0) - (before.readAt.get(netns) ?? 0);
    const expected = (growth * seconds) / (after.at - before.at);
    if (expected < LEAST_GROWTH || seconds < LEAST_SECONDS) return false;
    return Math.abs(count - (before.groups.get(key)?.count ?? 0) - expected) <= SAME_GROWTH * expected;
  });
  return found?.[1] ?? null;
}
