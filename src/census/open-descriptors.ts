import type { HeldFact, ListingFact, Opening } from "../model/facts.ts";
import { birthDates, onGrid } from "./birth-dates.ts";
import type { CensusChanges, Leaving } from "./changes.ts";
import { parseLink } from "./link.ts";
import { InodeClock } from "./inode-clock.ts";
import type { InsideChanges } from "./inside.ts";
import { type Insides, insideTraits, UNJUDGED } from "./insides.ts";
import type { Passing } from "./passing.ts";
import { type Placement, type Tables, UNRESOLVED } from "./placement.ts";
import type { Process } from "./processes.ts";
import type { TimeWaitOwners } from "./time-wait.ts";

/** A process with 20,000 descriptors takes 50 ms to forget. */
const CLOSED_AT_ONCE = 1000;

/** The tables in which what a process has open is written down. */
export interface OpenTables extends Tables {
  readonly insides: Insides;
  readonly inotify: Set<number>;
  readonly timeWaitOwners: TimeWaitOwners;
  readonly passing: Passing;
}

/** What processes open, close, rename and hold inside: each descriptor from its number and link to its class. */
export class OpenDescriptors {
  readonly clock = new InodeClock();
  readonly #tables: OpenTables;
  readonly #placement: Placement;
  readonly #changes: CensusChanges;
  /** Seconds since boot of the tick being taken, and of the one before. */
  #uptime = 0;
  #lastUptime = 0;

  constructor(tables: OpenTables, placement: Placement, changes: CensusChanges) {
    this.#tables = tables;
    this.#placement = placement;
    this.#changes = changes;
  }

  begin(uptime: number): void {
    this.#lastUptime = this.#uptime === 0 ? uptime : this.#uptime;
    this.#uptime = uptime;
  }

  get isFirstTick(): boolean {
    return this.#lastUptime === this.#uptime;
  }

  list(process: Process, { first, since, opened, closed, renamed }: ListingFact): void {
    process.listed = true;
    process.denied = false;
    for (const number of closed) {
      const slot = this.#tables.descriptors.find(process.index, number);
      if (slot !== -1) this.#close(slot, process, "closed");
    }
    const looked = Math.min(since ?? this.#lastUptime, this.#uptime);
    const dates = first ? null : birthDates(looked, this.#uptime, opened.length);
    let at = 0;
    for (const opening of opened)
      this.#open(process, opening, dates?.[at++] ?? Number.NEGATIVE_INFINITY, looked);
    for (const opening of renamed ?? []) this.#rename(process, opening);
  }

  /** Closes all that the process has open, with a pause after each thousand. */
  *closeAll(process: Process): Generator<void> {
    let closed = 0;
    for (const slot of this.#tables.descriptors.ofProcess(process.index)) {
      this.#close(slot, process, "exited");
      if (++closed % CLOSED_AT_ONCE === 0) yield;
    }
  }

  /** Its name or whether it is judged is changed by `change`; all that it has open goes along, as old as it is. */
  carry(process: Process, change: () => void): void {
    const slots = this.#tables.descriptors.ofProcess(process.index);
    const insides = [...this.#tables.insides.of(process.index)];
    const wasJudged = process.judged;
    const traits = slots.map((slot) => this.#placement.traitsIn(slot));
    if (wasJudged) {
      for (const slot of slots) {
        this.#placement.part(slot);
        this.#changes.parted(slot, process);
      }
    }
    const before = insides.map(({ of }) => this.#insideChanges(process, of, "exited"));
    change();
    insides.forEach((inside, at) =>
      inside.retell(before[at] ?? UNJUDGED, this.#insideChanges(process, inside.of, "closed", true)),
    );
    if (!process.judged) return;
    slots.forEach((slot, at) => {
      this.#changes.brought(slot, process, wasJudged);
      this.#placement.bring(slot, traits[at] ?? null);
    });
  }

  hold(process: Process, fact: HeldFact): void {
    const slot = this.#tables.descriptors.find(process.index, fact.number);
    if (slot === -1) return;
    const old = this.#tables.descriptors.openedAt.get(slot) === Number.NEGATIVE_INFINITY;
    const changes = this.#insideChanges(process, fact.of, "closed");
    this.#tables.insides.set(process.index, fact, this.#uptime, old, changes);
  }

  /** `date` is when it was opened at a guess, after `looked`; the inode of a socket or pipe may tell it better. */
  #open(process: Process, [number, link]: Opening, date: number, looked: number): void {
    const { descriptors, links, inotify, passing } = this.#tables;
    const stale = descriptors.find(process.index, number);
    if (stale !== -1) this.#close(stale, process, "closed");
    const target = parseLink(link);
    const openedAt = this.#dated(date, target.inode, looked);
    const slot = descriptors.add(process.index, number, links.intern(link, target), target.inode ?? 0);
    descriptors.openedAt.set(slot, openedAt);
    if (target.inode !== null) passing.owned(target.inode);
    if (target.kind === "inotify") inotify.add(slot);
    descriptors.classId[slot] = UNRESOLVED;
    this.#changes.opened(slot, process);
    this.#placement.enter(slot, openedAt);
  }

  #close(slot: number, process: Process, leaving: Leaving): void {
    const { descriptors, insides, inotify, links, sockets, timeWaitOwners } = this.#tables;
    const inside = insides.take(process.index, descriptors.number[slot] as number);
    inside?.clear(this.#insideChanges(process, inside.of, leaving));
    inotify.delete(slot);
    this.#placement.leave(slot, leaving);
    this.#changes.closed(slot, process, leaving);
    const inode = descriptors.inode.get(slot);
    timeWaitOwners.closed(inode, process.service, this.#uptime);
    links.release(descriptors.link[slot] as number);
    descriptors.remove(slot);
    // A row that is still in a table may belong to a process that is not listed yet.
    if (inode > 0 && sockets.get(inode)?.gone !== false && !this.#isOpen(inode)) sockets.forget(inode);
  }

  #rename(process: Process, [number, link]: Opening): void {
    const { descriptors, links } = this.#tables;
    const slot = descriptors.find(process.index, number);
    if (slot === -1) return;
    this.#placement.leave(slot, "moved");
    links.release(descriptors.link[slot] as number);
    descriptors.link[slot] = links.intern(link, parseLink(link));
    this.#placement.enter(slot, this.#uptime);
  }

  /** A guess stays a guess for what has no inode of its own, and where no reading of the inode clock bounds it. */
  #dated(guess: number, inode: number | null, looked: number): number {
    if (inode === null) return guess;
    if (guess === Number.NEGATIVE_INFINITY) return this.#inheritedAt(inode);
    const [low, high] = this.clock.bounds(inode, looked, this.#uptime);
    return guess < low ? onGrid(low) : guess > high ? onGrid(high) : guess;
  }

  /** What a process got with its start is as old as in the process that it got it from. */
  #inheritedAt(inode: number): number {
    for (const slot of this.#tables.descriptors.sharing(inode)) {
      const openedAt = this.#tables.descriptors.openedAt.get(slot);
      if (openedAt !== Number.NEGATIVE_INFINITY) return openedAt;
    }
    return Number.NEGATIVE_INFINITY;
  }

  #insideChanges(process: Process, of: HeldFact["of"], leaving: Leaving, brought = false): InsideChanges {
    const traits = process.judged ? insideTraits(of) : null;
    if (traits === null) return UNJUDGED;
    const { id } = this.#tables.classes.intern(process.service, traits);
    return this.#changes.inside(id, leaving, brought);
  }

  #isOpen(inode: number): boolean {
    return this.#tables.descriptors.sharing(inode).next().done !== true;
  }
}
