/** Which of the descriptors of a process are asked for, and in which order. */
import type { DescriptorListing, OpenDescriptor } from "../model/open-descriptor.ts";

export const SORTS = ["number", "kind", "name", "state", "age", "unused"] as const;
export type Sort = (typeof SORTS)[number];

/** What is left out does not matter. */
export interface DescriptorFilter {
  readonly kind?: string;
  readonly state?: string;
  /** Part of the remote address. */
  readonly peer?: string;
  /** Part of the path. */
  readonly path?: string;
  /** Seconds. */
  readonly olderThan?: number;
}

/** Those that fit. What was open before the watch is at least as old as the watch: it fits where that is enough. */
export function chosen(listing: DescriptorListing, filter: DescriptorFilter): OpenDescriptor[] {
  const { kind, state, peer, path, olderThan } = filter;
  const now = Date.parse(listing.at);
  return listing.descriptors.filter(
    (one) =>
      (kind === undefined || one.kind === kind) &&
      (state === undefined || one.state === state) &&
      (peer === undefined || one.peer?.includes(peer) === true) &&
      (path === undefined || one.path?.includes(path) === true) &&
      (olderThan === undefined || now - Date.parse(one.openedAt ?? listing.watchedFrom) > olderThan * 1000),
  );
}

/** In order; of what is not known, last, whichever way. Equals stay in the order of their numbers. */
export function inOrder(
  descriptors: readonly OpenDescriptor[],
  sort: Sort,
  falling: boolean,
): OpenDescriptor[] {
  const keyOf = KEYS[sort];
  return descriptors
    .map((one) => ({ one, key: keyOf(one) }))
    .toSorted((a, b) => compared(a.key, b.key, falling) || a.one.number - b.one.number)
    .map(({ one }) => one);
}

type Key = string | number | null;

const KEYS: Readonly<Record<Sort, (one: OpenDescriptor) => Key>> = {
  number: ({ number }) => number,
  kind: ({ kind }) => kind,
  name: ({ path, peer, local }) => path ?? peer ?? local,
  state: ({ state }) => state,
  // Before the watch is older than anything that is known.
  age: ({ openedAt }) => (openedAt === null ? Number.POSITIVE_INFINITY : -Date.parse(openedAt)),
  unused: ({ unusedSeconds }) => unusedSeconds,
};

function compared(one: Key, other: Key, falling: boolean): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other === falling ? 1 : -1;
}

export interface Share {
  readonly name: string;
  readonly open: number;
}

/** How many there are of each, most first; of those that have none nothing is said. */
export function sharesOf(
  descriptors: readonly OpenDescriptor[],
  nameOf: (one: OpenDescriptor) => string | null,
): Share[] {
  const counts = new Map<string, number>();
  for (const one of descriptors) {
    const name = nameOf(one);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, open]) => ({ name, open }))
    .toSorted((a, b) => b.open - a.open || (a.name < b.name ? -1 : 1));
}
