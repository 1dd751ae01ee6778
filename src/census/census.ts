import type { Facts, Fact, HostFact, ListingFact, Opening, ProcessFact, SocketFact } from "../model/facts.ts";
import type { Targets } from "../model/targets.ts";
import { AwaitedRows } from "./awaited-rows.ts";
import { birthDates } from "./birth-dates.ts";
import { ClassRegistry, plainTraits, subjectOf, type ClassTraits } from "./classes.ts";
import { DescriptorTable } from "./descriptors.ts";
import { parseLink } from "./link.ts";
import { LinkTable } from "./links.ts";
import { ProcessTable, type Process } from "./processes.ts";
import { socketTraits, SocketRows } from "./sockets.ts";

/** Class of a descriptor that is not judged: the user named other processes. */
export const NOT_JUDGED = -2;
/** Class of a socket that no table has shown yet: being connected, or in no table at all. */
export const UNRESOLVED = -1;

/** How a descriptor left its class: closed, gone with its process, or it changed state. */
export type Leaving = "closed" | "exited" | "moved";

/** What is told of each change, slot by slot of the descriptor table, while the slot still holds its old values. */
export interface CensusChanges {
  opened(slot: number, process: Process): void;
  closed(slot: number, process: Process, leaving: Leaving): void;
  /** `enteredAt` says when: negative infinity when nobody saw it open. */
  entered(slot: number): void;
  left(slot: number, leaving: Leaving): void;
  exited(process: Process): void;
}

/**
 * What is open on the host at this instant: descriptors joined by inode to socket rows, by process to a service.
 * Facts are deltas, so it is carried from tick to tick; nothing in it depends on more than the facts.
 */
export class Census {
  readonly descriptors = new DescriptorTable();
  readonly links = new LinkTable();
  readonly sockets = new SocketRows();
  readonly classes = new ClassRegistry();
  readonly processes: ProcessTable;
  /** TIME_WAIT rows by namespace, direction and address. */
  readonly timeWait = new Map<
    string,
    { readonly address: string; readonly direction: string; readonly count: number }
  >();
  /** Namespaces whose tables were read. */
  readonly namespaces = new Set<number>();
  host: HostFact | null = null;
  readonly #changes: CensusChanges;
  readonly #awaited = new AwaitedRows();
  #uptime = 0;
  #lastUptime = 0;

  constructor(targets: Targets, changes: CensusChanges) {
    this.processes = new ProcessTable(targets);
    this.#changes = changes;
  }

  apply(facts: Facts): void {
    this.#lastUptime = this.#uptime === 0 ? facts.uptime : this.#uptime;
    this.#uptime = facts.uptime;
    for (const fact of facts.facts) this.#take(fact);
    if (this.#lastUptime === facts.uptime)
      for (const late of this.processes.lateTargets()) this.#become(late, late.fact);
    if (!this.#awaited.none) this.#settle();
  }

  /** Gives up what is known of namespaces in which no process is left. */
  forgetNamespaces(): void {
    const lived = new Set<number | null>();
    for (const { fact } of this.processes.all()) lived.add(fact.netns);
    for (const netns of this.namespaces) {
      if (lived.has(netns)) continue;
      this.namespaces.delete(netns);
      this.#awaited.forgetNamespace(netns);
    }
  }

  #take(fact: Fact): void {
    switch (fact.fact) {
      case "host":
        this.host = fact;
        return;
      case "process":
        return this.#process(fact);
      case "exit":
        return this.#exit(fact.pid, fact.startTicks);
      case "pulse": {
        const process = this.processes.byPid(fact.pid);
        if (process !== undefined) process.open = fact.open;
        return;
      }
      case "listing":
        return this.#listing(fact);
      case "socket":
        return this.#socket(fact);
      case "socket-gone":
        return this.#socketGone(fact.inode);
      case "tables":
        this.namespaces.add(fact.netns);
        this.#awaited.noteReading(fact.netns);
        return;
      case "time-wait": {
        const key = `${fact.netns} ${fact.direction} ${fact.address}`;
        if (fact.count === 0) this.timeWait.delete(key);
        else this.timeWait.set(key, fact);
        return;
      }
      case "gap": {
        const process = fact.pid === null ? undefined : this.processes.byPid(fact.pid);
        if (process !== undefined && fact.what === "descriptors" && fact.why === "denied")
          process.denied = true;
      }
    }
  }

  #process(fact: ProcessFact): void {
    const known = this.processes.byPid(fact.pid);
    if (known === undefined) {
      this.processes.add(fact);
      return;
    }
    if (known.fact.startTicks !== fact.startTicks) {
      this.#exit(fact.pid, known.fact.startTicks);
      this.processes.add(fact);
    } else if (this.processes.wouldChange(known, fact)) this.#become(known, fact);
    else known.fact = fact;
  }

