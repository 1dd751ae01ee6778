import type { Census } from "../census/census.ts";
import type { DescriptorClass } from "../census/classes.ts";

/** The service on this host that holds most of the other ends of a class's connections, and its share of them. */
export interface OtherEnd {
  readonly service: string;
  /** 0 to 1, of the connections of the class. */
  readonly share: number;
}

/** Slots of the descriptor table that count in a class, or in one of which it is the wider one. */
export function* slotsIn(
  { descriptors, classes, processes }: Census,
  of: DescriptorClass,
): Generator<number> {
  for (const { service, index } of processes.all()) {
    if (service !== of.service) continue;
    for (const slot of descriptors.ofProcess(index)) {
      const id = descriptors.classId[slot] as number;
      if (id >= 0 && (id === of.id || classes.get(id).parent?.id === of.id)) yield slot;
    }
  }
}

/** Joins the connections of a class by their swapped addresses to the descriptors at the other end; null off this host. */
export function otherEndOf(census: Census, of: DescriptorClass): OtherEnd | null {
  if (of.subject.kind !== "tcp") return null;
  const inodes = new Set<number>();
  for (const slot of slotsIn(census, of)) inodes.add(census.descriptors.inode.get(slot));
  const holders = new Map<string, number>();
  for (const far of census.sockets.otherEnds(inodes).values()) {
    const service = serviceHolding(census, far);
    if (service !== null) holders.set(service, (holders.get(service) ?? 0) + 1);
  }
  let most: OtherEnd | null = null;
  for (const [service, held] of holders) {
    const share = held / inodes.size;
    if (most === null || share > most.share) most = { service, share };
  }
  return most;
}

/** The service of a process that holds the socket; null when no listed process does. */
export function serviceHolding(census: Census, inode: number): string | null {
  for (const slot of census.descriptors.sharing(inode)) {
    return census.processes.byIndex(census.descriptors.process[slot] as number).service;
  }
  return null;
}
