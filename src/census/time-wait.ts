import type { Direction } from "../model/socket-facts.ts";
import type { DescriptorTable } from "./descriptors.ts";
import type { ProcessTable } from "./processes.ts";
import type { SocketRows } from "./sockets.ts";

/** TCP_TIMEWAIT_LEN of include/net/tcp.h: so long the kernel remembers a connection that was closed here first. */
export const TIME_WAIT_SECONDS = 60;
/** Sockets closed lately whose row may still turn up in TIME_WAIT. */
const MOST_CLOSED = 20_000;

/** Where a connection led: outbound the remote "address:port", inbound the listening one. */
export interface Lead {
  readonly netns: number;
  readonly direction: Direction;
  readonly address: string;
}

/** TIME_WAIT rows towards one address, and whose connections they were. */
export interface TimeWait extends Lead {
  readonly count: number;
  /** Most first. */
  readonly services: readonly { readonly service: string; readonly count: number }[];
  /** Nobody knows whose these were. */
  readonly unattributed: number;
}

interface Closed extends Lead {
  readonly service: string;
  readonly at: number;
}

/** Who holds which socket. */
interface Holders {
  readonly sockets: SocketRows;
  readonly descriptors: DescriptorTable;
  readonly processes: ProcessTable;
}

interface Batch {
  readonly at: number;
  readonly service: string;
  count: number;
}

/**
 * Whose connections the rows in TIME_WAIT were. A row has no owner: it is known of those that stood in a table while a
 * process held them, and that was seen to hold them. The others are counted by where they led.
 */
export class TimeWaitOwners {
  readonly #holders: Holders;
  readonly #closed = new Map<number, Closed>();
  readonly #batches = new Map<string, Batch[]>();

  constructor(holders: Holders) {
    this.#holders = holders;
  }

  /** The service closed a descriptor. If it was a connection that it opened, its row may turn up in TIME_WAIT. */
  closed(inode: number, service: string, uptime: number): void {
    const row = inode > 0 ? this.#holders.sockets.get(inode) : undefined;
    if (row?.protocol !== "tcp" || row.direction !== "outbound") return;
    const { netns, direction, remote } = row;
    this.#closed.set(inode, { netns, direction, address: remote, service, at: uptime });
    if (this.#closed.size > MOST_CLOSED) this.#dropOldest(MOST_CLOSED / 4);
  }

  /** Many at once: a map goes through all that was deleted at its front to find the first that is left. */
  #dropOldest(count: number): void {
    let left = count;
    for (const inode of this.#closed.keys()) {
      if (left-- <= 0) return;
      this.#closed.delete(inode);
    }
  }

  /** Rows of these stand in TIME_WAIT. The tables may tell before the listing does. */
  closedFirst(inodes: readonly number[], uptime: number): void {
    const { descriptors, processes } = this.#holders;
    for (const inode of inodes) {
      for (const slot of descriptors.sharing(inode))
        this.closed(inode, processes.byIndex(descriptors.process[slot] as number).service, uptime);
      const closed = this.#closed.get(inode);
      this.#closed.delete(inode);
      if (closed !== undefined) this.#count(closed, uptime);
    }
  }

  /** Gives up what is over. */
  forget(uptime: number): void {
    for (const [inode, { at }] of this.#closed) {
      if (uptime - at < TIME_WAIT_SECONDS) break;
      this.#closed.delete(inode);
    }
    for (const [key, batches] of this.#batches) {
      const left = batches.filter(({ at }) => uptime - at < TIME_WAIT_SECONDS);
      if (left.length === 0) this.#batches.delete(key);
      else this.#batches.set(key, left);
    }
  }

  /**
   * Splits `count` rows. `sole` is the one service that has connections there, which then has the rest as well; null:
   * there are several, or none is known.
   */
  split(lead: Lead, count: number, sole: string | null, uptime: number): TimeWait {
    const known = new Map<string, number>();
    let rest = count;
    for (const batch of this.#batches.get(leadKey(lead)) ?? []) {
      if (uptime - batch.at >= TIME_WAIT_SECONDS) continue;
      const more = Math.min(batch.count, rest);
      rest -= more;
      known.set(batch.service, (known.get(batch.service) ?? 0) + more);
    }
    if (sole !== null && rest > 0) {
      known.set(sole, (known.get(sole) ?? 0) + rest);
      rest = 0;
    }
    const services = [...known]
      .filter(([, more]) => more > 0)
      .map(([service, more]) => ({ service, count: more }))
      .toSorted((one, other) => other.count - one.count);
    const { netns, direction, address } = lead;
    return { netns, direction, address, count, services, unattributed: rest };
  }

  #count(closed: Closed, uptime: number): void {
    const key = leadKey(closed);
    const batches = this.#batches.get(key) ?? [];
    const same = batches.find(({ at, service }) => at === uptime && service === closed.service);
    if (same !== undefined) same.count++;
    else batches.push({ at: uptime, service: closed.service, count: 1 });
    this.#batches.set(key, batches);
  }
}

export function leadKey({ netns, direction, address }: Lead): string {
  return `${netns} ${direction} ${address}`;
}
