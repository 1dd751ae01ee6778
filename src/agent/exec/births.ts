import type { Census } from "../../census/census.ts";
import type { Process } from "../../census/processes.ts";

/** What a number of a process stands for, and since when. */
interface Known {
  /** The inode of a socket or a pipe, else the link. */
  readonly what: number | string;
  /** Seconds since boot of the look that first saw it; negative infinity: it was there before, or was inherited. */
  readonly bornAt: number;
}

/**
 * When each descriptor of one process was first seen. Unlike the census, which meets a process anew with each program
 * that it becomes, this follows it through execve(2) and a change of its title.
 */
export class Births {
  #byNumber = new Map<number, Known>();

  of(number: number): number {
    return this.#byNumber.get(number)?.bornAt ?? Number.NEGATIVE_INFINITY;
  }

  /** Takes what is open now. `bornAt` says when one that is new was born. */
  update(census: Census, process: Process, bornAt: (slot: number) => number): void {
    const now = new Map<number, Known>();
    const { descriptors, links } = census;
    for (const slot of descriptors.ofProcess(process.index)) {
      const number = descriptors.number[slot] as number;
      const inode = descriptors.inode.get(slot);
      const what = inode > 0 ? inode : links.text(descriptors.link[slot] as number, inode);
      const known = this.#byNumber.get(number);
      now.set(number, known?.what === what ? known : { what, bornAt: bornAt(slot) });
    }
    this.#byNumber = now;
  }
}

/**
 * Whether a descriptor that a process has at the first look at it came from its parent: the parent has the same open
 * file under the same number, or anybody else has the same socket or pipe.
 */
export function isInherited(census: Census, process: Process, slot: number): boolean {
  const { descriptors, links, processes } = census;
  const inode = descriptors.inode.get(slot);
  if (inode > 0) {
    for (const sharing of descriptors.sharing(inode))
      if (descriptors.process[sharing] !== process.index) return true;
    return false;
  }
  const parent = processes.byPid(process.fact.parent);
  if (parent === undefined) return false;
  const theirs = descriptors.find(parent.index, descriptors.number[slot] as number);
  if (theirs === -1) return false;
  const text = (at: number) => links.text(descriptors.link[at] as number, 0);
  return text(theirs) === text(slot);
}
