import { LIFETIMES, type Lives } from "../model/closings.ts";

/** So many connections of a pool have to stand idle: a pool of one or two may be handing one out right now. */
export const IDLE_ENOUGH = 3;
export const POOL_BIN_SECONDS = 5;
/** Ten minutes. */
const BINS = 120;

/** What happened beside a pool in five seconds. */
export interface PoolBin {
  /** Seconds since boot at which it begins. */
  readonly at: number;
  /** Connections opened, and those of them that were opened while enough of the pool stood idle. */
  opened: number;
  openedIdle: number;
  /** Connections closed within a minute of being opened, and those during whose whole life enough of the pool stood idle. */
  short: number;
  shortIdle: number;
  /** Exchanges over the latter, and how many of them lived for under LIFETIMES[n] seconds, the unseen first. */
  exchanges: number;
  readonly lifetimes: [number, number, number];
}

/** What was opened by one service towards one address while it has a pool of connections there. */
export class PoolUse {
  readonly service: string;
  readonly address: string;
  readonly #bins: PoolBin[] = [];

  constructor(service: string, address: string) {
    this.service = service;
    this.address = address;
  }

  get lastAt(): number {
    return this.#bins.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** The bin that this moment falls into. */
  at(now: number): PoolBin {
    const at = Math.floor(now / POOL_BIN_SECONDS) * POOL_BIN_SECONDS;
    const last = this.#bins.at(-1);
    if (last?.at === at) return last;
    const counts = { opened: 0, openedIdle: 0, short: 0, shortIdle: 0, exchanges: 0 };
    const bin: PoolBin = { at, ...counts, lifetimes: [0, 0, 0] };
    this.#bins.push(bin);
    if (this.#bins.length > BINS) this.#bins.shift();
    return bin;
  }

  /** The bin that began at this time; undefined: nothing happened in it. */
  find(at: number): PoolBin | undefined {
    return this.#bins.findLast((bin) => bin.at === at);
  }

  /** The sum of all bins that began since then. */
  since(from: number): Omit<PoolBin, "at"> {
    const sum = { opened: 0, openedIdle: 0, short: 0, shortIdle: 0, exchanges: 0 };
    const lifetimes: PoolBin["lifetimes"] = [0, 0, 0];
    for (const bin of this.#bins) {
      if (bin.at < from) continue;
      sum.opened += bin.opened;
      sum.openedIdle += bin.openedIdle;
      sum.short += bin.short;
      sum.shortIdle += bin.shortIdle;
      sum.exchanges += bin.exchanges;
      bin.lifetimes.forEach((count, place) => (lifetimes[place] = (lifetimes[place] as number) + count));
    }
    return { ...sum, lifetimes };
  }
}

/** What is known towards one address since the last reading of the tables. */
interface Pending {
  readonly service: string;
  readonly address: string;
  /** Opened, and seen in the tables. */
  seen: number;
  readonly lives: { count: number; exchanges: number }[];
  /** For how many seconds each of the pool's idle connections has rested. */
  rests: readonly number[];
}

/**
 * What is opened beside the pools of services. A connection counts as opened beside an idle pool when three of the
 * pool's connections stood idle for as long as it lived, up to its end; one that is kept, when they stood idle between
 * the two readings between which it was opened. So the connections that a pool opens beyond its size because all of
 * them are taken, and closes when they come back, do not count, however the ones that stay look at that moment.
 *
 *     pool        ====______________====     no data, no answer awaited
 *     beside it          |--|                counts
 *                     |---------------|      does not: the pool was in use when it was opened, or when it ended
 */
export class PoolUses {
  readonly #sizeOf: (service: string, address: string) => number;
  readonly #uses = new Map<string, PoolUse>();
  readonly #pending = new Map<number, Map<string, Pending>>();
  readonly #readAt = new Map<number, number>();

  /** `sizeOf` tells how many connections of a service to an address are used again and again. */
  constructor(sizeOf: (service: string, address: string) => number) {
    this.#sizeOf = sizeOf;
  }

  all(): Iterable<PoolUse> {
    return this.#uses.values();
  }

  of(service: string, address: string): PoolUse | undefined {
    return this.#uses.get(keyOf(service, address));
  }

  opened(netns: number, service: string, address: string): void {
    this.#pendingOf(netns, service, address).seen++;
  }

  lived(netns: number, service: string, address: string, lives: Lives): void {
    const pending = this.#pendingOf(netns, service, address);
    for (const [place, [count, exchanges]] of lives.entries()) {
      const sum = pending.lives[place] as Pending["lives"][number];
      sum.count += count;
      sum.exchanges += exchanges;
    }
  }

  rested(netns: number, service: string, address: string, seconds: readonly number[]): void {
    this.#pendingOf(netns, service, address).rests = seconds;
  }

  /** All tables of the namespace were read: what was opened since the reading before is weighed. */
  read(netns: number, now: number): void {
    const before = this.#readAt.get(netns);
    this.#readAt.set(netns, now);
    const pending = this.#pending.get(netns);
    this.#pending.delete(netns);
    if (before === undefined || pending === undefined) return;
    for (const one of pending.values()) {
      if (this.#sizeOf(one.service, one.address) < IDLE_ENOUGH) continue;
      const key = keyOf(one.service, one.address);
      const use = this.#uses.get(key) ?? new PoolUse(one.service, one.address);
      this.#uses.set(key, use);
      weigh(use.at(now), one, now - before);
    }
  }

  forget(now: number): void {
    for (const [key, { lastAt }] of this.#uses)
      if (now - lastAt > BINS * POOL_BIN_SECONDS) this.#uses.delete(key);
    for (const [netns, at] of this.#readAt)
      if (now - at > BINS * POOL_BIN_SECONDS) this.#readAt.delete(netns);
    for (const netns of this.#pending.keys()) if (!this.#readAt.has(netns)) this.#pending.delete(netns);
  }

  #pendingOf(netns: number, service: string, address: string): Pending {
    let ofNetns = this.#pending.get(netns);
    if (ofNetns === undefined) this.#pending.set(netns, (ofNetns = new Map()));
    const key = keyOf(service, address);
    let pending = ofNetns.get(key);
    if (pending === undefined) {
      const lives = LIFETIMES.map(() => ({ count: 0, exchanges: 0 }));
      ofNetns.set(key, (pending = { service, address, seen: 0, lives, rests: [] }));
    }
    return pending;
  }
}

function keyOf(service: string, address: string): string {
  return `${address} ${service}`;
}

/** `between` is the time between the two readings, in seconds. Those in `rests` rested at least that long. */
function weigh(bin: PoolBin, { seen, lives, rests }: Pending, between: number): void {
  const isIdle = (seconds: number): boolean =>
    rests.reduce((count, rest) => (rest >= seconds ? count + 1 : count), 0) >= IDLE_ENOUGH;
  const unseen = lives[0]?.count ?? 0;
  bin.opened += seen + unseen;
  if (isIdle(0)) bin.openedIdle += seen + unseen;
  for (const place of [0, 1, 2] as const) {
    const { count, exchanges } = lives[place] as Pending["lives"][number];
    bin.short += count;
    // It was opened before the reading that showed it first, and ended before this one.
    const longest = place === 0 ? 0 : LIFETIMES[place] + 2 * between;
    if (!isIdle(longest)) continue;
    bin.shortIdle += count;
    bin.exchanges += exchanges;
    bin.lifetimes[place] += count;
  }
}
