import type { Census } from "../census/census.ts";
import type { DescriptorClass } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";

/** The service on this host that holds most of the other ends of a class's connections, and its share of them. */
export interface OtherEnd {
  readonly service: string;
  /** It is judged as well: what is to be said of it will be said there. */
  readonly judged: boolean;
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
  const holders = new Map<string, { held: number; judged: boolean }>();
  for (const far of census.sockets.otherEnds(inodes).values()) {
    const holder = holderOf(census, far);
    if (holder === null) continue;
    const known = holders.get(holder.service) ?? { held: 0, judged: false };
    holders.set(holder.service, { held: known.held + 1, judged: known.judged || holder.judged });
  }
  let most: OtherEnd | null = null;
  for (const [service, { held, judged }] of holders) {
    const share = held / inodes.size;
    if (most === null || share > most.share) most = { service, judged, share };
  }
  return most;
}

/** A process that holds the socket; null when no listed one does. */
function holderOf(census: Census, inode: number): Process | null {
  for (const slot of census.descriptors.sharing(inode)) {
    return census.processes.byIndex(census.descriptors.process[slot] as number);
  }
  return null;
}
