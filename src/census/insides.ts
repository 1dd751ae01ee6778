import type { HeldFact } from "../model/facts.ts";
import { subjectOf, type ClassTraits } from "./classes.ts";
import { Inside, type InsideChanges } from "./inside.ts";

/** What the descriptors of all processes hold inside, by index of the process and descriptor number. */
export class Insides {
  readonly #byProcess = new Map<number, Map<number, Inside>>();

  /** `old`: the descriptor was there before anybody looked, and so was what it holds when that is first told. */
  set(
    process: number,
    { number, of, count, since }: HeldFact,
    now: number,
    old: boolean,
    changes: InsideChanges,
  ): void {
    let ofProcess = this.#byProcess.get(process);
    if (ofProcess === undefined) this.#byProcess.set(process, (ofProcess = new Map()));
    const known = ofProcess.get(number);
    const inside = known ?? new Inside(of);
    if (known === undefined) ofProcess.set(number, inside);
    inside.set(count, { since: since ?? now, now, old: known === undefined && old }, changes);
  }

  /** The descriptor was closed. Null: nothing was known of what it held. */
  take(process: number, number: number): Inside | null {
    const ofProcess = this.#byProcess.get(process);
    const inside = ofProcess?.get(number);
    if (ofProcess === undefined || inside === undefined) return null;
    ofProcess.delete(number);
    if (ofProcess.size === 0) this.#byProcess.delete(process);
    return inside;
  }

  /** What the descriptors of one process hold, by their numbers. */
  byNumber(process: number): Iterable<readonly [number, Inside]> {
    return this.#byProcess.get(process) ?? [];
  }

  /** What the descriptors of one process hold. */
  of(process: number): Iterable<Inside> {
    return this.#byProcess.get(process)?.values() ?? [];
  }
}

/**
 * The class that things held inside are judged in; null for those whose number says nothing of a leak by itself:
 * targets of an eventpoll have descriptors of their own, and inotify watches are judged by their user's limit.
 */
export function insideTraits(of: HeldFact["of"]): ClassTraits | null {
  if (of === "fixed-files") return { group: "inside", subject: subjectOf("io_uring") };
  if (of === "passed-descriptors") return { group: "inside", subject: subjectOf("unix") };
  return null;
}

/** Changes of things that are only counted. */
export const UNJUDGED: InsideChanges = { came: () => {}, left: () => {}, joined: () => {} };
