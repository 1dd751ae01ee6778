import type { ClosingsFact, RestingFact } from "../model/closings.ts";
import type { Direction } from "../model/socket-facts.ts";
import type { CensusChanges } from "./changes.ts";
import { type DescriptorClass, subjectOf } from "./classes.ts";
import { NOBODY_ASKED, Openers, type Tables } from "./openers.ts";
import type { Process } from "./processes.ts";
import type { SocketRow } from "./row-columns.ts";

/** Addresses of which it is remembered that several services connect there; then the one is forgotten that is longest ago. */
const MOST_AMBIGUOUS = 1024;

/**
 * Connections of which nobody saw who held them: closed between two looks, or between two listings of their process.
 */
export class Passing {
  /** Closed unseen, and it is not known whose they were. */
  unattributed = 0;
  /** Seconds since boot of the tick being taken. */
  uptime = 0;
  readonly #tables: Tables;
  readonly #changes: CensusChanges;
  readonly #openers: Openers;
  /** When connections were last closed unseen that may have been of several services, by direction and address. */
  readonly #ambiguousAt = new Map<string, number>();
  /** Inodes of outbound connections that no descriptor is known of. */
  readonly #unowned = new Set<number>();

  constructor(tables: Tables, changes: CensusChanges) {
    this.#tables = tables;
    this.#changes = changes;
    this.#openers = new Openers(tables);
  }

  closings({ netns, protocol, direction, address, unseen, lives }: ClosingsFact): void {
    if (protocol !== "tcp") return;
    if (unseen === 0 && lives === undefined) return;
    const of = this.#attributed(netns, direction, address, unseen);
    if (of === null) return;
    if (unseen > 0) this.#changes.passed(of.id, unseen);
    if (lives !== undefined) this.#changes.lived(of.id, netns, lives);
  }

  /**
   * The class of connections of which nobody saw who held them: known when one service alone leads there. Null when
   * that is not judged, or when there is none or more than one; those count as nobody's.
   */
  #attributed(netns: number, direction: Direction, address: string, count: number): DescriptorClass | null {
    const [service, ...others] = this.#openers.towards(netns, direction, address, this.uptime);
    if (service === undefined || others.length > 0) {
      this.unattributed += count;
      if (others.length > 0) this.#noteAmbiguous(`${direction} ${address}`);
      return null;
    }
    if (service === NOBODY_ASKED) return null;
    const subject = subjectOf("tcp", { direction, peer: address, state: "ESTABLISHED" });
    return this.#tables.classes.intern(service, { group: "held", subject });
  }

  /** Connections there were closed unseen since then (seconds since boot), and may have been of any of several services. */
  isAmbiguous(direction: Direction, address: string, since: number): boolean {
    return (this.#ambiguousAt.get(`${direction} ${address}`) ?? -Infinity) >= since;
  }

  #noteAmbiguous(key: string): void {
    // The order of a Map is that of its insertions.
    this.#ambiguousAt.delete(key);
    this.#ambiguousAt.set(key, this.uptime);
    const [oldest] = this.#ambiguousAt.keys();
    if (this.#ambiguousAt.size > MOST_AMBIGUOUS && oldest !== undefined) this.#ambiguousAt.delete(oldest);
  }

  /** A new row: of an outbound connection, there may be no descriptor yet. */
  met({ protocol, direction, inode }: SocketRow): void {
    if (protocol !== "tcp" || direction !== "outbound") return;
    if (this.#tables.descriptors.sharing(inode).next().done === true) this.#unowned.add(inode);
  }

  owned(inode: number): void {
    if (this.#unowned.size > 0) this.#unowned.delete(inode);
  }

  /** It left the tables: if no descriptor was ever seen, it was opened and closed while its process was not listed. */
  gone(inode: number): void {
    const row = this.#unowned.delete(inode) ? this.#tables.sockets.get(inode) : undefined;
    if (row === undefined || row.state === "SYN_SENT") return;
    const of = this.#attributed(row.netns, "outbound", row.remote, 1);
    if (of !== null) this.#changes.passed(of.id, 1);
  }

  /** Which of the connections that stood idle are of a pool, and whose. */
  resting({ netns, address, sockets }: RestingFact): void {
    const rests = new Map<string, number[]>();
    for (const [inode, seconds] of sockets) {
      if (this.#tables.sockets.get(inode)?.reused !== true) continue;
      const process = this.#judgedHolder(inode);
      if (process === null) continue;
      const known = rests.get(process.service);
      if (known === undefined) rests.set(process.service, [seconds]);
      else known.push(seconds);
    }
    for (const [service, seconds] of rests) this.#changes.rested(service, netns, address, seconds);
  }

  #judgedHolder(inode: number): Process | null {
    for (const slot of this.#tables.descriptors.sharing(inode)) {
      const process = this.#tables.processes.byIndex(this.#tables.descriptors.process[slot] as number);
      if (process.judged) return process;
    }
    return null;
  }
}
