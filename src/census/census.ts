import type {
  ExitFact,
  Facts,
  Fact,
  HeldFact,
  HostFact,
  ListingFact,
  Opening,
  ProcessFact,
  SocketFact,
} from "../model/facts.ts";
import type { Targets } from "../model/targets.ts";
import { birthDates, onGrid } from "./birth-dates.ts";
import type { CensusChanges, Leaving } from "./changes.ts";
import { ClassRegistry } from "./classes.ts";
import { DescriptorTable } from "./descriptors.ts";
import { parseLink } from "./link.ts";
import { LinkTable } from "./links.ts";
import { ProcessTable, type Process } from "./processes.ts";
import { InodeClock } from "./inode-clock.ts";
import type { InsideChanges } from "./inside.ts";
import { Insides, insideTraits, UNJUDGED } from "./insides.ts";
import { Passing } from "./passing.ts";
import { Placement, UNRESOLVED } from "./placement.ts";
import { SocketRows } from "./sockets.ts";
import { TcpCoverage } from "./tcp-coverage.ts";

/** A process with 20,000 descriptors takes 50 ms to forget. */
const CLOSED_AT_ONCE = 1000;

function toTheEnd(steps: Generator<void>): void {
  while (steps.next().done !== true);
}

/**
 * What is open on the host at this instant: descriptors joined by inode to socket rows, by process to a service.
 * Facts are deltas, so it is carried from tick to tick; nothing in it depends on more than the facts.
 */
export class Census {
  readonly descriptors = new DescriptorTable();
  readonly links = new LinkTable();
  readonly sockets = new SocketRows();
  readonly insides = new Insides();
  /** Slots of inotify descriptors: their limit is one that the processes of a user share. */
  readonly inotify = new Set<number>();
  readonly classes = new ClassRegistry();
  readonly processes: ProcessTable;
  /** TIME_WAIT rows by namespace, direction and address. */
  readonly timeWait = new Map<
    string,
    { readonly address: string; readonly direction: string; readonly count: number }
  >();
  /** Namespaces whose tables were read, and when that was last, in seconds since boot. */
  readonly namespaces = new Map<number, number>();
  host: HostFact | null = null;
  /** TCP connections of the host: counted by the kernel, and seen. */
  readonly tcp = new TcpCoverage();
  readonly #changes: CensusChanges;
  readonly #placement: Placement;
  readonly #clock = new InodeClock();
  readonly #passing: Passing;
  #uptime = 0;
  #lastUptime = 0;

  /** Connections closed unseen, of which it is not known whose they were. */
  get passedUnattributed(): number {
    return this.#passing.unattributed;
  }

  constructor(targets: Targets, changes: CensusChanges) {
    this.processes = new ProcessTable(targets);
    this.#changes = changes;
    this.#placement = new Placement(this, changes);
    this.#passing = new Passing(this, changes);
  }

  /** Takes a tick's facts one by one, between `begin` and `finish`. */
  begin(facts: Facts): void {
    this.#lastUptime = this.#uptime === 0 ? facts.uptime : this.#uptime;
    this.#uptime = facts.uptime;
    this.#placement.uptime = facts.uptime;
    this.#passing.uptime = facts.uptime;
  }

  finish(): void {
    if (this.#lastUptime === this.#uptime)
      for (const late of this.processes.lateTargets()) this.#become(late, late.fact);
    this.#placement.settle();
  }

  /** Gives up what is known of namespaces in which no process is left. */
  forgetNamespaces(): void {
    const lived = new Set<number | null>();
    for (const { fact } of this.processes.all()) lived.add(fact.netns);
    for (const netns of this.namespaces.keys()) {
      if (lived.has(netns)) continue;
      this.namespaces.delete(netns);
      this.#placement.forgetNamespace(netns);
      this.tcp.forget(netns);
    }
  }

  take(fact: Fact): void {
    if (fact.fact === "exit") toTheEnd(this.exiting(fact));
    else this.#take(fact);
  }

  /** Takes the end of a process, with a pause after each thousand of its descriptors. */
  *exiting({ pid, startTicks }: ExitFact): Generator<void> {
    const process = this.processes.byPid(pid);
    if (process === undefined || process.fact.startTicks !== startTicks) return;
    let closed = 0;
    for (const slot of [...this.descriptors.ofProcess(process.index)]) {
      this.#close(slot, process, "exited");
      if (++closed % CLOSED_AT_ONCE === 0) yield;
    }
    this.processes.remove(process);
    this.#changes.exited(process);
  }

  #take(fact: Exclude<Fact, ExitFact>): void {
    switch (fact.fact) {
      case "host":
        this.host = fact;
        return;
      case "process":
        return this.#process(fact);
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
      case "use":
        for (const use of fact.sockets) this.#placement.use(use);
        return;
      case "socket-protocol":
        return this.#placement.nameProtocol(fact.inode, fact.name);
      case "held":
        return this.#held(fact);
      case "closings":
        if (fact.protocol === "tcp") this.tcp.seeClosed(fact.unseen);
        return this.#passing.closings(fact);
      case "resting":
        return this.#passing.resting(fact);
      case "inode-clock":
        return this.#clock.note(this.#uptime, fact.inodes);
      case "counters":
        return this.tcp.count(fact);
      case "tables":
        this.namespaces.set(fact.netns, this.#uptime);
        this.#placement.noteReading(fact.netns);
        this.#changes.readTables(fact.netns);
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
      const link = this.links.text(this.descriptors.link[slot] as number, this.descriptors.inode.get(slot));
      return [this.descriptors.number[slot] as number, link];
    });
    const { open, listed, denied, judged } = known;
    this.#exit(known.fact.pid, known.fact.startTicks);
    const process = this.processes.add(fact, judged);
    Object.assign(process, { open, listed, denied });
    for (const opening of openings) this.#open(process, opening, Number.NEGATIVE_INFINITY, this.#uptime);
  }

