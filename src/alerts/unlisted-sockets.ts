import type { Census } from "../census/census.ts";
import type { ClassTraits } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import { socketTraits } from "../census/sockets.ts";

/** TCP sockets of one user that lead to one place in one state, and how many of them there are. */
export interface SocketGroup {
  readonly traits: ClassTraits;
  readonly count: number;
}

/** The groups of one user in one network namespace, by what they have in common. */
export type SocketGroups = ReadonlyMap<string, SocketGroup>;

const NONE: SocketGroups = new Map();

/**
 * TCP sockets in the tables that belong to no process that was listed. The tables name the user of each socket, whoever
 * reads them: what a process holds that may not be listed is among those of its user. One walk over all rows.
 */
export class UnlistedSockets {
  readonly #byUser = new Map<string, Map<string, SocketGroup>>();

  constructor(census: Census) {
    for (const row of census.sockets.all()) {
      if (row.gone || row.protocol !== "tcp" || row.state === "LISTEN" || row.uid === null) continue;
      if (census.descriptors.sharing(row.inode).next().done !== true) continue;
      const traits = socketTraits(row);
      this.#count(`${row.uid} ${row.netns}`, traits);
      // The namespace of a process that may not be looked at is often not known.
      this.#count(`${row.uid} null`, traits);
    }
  }

  /** What the process may hold, with its user's other unlisted processes. */
  of({ fact: { uid, netns } }: Process): SocketGroups {
    return this.#byUser.get(`${uid} ${netns}`) ?? NONE;
  }

  #count(user: string, traits: ClassTraits): void {
    let groups = this.#byUser.get(user);
    if (groups === undefined) this.#byUser.set(user, (groups = new Map()));
    const { group, subject } = traits;
    const key = `${group} ${subject.direction} ${subject.peer}`;
    groups.set(key, { traits, count: (groups.get(key)?.count ?? 0) + 1 });
  }
}

/** What does not fit is not held: a process may share its sockets, but not hold more of them than it has descriptors. */
const SLACK = 1.02;

/**
 * The group that has most sockets among those that fit into so many descriptors, what was opened before what was accepted;
 * null when there are none.
 */
export function largestWithin(groups: SocketGroups, open: number): SocketGroup | null {
  const fitting = [...groups.values()].filter(({ count }) => count <= open * SLACK);
  const [largest] = fitting.toSorted(
    (a, b) => b.count - a.count || Number(isInbound(a)) - Number(isInbound(b)),
  );
  return largest ?? null;
}

function isInbound({ traits }: SocketGroup): boolean {
  return traits.subject.direction === "inbound";
}

export function totalOf(groups: SocketGroups): number {
  let total = 0;
  for (const { count } of groups.values()) total += count;
  return total;
}

/** A group rises with a process when it grew by as many, give or take this share. */
const SAME_GROWTH = 0.25;
/** Less growth than this is told from nothing. */
const LEAST_GROWTH = 8;

/** The group that grew from `before` to `after` by what a process grew by; null when none did. */
export function risingWith(before: SocketGroups, after: SocketGroups, growth: number): SocketGroup | null {
  let nearest: { readonly group: SocketGroup; readonly apart: number } | null = null;
  for (const [key, group] of after) {
    const apart = Math.abs(group.count - (before.get(key)?.count ?? 0) - growth);
    if (
      growth >= LEAST_GROWTH &&
      apart <= SAME_GROWTH * growth &&
      (nearest === null || apart < nearest.apart)
    )
      nearest = { group, apart };
  }
  return nearest?.group ?? null;
}
