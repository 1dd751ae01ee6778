import type { Direction } from "../model/socket-facts.ts";
import type { ClassRegistry } from "./classes.ts";
import type { DescriptorTable } from "./descriptors.ts";
import type { ProcessTable } from "./processes.ts";
import type { OutboundRow } from "./row-columns.ts";
import type { SocketRows } from "./sockets.ts";

/** Stands for the processes that nobody asked about, and for those of which nobody knows. */
export const NOBODY_ASKED = "";

/** All rows are gone through again after these seconds, and only while somebody asks. */
const AGAIN_SECONDS = 10;
/** Who led there counts for so long after it was last seen. */
const HOLDS_SECONDS = 60;
/** A row without a descriptor for this long belongs to a process that may not, or need not, be listed. */
const UNLISTED_SECONDS = 10;

/** The tables of a census that tell who holds what. */
export interface Tables {
  readonly descriptors: DescriptorTable;
  readonly processes: ProcessTable;
  readonly sockets: SocketRows;
  readonly classes: ClassRegistry;
}

/**
 * Which services have connections that lead to an address, in one network namespace. Connections that were opened and
 * closed between two looks are told by their address alone: whose they were is known where there is but one.
 */
export class Openers {
  readonly #tables: Tables;
  /** Where connections lead that nobody asked about, by namespace and address, and when last, in seconds since boot. */
  readonly #others = new Map<string, number>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Of this tick. */
  readonly #standingIn = new Map<number, ReadonlySet<string>>();
  #standingAt = Number.NEGATIVE_INFINITY;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** `address` as in a class's subject. Processes that are not judged count as one more service. */
  towards(netns: number, direction: Direction, address: string, uptime: number): Set<string> {
    const services = new Set<string>();
    for (const service of this.#tables.classes.servicesWith(direction, address))
      if (this.#standing(netns, uptime).has(service)) services.add(service);
    if (direction === "inbound") return services.size > 0 ? services : this.#listeningAt(netns, address);
    if (uptime - this.#lookedAt >= AGAIN_SECONDS) this.#look(uptime);
    if (this.#others.has(`${netns} ${address}`)) services.add(NOBODY_ASKED);
    return services;
  }

  /** Services that are judged and have a process in the namespace, or in one that is not known. */
  #standing(netns: number, uptime: number): ReadonlySet<string> {
    if (this.#standingAt !== uptime) this.#standingIn.clear();
    this.#standingAt = uptime;
    const known = this.#standingIn.get(netns);
    if (known !== undefined) return known;
    const services = new Set<string>();
    for (const { service, judged, fact } of this.#tables.processes.all())
      if (judged && (fact.netns === null || fact.netns === netns)) services.add(service);
    this.#standingIn.set(netns, services);
    return services;
  }

  /** Who accepts there, when nobody asked about that. */
  #listeningAt(netns: number, address: string): Set<string> {
    const listener = this.#tables.sockets.listenerFor(netns, address);
    const holder = listener === null ? null : this.#holderOf(listener);
    return new Set(holder === null ? [] : [holder]);
  }

  #look(uptime: number): void {
    this.#lookedAt = uptime;
    this.#tables.sockets.outbound((row) => this.#note(row, uptime));
    for (const [key, at] of this.#others) if (uptime - at > HOLDS_SECONDS) this.#others.delete(key);
  }

  /** Those that are judged have a class. */
  #note({ netns, inode, seenAt, remote }: OutboundRow, uptime: number): void {
    const service = this.#holderOf(inode);
    if (service === null ? uptime - seenAt >= UNLISTED_SECONDS : service === NOBODY_ASKED)
      this.#others.set(`${netns} ${remote()}`, uptime);
  }

  #holderOf(inode: number): string | null {
    const { descriptors, processes } = this.#tables;
    let holder: string | null = null;
    for (const slot of descriptors.sharing(inode)) {
      const { judged, service } = processes.byIndex(descriptors.process[slot] as number);
      if (judged) return service;
      holder = NOBODY_ASKED;
    }
    return holder;
  }
}
