/** In how many readings one after the other a socket must be missing before it counts as gone. */
const MISSED_READINGS = 2;

/** A use is said when it came this much later than the last that was said: these seconds ... */
const USE_SECONDS = 5;
/** ... or this share of the time for which the socket has been seen, so that a busy one is not told at every tick. */
const USE_SHARE = 1 / 8;
/** In a short watch that has to miss nothing these seconds alone count. */
const CLOSE_USE_SECONDS = 0.25;

/** What a row brings: nothing, a later use of the same socket, or something that a socket fact has to say. */
export type News = "none" | "use" | "row";

/**
 * What was last said of each socket of a namespace, to find what is new, changed or gone: a fingerprint for each
 * inode, in typed arrays, about 80 bytes a socket with its place in the map.
 *
 * The kernel gives a table in pieces and lets it change in between, so a row may be missed or come twice. A socket
 * that is missing once is only noted; missing in two readings one after the other it is gone. Of two rows with one
 * inode in one reading the first counts.
 */
export class RowStore {
  private readonly slots = new Map<number, number>();
  private readonly free: number[] = [];
  private inodes = new Float64Array(64);
  private low = new Int32Array(64);
  private high = new Int32Array(64);
  private seenIn = new Int32Array(64);
  private missed = new Uint8Array(64);
  private firstSeenAt = new Float64Array(64);
  private usedAt = new Float64Array(64);
  private used = 0;
  private reading = 0;
  /** When the row that was seen last was first seen, in seconds since boot. */
  firstSeen = 0;
  private uptime = 0;
  private closely = false;

  /** Sockets that were there in the last reading or the one before. */
  get size(): number {
    return this.slots.size;
  }

  /** A reading begins at these seconds since boot. */
  begin(uptime: number, closely = false): void {
    this.reading++;
    this.closely = closely;
    this.uptime = uptime;
  }

  /** A row of this reading with a fingerprint of 64 bits, last used at `usedAt`; NaN when that is not known. */
  see(inode: number, low: number, high: number, usedAt: number): News {
    const known = this.slots.get(inode);
    if (known === undefined) {
      this.put(this.take(inode), low, high, usedAt);
      this.firstSeen = this.uptime;
      return "row";
    }
    this.firstSeen = this.firstSeenAt[known] as number;
    if (this.seenIn[known] === this.reading) return "none";
    this.seenIn[known] = this.reading;
    this.missed[known] = 0;
    if (this.low[known] !== low || this.high[known] !== high) {
      this.put(known, low, high, usedAt);
      return "row";
    }
    if (!this.isLater(known, usedAt)) return "none";
    this.usedAt[known] = usedAt;
    return "use";
  }

  /** Whether the socket was there in the last reading or the one before. */
  has(inode: number): boolean {
    return this.slots.has(inode);
  }

  /**
   * All rows of this reading have been seen. Calls `gone` for each socket that has left, and `missing` for each that
   * was missed for the first time; gives how many of the latter there are.
   */
  end(gone: (inode: number) => void, missing: (inode: number) => void): number {
    let waiting = 0;
    for (let slot = 0; slot < this.used; slot++) {
      if (!this.isUnseen(slot)) continue;
      const inode = this.inodes[slot] ?? 0;
      const times = (this.missed[slot] ?? 0) + 1;
      if (times < MISSED_READINGS) {
        this.missed[slot] = times;
        waiting++;
        missing(inode);
        continue;
      }
      this.release(slot, inode);
      gone(inode);
    }
    return waiting;
  }

  inodesNow(): Iterable<number> {
    return this.slots.keys();
  }

  /** There is a socket, and no row of this reading was of it. */
  private isUnseen(slot: number): boolean {
    return this.inodes[slot] !== 0 && this.seenIn[slot] !== this.reading;
  }

  private isLater(slot: number, usedAt: number): boolean {
    if (Number.isNaN(usedAt)) return false;
    const said = this.usedAt[slot] ?? Number.NaN;
    const age = this.uptime - (this.firstSeenAt[slot] ?? 0);
    const least = this.closely ? CLOSE_USE_SECONDS : Math.max(USE_SECONDS, age * USE_SHARE);
    return Number.isNaN(said) || usedAt - said >= least;
  }

  private put(slot: number, low: number, high: number, usedAt: number): void {
    this.usedAt[slot] = usedAt;
    this.low[slot] = low;
    this.high[slot] = high;
    this.seenIn[slot] = this.reading;
    this.missed[slot] = 0;
  }

  private take(inode: number): number {
    let slot = this.free.pop();
    if (slot === undefined) {
      slot = this.used++;
      if (slot === this.inodes.length) this.grow();
    }
    this.inodes[slot] = inode;
    this.firstSeenAt[slot] = this.uptime;
    this.slots.set(inode, slot);
    return slot;
  }

  private release(slot: number, inode: number): void {
    this.inodes[slot] = 0;
    this.slots.delete(inode);
    this.free.push(slot);
  }

  private grow(): void {
    const length = this.inodes.length * 2;
    this.inodes = copied(new Float64Array(length), this.inodes);
    this.low = copied(new Int32Array(length), this.low);
    this.high = copied(new Int32Array(length), this.high);
    this.seenIn = copied(new Int32Array(length), this.seenIn);
    this.missed = copied(new Uint8Array(length), this.missed);
    this.firstSeenAt = copied(new Float64Array(length), this.firstSeenAt);
    this.usedAt = copied(new Float64Array(length), this.usedAt);
  }
}

function copied<T extends { set(from: ArrayLike<number>): void }>(to: T, from: ArrayLike<number>): T {
  to.set(from);
  return to;
}
