/** In how many readings one after the other a socket must be missing before it counts as gone. */
const MISSED_READINGS = 2;

/**
 * What was last said of each socket of a namespace, to find what is new, changed or gone: a fingerprint for each
 * inode, in typed arrays, about 60 bytes a socket with its place in the map.
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
  private used = 0;
  private reading = 0;

  /** Sockets that were there in the last reading or the one before. */
  get size(): number {
    return this.slots.size;
  }

  begin(): void {
    this.reading++;
  }

  /** A row of this reading with a fingerprint of 64 bits; true when the socket is new or has changed. */
  see(inode: number, low: number, high: number): boolean {
    const known = this.slots.get(inode);
    if (known === undefined) {
      this.put(this.take(inode), low, high);
      return true;
    }
    if (this.seenIn[known] === this.reading) return false;
    this.seenIn[known] = this.reading;
    this.missed[known] = 0;
    if (this.low[known] === low && this.high[known] === high) return false;
    this.put(known, low, high);
    return true;
  }

  /**
   * All rows of this reading have been seen. Calls `gone` for each socket that has left, and `missing` for each that
   * was missed for the first time; gives how many of the latter there are.
   */
  end(gone: (inode: number) => void, missing: (inode: number) => void): number {
    let waiting = 0;
    for (let slot = 0; slot < this.used; slot++) {
      const inode = this.inodes[slot] ?? 0;
      if (inode === 0 || this.seenIn[slot] === this.reading) continue;
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

  private put(slot: number, low: number, high: number): void {
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
  }
}

function copied<T extends { set(from: ArrayLike<number>): void }>(to: T, from: ArrayLike<number>): T {
  to.set(from);
  return to;
}
