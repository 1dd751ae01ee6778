/** Each CPU takes inodes of sockets and pipes from blocks of this many: LAST_INO_BATCH of fs/inode.c. */
const BLOCK = 1024;
/** Readings kept of each CPU: ten minutes at one a second, the longest time between two listings. */
const MOST_READINGS = 640;

interface Reading {
  readonly at: number;
  readonly inode: number;
}

/**
 * Dates sockets and pipes by their inodes. Each CPU gives them out in order, from a block of its own:
 *
 *     reading at 10.0 s   CPU 0: 52101      a socket with inode 52107 was opened
 *     reading at 11.0 s   CPU 0: 52112      between 10.0 s and 11.0 s
 *
 * Where readings bound it on one side only, or not at all, the bounds that are known otherwise stand.
 */
export class InodeClock {
  /** By place of the CPU in the readings, oldest first. */
  readonly #ofCpu: Reading[][] = [];

  /** `at` in seconds since boot. */
  note(at: number, inodes: readonly number[]): void {
    inodes.forEach((inode, cpu) => {
      const readings = (this.#ofCpu[cpu] ??= []);
      readings.push({ at, inode });
      if (readings.length > MOST_READINGS) readings.splice(0, MOST_READINGS / 10);
    });
  }

  /** When the inode was given out, as bounds in seconds since boot within `from` and `to`, between which it lies. */
  bounds(inode: number, from: number, to: number): readonly [number, number] {
    let [low, high] = [from, to];
    for (const readings of this.#ofCpu) {
      const at = firstNotBefore(readings, inode);
      for (const near of [readings[at - 1], readings[at]]) {
        if (near === undefined || blockOf(near.inode) !== blockOf(inode)) continue;
        if (near.inode < inode) low = Math.max(low, near.at);
        else high = Math.min(high, near.at);
      }
    }
    // Inodes wrap at 32 bits: readings that contradict what is known otherwise are of an earlier round.
    return low <= high ? [low, high] : [from, to];
  }
}

function blockOf(inode: number): number {
  return Math.floor((inode - 1) / BLOCK);
}

/** The place of the first reading with an inode that is not smaller. A block is never taken twice, so they ascend. */
function firstNotBefore(readings: readonly Reading[], inode: number): number {
  let [low, high] = [0, readings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((readings[middle] as Reading).inode < inode) low = middle + 1;
    else high = middle;
  }
  return low;
}
