import type { Census } from "../../census/census.ts";
import type { Process } from "../../census/processes.ts";

/** What a number of a process stands for, and since when. */
interface Known {
  /** The inode of a socket or a pipe, else the link. */
  readonly what: number | string;
  /** null: it was there before, or was inherited. */
  readonly born: Born | null;
}

/** When a descriptor was opened, in seconds since boot: between two looks. */
export interface Born {
  /** The look that first saw it: several that are new at one look came, as far as is known, in one go. */
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

  /** Nothing was taken yet. */
  get none(): boolean {
    return this.#byNumber.size === 0;
  }

  /** Whether it had this under this number, when it was last taken. */
  has(number: number, what: number | string): boolean {
    return this.#byNumber.get(number)?.what === what;
  }

  of(number: number): Born | null {
    return this.#byNumber.get(number)?.born ?? null;
  }

  /** Takes what is open now. `isOwn` says which of the new ones the process opened itself, rather than inherited. */
  update(census: Census, process: Process, born: Born, isOwn: (slot: number) => boolean): void {
    const known = this.#byNumber;
    this.#byNumber = new Map();
    for (const slot of census.descriptors.ofProcess(process.index)) {
      const number = census.descriptors.number[slot] as number;
      const what = whatOf(census, slot);
      const before = known.get(number);
      if (before?.what === what) this.#byNumber.set(number, before);
      else this.#byNumber.set(number, { what, born: isOwn(slot) ? born : null });
    }
  }
}

/** The inode of a socket or a pipe, else the link. */
function whatOf({ descriptors, links }: Census, slot: number): number | string {
  const inode = descriptors.inode.get(slot);
  return inode > 0 ? inode : links.text(descriptors.link[slot] as number, inode);
}

/**
 * Whether a descriptor that a process has at the first look at it came from its parent: the parent, or one of `ended`,
 * which may have been it, has the same under the same number, or anybody else has the same socket or pipe.
 */
export function isInherited(
  census: Census,
  process: Process,
  slot: number,
  ended: readonly Births[],
): boolean {
  const { descriptors, processes } = census;
  const number = descriptors.number[slot] as number;
  const what = whatOf(census, slot);
  if (ended.some((births) => births.has(number, what))) return true;
  if (typeof what === "number") {
    for (const sharing of descriptors.sharing(what))
      if (descriptors.process[sharing] !== process.index) return true;
    return false;
  }
  const parent = processes.byPid(process.fact.parent);
  const theirs = parent === undefined ? -1 : descriptors.find(parent.index, number);
  return theirs !== -1 && whatOf(census, theirs) === what;
}
