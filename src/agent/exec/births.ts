import type { Census } from "../../census/census.ts";
import type { Process } from "../../census/processes.ts";

/** What a number of a process stands for, and since when. */
interface Known {
  /** The inode of a socket or a pipe, else the link. */
  readonly what: number | string;
  /** null: it was there before, or was inherited. */
  readonly born: Born | null;
}

/** In seconds since boot. Nobody saw it: several that are new at one look are dated evenly over the time between. */
export interface Born {
  readonly at: number;
  /** The look that did not see it yet. */
  readonly notBefore: number;
}

/**
 * When each descriptor of one process was first seen. Unlike the census, which meets a process anew with each program
 * that it becomes, this follows it through execve(2) and a change of its title.
 */
export class Births {
  #byNumber = new Map<number, Known>();

  of(number: number): Born | null {
    return this.#byNumber.get(number)?.born ?? null;
  }

  /** Takes what is open now, at `now`; it was looked at before at `looked`. `isOwn` says which new ones it opened. */
  update(
    census: Census,
    process: Process,
    looked: number,
    now: number,
    isOwn: (slot: number) => boolean,
  ): void {
    const known = this.#byNumber;
    this.#byNumber = new Map();
    const born: { readonly number: number; readonly what: number | string }[] = [];
    const { descriptors, links } = census;
    for (const slot of descriptors.ofProcess(process.index)) {
      const number = descriptors.number[slot] as number;
      const inode = descriptors.inode.get(slot);
      const what = inode > 0 ? inode : links.text(descriptors.link[slot] as number, inode);
      const before = known.get(number);
      if (before?.what === what) this.#byNumber.set(number, before);
      else if (isOwn(slot)) born.push({ number, what });
      else this.#byNumber.set(number, { what, born: null });
    }
    // Numbers are given out from the lowest free one on, so they tell the order best.
    born.sort((a, b) => a.number - b.number);
    for (const [place, { number, what }] of born.entries()) {
      const at = looked + ((place + 0.5) / born.length) * (now - looked);
      this.#byNumber.set(number, { what, born: { at, notBefore: looked } });
    }
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