  #exit(pid: number, startTicks: number): void {
    toTheEnd(this.exiting({ fact: "exit", pid, startTicks }));
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
    const looked = Math.min(since ?? this.#lastUptime, this.#uptime);
    const dates = first ? null : birthDates(looked, this.#uptime, opened.length);
    opened.forEach((opening, at) =>
      this.#open(process, opening, dates?.[at] ?? Number.NEGATIVE_INFINITY, looked),
    );
    for (const opening of renamed ?? []) this.#rename(process, opening);
  }

  /** `date` is when it was opened at a guess, after `looked`; the inode of a socket or pipe may tell it better. */
  #open(process: Process, [number, link]: Opening, date: number, looked: number): void {
    const stale = this.descriptors.find(process.index, number);
    if (stale !== -1) this.#close(stale, process, "closed");
    const target = parseLink(link);
    const openedAt = this.#dated(date, target.inode, looked);
    const slot = this.descriptors.add(
      process.index,
      number,
      this.links.intern(link, target),
      target.inode ?? 0,
    );
    this.descriptors.openedAt.set(slot, openedAt);
    if (target.inode !== null) this.#passing.owned(target.inode);
    if (target.kind === "inotify") this.inotify.add(slot);
    this.descriptors.classId[slot] = UNRESOLVED;
    this.#changes.opened(slot, process);
    this.#placement.enter(slot, openedAt);
  }

  /** What a process got with its start is as old as in the process that it got it from. */
  #inheritedAt(inode: number): number {
    for (const slot of this.descriptors.sharing(inode)) {
      const openedAt = this.descriptors.openedAt.get(slot);
      if (openedAt !== Number.NEGATIVE_INFINITY) return openedAt;
    }
    return Number.NEGATIVE_INFINITY;
  }

  /** A guess stays a guess for what has no inode of its own, and where no reading of the inode clock bounds it. */
  #dated(guess: number, inode: number | null, looked: number): number {
    if (inode === null) return guess;
    if (guess === Number.NEGATIVE_INFINITY) return this.#inheritedAt(inode);
    const [low, high] = this.#clock.bounds(inode, looked, this.#uptime);
    return guess < low ? onGrid(low) : guess > high ? onGrid(high) : guess;
  }

  #close(slot: number, process: Process, leaving: Leaving): void {
    const inside = this.insides.take(process.index, this.descriptors.number[slot] as number);
    inside?.clear(this.#insideChanges(process, inside.of, leaving));
    this.inotify.delete(slot);
    this.#placement.leave(slot, leaving);
    this.#changes.closed(slot, process, leaving);
    const inode = this.descriptors.inode.get(slot);
    this.links.release(this.descriptors.link[slot] as number);
    this.descriptors.remove(slot);
    // A row that is still in a table may belong to a process that is not listed yet.
    if (inode > 0 && this.sockets.get(inode)?.gone !== false && !this.#isOpen(inode))
      this.sockets.forget(inode);
  }

  #rename(process: Process, [number, link]: Opening): void {
    const slot = this.descriptors.find(process.index, number);
    if (slot === -1) return;
    this.#placement.leave(slot, "moved");
    this.links.release(this.descriptors.link[slot] as number);
    this.descriptors.link[slot] = this.links.intern(link, parseLink(link));
    this.#placement.enter(slot, this.#uptime);
  }

  #socket(fact: SocketFact): void {
    const { inode, protocol, usedAt, segments } = fact;
    const known = this.sockets.get(inode) !== undefined;
    if (protocol === "tcp" && !known) this.tcp.see(fact);
    const row = this.sockets.set(fact, this.#uptime);
    if (!known && protocol === "tcp" && row.direction === "outbound" && !this.#isOpen(inode))
      this.#passing.await(inode);
    this.#placement.reclass(row, null);
    if (known && usedAt !== undefined && segments !== undefined)
      this.#placement.use([inode, usedAt, segments]);
  }

  #held(fact: HeldFact): void {
    const process = this.processes.byPid(fact.pid);
    const slot = process === undefined ? -1 : this.descriptors.find(process.index, fact.number);
    if (process === undefined || slot === -1) return;
    const old = this.descriptors.openedAt.get(slot) === Number.NEGATIVE_INFINITY;
    const changes = this.#insideChanges(process, fact.of, "closed");
    this.insides.set(process.index, fact, this.#uptime, old, changes);
  }

  #insideChanges(process: Process, of: HeldFact["of"], leaving: Leaving): InsideChanges {
    const traits = process.judged ? insideTraits(of) : null;
    if (traits === null) return UNJUDGED;
    return this.#changes.inside(this.classes.intern(process.service, traits).id, leaving);
  }

  /** A socket that left with no descriptor ever seen was opened and closed while its process was not listed. */
  #socketGone(inode: number): void {
    this.#passing.gone(inode);
    this.#placement.gone(inode);
  }

  #isOpen(inode: number): boolean {
    return this.descriptors.sharing(inode).next().done !== true;
  }
}
