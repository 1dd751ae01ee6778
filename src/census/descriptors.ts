import { longer, Moments, resized, WholeNumbers } from "./columns.ts";
import { Numbers } from "./numbers.ts";
import { SlotIndex } from "./slot-index.ts";

/**
 * Every open descriptor that was listed, in typed arrays: about 40 bytes each with its indexes, however long its
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
  readonly inode = new WholeNumbers(0);
  /** Seconds since boot at which it was first seen; negative infinity when it was there before anybody looked. */
  readonly openedAt = new Moments();
  /** Seconds since boot at which it entered its class: later than openedAt for a connection that changed state. */
  readonly enteredAt = new Moments();
  #nextSharing = new Int32Array(256);
  readonly #ofProcess = new Map<number, Numbers>();
  readonly #byInode = new SlotIndex((slot) => this.inode.get(slot));
  #free: number[] = [];
  #end = 0;

  get size(): number {
    return this.#end - this.#free.length;
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
    this.inode.set(slot, inode);
    let numbers = this.#ofProcess.get(process);
    if (numbers === undefined) this.#ofProcess.set(process, (numbers = new Numbers()));
    numbers.set(number, slot);
    this.#nextSharing[slot] = -1;
    if (inode > 0) {
      this.#nextSharing[slot] = this.#byInode.get(inode);
      this.#byInode.set(inode, slot);
    }
    return slot;
  }

  remove(slot: number): void {
    const process = this.process[slot] as number;
    const numbers = this.#ofProcess.get(process);
    numbers?.delete(this.number[slot] as number);
    if (numbers?.size === 0) this.#ofProcess.delete(process);
    const inode = this.inode.get(slot);
    if (inode > 0) this.#unshare(slot, inode);
    this.process[slot] = -1;
    this.#free.push(slot);
  }

  /** The slot of a process's descriptor number, or -1. */
  find(process: number, number: number): number {
    return this.#ofProcess.get(process)?.get(number) ?? -1;
  }

  /** The descriptors that refer to one socket or pipe: several when it was inherited, passed on or dup'ed. */
  *sharing(inode: number): Generator<number> {
    for (let slot = this.#byInode.get(inode); slot !== -1; slot = this.#nextSharing[slot] as number)
      yield slot;
  }

  /** The descriptors that a process has open now. */
  ofProcess(process: number): number[] {
    return this.#ofProcess.get(process)?.slots() ?? [];
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

  /** One column after the other, so that at most one of them is there twice. */
  #grow(): void {
    const length = longer(this.process.length);
    this.process = resized(this.process, length);
    this.number = resized(this.number, length);
    this.classId = resized(this.classId, length);
    this.link = resized(this.link, length);
    this.#nextSharing = resized(this.#nextSharing, length);
    for (const column of [this.inode, this.openedAt, this.enteredAt]) column.resize(length);
  }
}
