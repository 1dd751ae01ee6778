import type { ListingFact, Opening, ProcessFact } from "../../src/model/facts.ts";
import type { Direction, SocketFact } from "../../src/model/socket-facts.ts";

/** The part of a socket row that changes. */
export interface Row {
  state: SocketFact["state"];
  readonly local: string;
  readonly remote: string;
  /** Null: it listens. */
  readonly direction: Direction | null;
  receiveQueue: number;
  /** Seconds since boot of the last data, and segments with data so far. */
  usedAt: number;
  segments: number;
  /** It stood in a table that was read. */
  told: boolean;
}

/** An open descriptor of a simulated process. */
export interface Descriptor {
  readonly process: SimulatedProcess;
  readonly number: number;
  /** 0: it is no socket. */
  readonly inode: number;
  readonly link: string;
  readonly openedAt: number;
  readonly row: Row | null;
  /** It stood in a listing that was made. */
  listed: boolean;
  open: boolean;
}

/** A process whose count does not move is listed again within this many seconds, as the live source does it. */
const QUIET_SECONDS = 600;

/** Its descriptors, and what of them the next listing tells. */
export class SimulatedProcess {
  readonly fact: ProcessFact;
  readonly service: string;
  readonly descriptors = new Set<Descriptor>();
  alive = true;
  /** When the kernel first said EMFILE, in seconds since boot; null: never. */
  refusedAt: number | null = null;
  readonly #free: number[] = [];
  #highest = 0;
  #unlisted = new Set<Descriptor>();
  #closed: number[] = [];
  /** What was told of it: the count, and when its listing was last known to be complete. */
  #saidOpen = -1;
  #listedAt: number | null = null;
  #restedAt = 0;
  #moved = true;

  constructor(service: string, fact: ProcessFact) {
    this.service = service;
    this.fact = fact;
  }

  get open(): number {
    return this.descriptors.size;
  }

  get limit(): number {
    return this.fact.softLimit as number;
  }

  /** The number for one more; null at the limit, where the kernel says EMFILE. */
  takeNumber(now: number): number | null {
    if (this.open >= this.limit) {
      this.refusedAt ??= now;
      return null;
    }
    return this.#free.pop() ?? this.#highest++;
  }

  add(descriptor: Descriptor): void {
    this.descriptors.add(descriptor);
    this.#unlisted.add(descriptor);
  }

  remove(descriptor: Descriptor): void {
    descriptor.open = false;
    this.descriptors.delete(descriptor);
    this.#free.push(descriptor.number);
    if (descriptor.listed) this.#closed.push(descriptor.number);
    else this.#unlisted.delete(descriptor);
  }

  /** The count, when it changed since it was said. */
  pulse(): number | null {
    if (this.open === this.#saidOpen) return null;
    this.#saidOpen = this.open;
    this.#moved = true;
    return this.open;
  }

  /**
   * What is new since the last listing; null when it is not listed at this tick, or nothing is new. It is listed when its
   * count moved, when it deserves attention, and else within ten minutes.
   */
  listing(now: number, lastTickAt: number, attentive: boolean): ListingFact | null {
    const first = this.#listedAt === null;
    const rested = now - (this.#listedAt ?? 0);
    if (!first && !attentive && !this.#moved && rested < QUIET_SECONDS) {
      this.#restedAt = now;
      return null;
    }
    const since = first || this.#restedAt >= lastTickAt ? {} : { since: this.#restedAt };
    this.#moved = false;
    this.#listedAt = now;
    this.#restedAt = now;
    if (!first && this.#unlisted.size + this.#closed.length === 0) return null;
    const opened: Opening[] = [];
    for (const descriptor of this.#unlisted) {
      descriptor.listed = true;
      opened.push([descriptor.number, descriptor.link]);
    }
    const closed = this.#closed;
    this.#unlisted = new Set();
    this.#closed = [];
    return { fact: "listing", pid: this.fact.pid, first, ...since, opened, closed };
  }
}
