import { NumberIndex } from "./number-index.ts";

const NUMBER_SPAN = 2 ** 31;

/**
 * Every open descriptor that was listed, in typed arrays: about 50 bytes each with its indexes, however long its
 * path. A slot is given out again after release.
 */
export class DescriptorTable {
  /** Index of the process in the census. */
  process = new Int32Array(256);
  number = new Int32Array(256);
  /** Index of the class it counts in; negative: none (see census.ts). */
  classId = new Int32Array(256);
  /** Index into the interned links: what it is and which object. */
  link = new Int32Array(256);
  /** Inode of a socket or a pipe, 0 for the rest. */
  inode = new Float64Array(256);
  /** Seconds since boot at which it was first seen; negative infinity when it was there before anybody looked. */
  openedAt = new Float64Array(256);
  /** Seconds since boot at which it entered its class: later than openedAt for a connection that changed state. */
  enteredAt = new Float64Array(256);
  #nextSharing = new Int32Array(256);
  /** The descriptors of one process, doubly linked; the head of each process's list by its index. */
  #nextOfProcess = new Int32Array(256);
  #previousOfProcess = new Int32Array(256);
  #heads: number[] = [];
  #byNumber = new NumberIndex();
  #byInode = new NumberIndex();
  #free: number[] = [];
  #end = 0;

  get size(): number {
    return this.#byNumber.size;
  }

  /** Upper end of the slots in use, for a walk over all: skip those whose process is -1. */
  get end(): number {
    return this.#end;
  }

  add(process: number, number: number, link: number, inode: number): number {
    const slot = this.#free.pop() ?? this.#end++;
    if (slot === this.process.length) this.#grow();
    this.process[slot] = process;
    this.number[slot] = number;
    this.link[slot] = link;
    this.inode[slot] = inode;
    this.#byNumber.set(process * NUMBER_SPAN + number, slot);
    this.#linkToProcess(slot, process);
    this.#nextSharing[slot] = -1;
    if (inode > 0) {
      this.#nextSharing[slot] = this.#byInode.get(inode);
      this.#byInode.set(inode, slot);
    }
    return slot;
  }

  remove(slot: number): void {
    this.#byNumber.delete((this.process[slot] as number) * NUMBER_SPAN + (this.number[slot] as number));
    const inode = this.inode[slot] as number;
    if (inode > 0) this.#unshare(slot, inode);
    this.#unlinkFromProcess(slot);
    this.process[slot] = -1;
    this.#free.push(slot);
  }

  /** The slot of a process's descriptor number, or -1. */
  find(process: number, number: number): number {
    return this.#byNumber.get(process * NUMBER_SPAN + number);
  }

  /** The descriptors that refer to one socket or pipe: several when it was inherited, passed on or dup'ed. */
  *sharing(inode: number): Generator<number> {
    for (let slot = this.#byInode.get(inode); slot !== -1; slot = this.#nextSharing[slot] as number)
      yield slot;
  }

  /** The open descriptors of a process. Do not remove while walking. */
  *ofProcess(process: number): Generator<number> {
    for (let slot = this.#heads[process] ?? -1; slot !== -1; slot = this.#nextOfProcess[slot] as number)
      yield slot;
  }

  #linkToProcess(slot: number, process: number): void {
    const head = this.#heads[process] ?? -1;
    this.#nextOfProcess[slot] = head;
    this.#previousOfProcess[slot] = -1;
    if (head !== -1) this.#previousOfProcess[head] = slot;
    this.#heads[process] = slot;
  }

  #unlinkFromProcess(slot: number): void {
    const next = this.#nextOfProcess[slot] as number;
    const previous = this.#previousOfProcess[slot] as number;
    if (next !== -1) this.#previousOfProcess[next] = previous;
    if (previous !== -1) this.#nextOfProcess[previous] = next;
    else this.#heads[this.process[slot] as number] = next;
  }

  #unshare(slot: number, inode: number): void {
    const next = this.#nextSharing[slot] as number;
    const first = this.#byInode.get(inode);
    if (first === slot) {
      if (next === -1) this.#byInode.delete(inode);
      else this.#byInode.set(inode, next);
      return;
    }
    for (let at = first; at !== -1; at = this.#nextSharing[at] as number) {
      if (this.#nextSharing[at] === slot) {
        this.#nextSharing[at] = next;
        return;
      }
    }
  }

  #grow(): void {
    const size = this.process.length * 2;
    this.process = resized(this.process, new Int32Array(size));
    this.number = resized(this.number, new Int32Array(size));
    this.classId = resized(this.classId, new Int32Array(size));
    this.link = resized(this.link, new Int32Array(size));
    this.#nextSharing = resized(this.#nextSharing, new Int32Array(size));
    this.#nextOfProcess = resized(this.#nextOfProcess, new Int32Array(size));
    this.#previousOfProcess = resized(this.#previousOfProcess, new Int32Array(size));
    this.inode = resized(this.inode, new Float64Array(size));
    this.openedAt = resized(this.openedAt, new Float64Array(size));
    this.enteredAt = resized(this.enteredAt, new Float64Array(size));
  }
}

function resized<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
