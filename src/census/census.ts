import type { ClosingsFact } from "../model/closings.ts";
import type { ExitFact, Facts, Fact, HostFact, ProcessFact } from "../model/facts.ts";
import type { SocketFact, TimeWaitFact } from "../model/socket-facts.ts";
import type { Targets } from "../model/targets.ts";
import type { CensusChanges } from "./changes.ts";
import { ClassRegistry } from "./classes.ts";
import { DescriptorTable } from "./descriptors.ts";
import { LinkTable } from "./links.ts";
import { ProcessTable, type Process } from "./processes.ts";
import { Insides } from "./insides.ts";
import { OpenDescriptors } from "./open-descriptors.ts";
import { Passing } from "./passing.ts";
import { Placement } from "./placement.ts";
import { LocalPorts } from "./ports.ts";
import { SocketRows } from "./sockets.ts";
import { TcpCoverage } from "./tcp-coverage.ts";
import { leadKey, TimeWaitOwners } from "./time-wait.ts";

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
  readonly timeWait = new Map<string, TimeWaitFact>();
  /** Whose connections those were. */
  readonly timeWaitOwners = new TimeWaitOwners(this);
  readonly ports = new LocalPorts();
  /** Namespaces whose tables were read, and when that was last, in seconds since boot. */
  readonly namespaces = new Map<number, number>();
  host: HostFact | null = null;
  /** TCP connections of the host: counted by the kernel, and seen. */
  readonly tcp = new TcpCoverage();
  readonly #changes: CensusChanges;
  readonly #placement: Placement;
  readonly #open: OpenDescriptors;
  /** Connections of which nobody saw who held them. */
  readonly passing: Passing;
  #uptime = 0;

  /** Connections closed unseen, of which it is not known whose they were. */
  get passedUnattributed(): number {
    return this.passing.unattributed;
  }

  constructor(targets: Targets, changes: CensusChanges) {
    this.processes = new ProcessTable(targets);
    this.#changes = changes;
    this.#placement = new Placement(this, changes);
    this.passing = new Passing(this, changes);
    this.#open = new OpenDescriptors(this, this.#placement, changes);
  }

  /** Takes a tick's facts one by one, between `begin` and `finish`. */
  begin(facts: Facts): void {
    this.#uptime = facts.uptime;
    this.#placement.uptime = facts.uptime;
    this.#open.begin(facts.uptime);
    this.passing.uptime = facts.uptime;
  }

  finish(): void {
    if (this.#open.isFirstTick)
      for (const late of this.processes.lateTargets()) this.#become(late, late.fact);
    this.#placement.settle();
  }

  /** Gives up what is known of namespaces in which no process is left. */
  forgetNamespaces(): void {
    const lived = new Set<number | null>();
    for (const { fact } of this.processes.all()) lived.add(fact.netns);
    this.timeWaitOwners.forget(this.#uptime);
    for (const netns of this.namespaces.keys()) {
      if (lived.has(netns)) continue;
      this.namespaces.delete(netns);
      this.#placement.forgetNamespace(netns);
      this.ports.forget(netns);
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
    yield* this.#open.closeAll(process);
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
      case "listing": {
        const process = this.processes.byPid(fact.pid);
        if (process !== undefined) this.#open.list(process, fact);
        return;
      }
      case "socket":
        return this.#socket(fact);
      case "socket-gone":
        return this.#socketGone(fact.inode);
      case "use":
        for (const use of fact.sockets) this.#placement.use(use);
        return;
      case "socket-protocol":
        return this.#placement.nameProtocol(fact.inode, fact.name);
      case "held": {
        const process = this.processes.byPid(fact.pid);
        if (process !== undefined) this.#open.hold(process, fact);
        return;
      }
      case "closings":
        this.#arrive(fact);
        if (fact.protocol === "tcp") this.tcp.seeClosed(fact.unseen);
        return this.passing.closings(fact);
      case "resting":
        return this.passing.resting(fact);
      case "inode-clock":
        return this.#open.clock.note(this.#uptime, fact.inodes);
      case "counters":
        return this.tcp.count(fact);
      case "tables":
        this.namespaces.set(fact.netns, this.#uptime);
        this.#placement.noteReading(fact.netns);
        this.#changes.readTables(fact.netns);
        return;
      case "time-wait": {
        const key = leadKey(fact);
        if (fact.count === 0) this.timeWait.delete(key);
        else this.timeWait.set(key, fact);
        return;
      }
      case "network":
        return this.ports.set(fact);
      case "ports":
        return this.ports.take(fact, this.#uptime);
      case "closed-first":
        return this.timeWaitOwners.closedFirst(fact.inodes, this.#uptime);
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

  /** The process took another program or name, or is judged from now on. It is the same one, with all that it has open. */
  #become(known: Process, fact: ProcessFact): void {
    this.#open.carry(known, () => this.processes.change(known, fact));
  }

  #exit(pid: number, startTicks: number): void {
    toTheEnd(this.exiting({ fact: "exit", pid, startTicks }));
  }

  #socket(fact: SocketFact): void {
    const { inode, protocol, usedAt, segments, exchanges } = fact;
    const known = this.sockets.get(inode) !== undefined;
    if (protocol === "tcp" && !known) this.tcp.see(fact);
    const row = this.sockets.set(fact, this.#uptime);
    if (!known) this.passing.met(row);
    this.#placement.reclass(row, null);
    if (!known || usedAt === undefined || segments === undefined) return;
    this.#placement.use(
      exchanges === undefined ? [inode, usedAt, segments] : [inode, usedAt, segments, exchanges],
    );
  }

  /** Who listens there accepted them; systemd may hold the same socket, for whom it starts. */
  #arrive({ netns, protocol, direction, address, unseen }: ClosingsFact): void {
    if (protocol !== "tcp" || direction !== "inbound" || unseen === 0) return;
    const listener = this.sockets.listenerFor(netns, address);
    if (listener === null) return;
    let found: Process | null = null;
    for (const slot of this.descriptors.sharing(listener)) {
      const process = this.processes.byIndex(this.descriptors.process[slot] as number);
      if (process.judged && (found === null || found.fact.pid === 1)) found = process;
    }
    if (found !== null) this.#changes.arrived(found.service, unseen);
  }

  /** A socket that left with no descriptor ever seen was opened and closed while its process was not listed. */
  #socketGone(inode: number): void {
    this.passing.gone(inode);
    this.#placement.gone(inode);
  }
}