  /** The process took another program, or is judged from now on: it is met anew, with all that it has open. */
  #become(known: Process, fact: ProcessFact): void {
    const openings = [...this.descriptors.ofProcess(known.index)].map((slot): Opening => {
      const link = this.links.text(
        this.descriptors.link[slot] as number,
        this.descriptors.inode[slot] as number,
      );
      return [this.descriptors.number[slot] as number, link];
    });
    const { open, listed, denied, judged } = known;
    this.#exit(known.fact.pid, known.fact.startTicks);
    const process = this.processes.add(fact, judged);
    Object.assign(process, { open, listed, denied });
    for (const opening of openings) this.#open(process, opening, Number.NEGATIVE_INFINITY);
  }

  #exit(pid: number, startTicks: number): void {
    const process = this.processes.byPid(pid);
    if (process === undefined || process.fact.startTicks !== startTicks) return;
    for (const slot of [...this.descriptors.ofProcess(process.index)]) this.#close(slot, process, "exited");
    this.processes.remove(process);
    this.#changes.exited(process);
  }

  #listing({ pid, first, since, opened, closed, renamed }: ListingFact): void {
    const process = this.processes.byPid(pid);
    if (process === undefined) return;
    process.listed = true;
    process.denied = false;
    for (const number of closed) {
      const slot = this.descriptors.find(process.index, number);
      if (slot !== -1) this.#close(slot, process, "closed");
    }
    const dates = first
      ? null
      : birthDates(Math.min(since ?? this.#lastUptime, this.#uptime), this.#uptime, opened.length);
    opened.forEach((opening, at) => this.#open(process, opening, dates?.[at] ?? Number.NEGATIVE_INFINITY));
    for (const opening of renamed ?? []) this.#rename(process, opening);
  }

  #open(process: Process, [number, link]: Opening, openedAt: number): void {
    const stale = this.descriptors.find(process.index, number);
    if (stale !== -1) this.#close(stale, process, "closed");
    const target = parseLink(link);
    const slot = this.descriptors.add(
      process.index,
      number,
      this.links.intern(link, target),
      target.inode ?? 0,
    );
    this.descriptors.openedAt[slot] = openedAt;
    this.descriptors.classId[slot] = UNRESOLVED;
    this.#changes.opened(slot, process);
    this.#enter(slot, false);
  }

  #close(slot: number, process: Process, leaving: Leaving): void {
    this.#leave(slot, leaving);
    this.#changes.closed(slot, process, leaving);
    const inode = this.descriptors.inode[slot] as number;
    this.links.release(this.descriptors.link[slot] as number);
    this.descriptors.remove(slot);
    if (inode > 0 && this.sockets.get(inode)?.gone === true && !this.#isOpen(inode))
      this.sockets.forget(inode);
  }

  #rename(process: Process, [number, link]: Opening): void {
    const slot = this.descriptors.find(process.index, number);
    if (slot === -1) return;
    this.#leave(slot, "moved");
    this.links.release(this.descriptors.link[slot] as number);
    this.descriptors.link[slot] = this.links.intern(link, parseLink(link));
    this.#enter(slot, true);
  }

  /** Puts a descriptor into the class that it belongs to now; a socket without a row waits for the tables. */
  #enter(slot: number, moved: boolean): void {
    const process = this.#processOf(slot);
    if (!process.judged) {
      this.descriptors.classId[slot] = NOT_JUDGED;
      return;
    }
    const traits = this.#traits(slot);
    if (traits === null) {
      this.descriptors.classId[slot] = UNRESOLVED;
      this.#awaited.await(slot, process.fact.netns);
      return;
    }
    this.#assign(slot, traits, moved);
  }

  #leave(slot: number, leaving: Leaving): void {
    this.#awaited.stop(slot);
    if ((this.descriptors.classId[slot] as number) >= 0) this.#changes.left(slot, leaving);
  }

  #traits(slot: number): ClassTraits | null {
    const target = this.links.target(this.descriptors.link[slot] as number);
    if (target.kind !== "socket-other") return plainTraits(target);
    const socket = this.sockets.get(this.descriptors.inode[slot] as number);
    return socket === undefined || socket.gone ? null : socketTraits(socket);
  }

  #socket(fact: SocketFact): void {
    const socket = this.sockets.set(fact);
    const traits = socketTraits(socket);
    for (const slot of this.descriptors.sharing(fact.inode)) {
      const classId = this.descriptors.classId[slot] as number;
      if (classId === NOT_JUDGED) continue;
      this.#awaited.stop(slot);
      if (classId === this.classes.intern(this.#processOf(slot).service, traits).id) continue;
      this.#leave(slot, "moved");
      this.#enter(slot, classId >= 0);
    }
  }

  #socketGone(inode: number): void {
    this.sockets.markGone(inode);
    let open = false;
    for (const slot of this.descriptors.sharing(inode)) {
      open = true;
      if (this.descriptors.classId[slot] !== NOT_JUDGED)
        this.#awaited.await(slot, this.#processOf(slot).fact.netns);
    }
    if (!open) this.sockets.forget(inode);
  }

  #isOpen(inode: number): boolean {
    return this.descriptors.sharing(inode).next().done !== true;
  }

  /** Sockets that stayed out of every table while those were read again are in no table. */
  #settle(): void {
    for (const slot of this.#awaited.inNoTable((waiting) => this.#processOf(waiting).fact.netns)) {
      const wasIn = (this.descriptors.classId[slot] as number) >= 0;
      this.#leave(slot, "moved");
      const last = this.sockets.get(this.descriptors.inode[slot] as number);
      const traits: ClassTraits =
        last === undefined
          ? { group: "no-row", subject: subjectOf("socket-other") }
          : socketTraits({ ...last, gone: true });
      this.#assign(slot, traits, wasIn);
    }
  }

  #processOf(slot: number): Process {
    return this.processes.byIndex(this.descriptors.process[slot] as number);
  }

  /** `moved`: it came from another class just now; else it counts from when it was opened. */
  #assign(slot: number, traits: ClassTraits, moved: boolean): void {
    this.descriptors.classId[slot] = this.classes.intern(this.#processOf(slot).service, traits).id;
    this.descriptors.enteredAt[slot] = moved ? this.#uptime : (this.descriptors.openedAt[slot] as number);
    this.#changes.entered(slot);
  }
}
