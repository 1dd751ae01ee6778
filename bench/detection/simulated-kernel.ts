import type { Fact, Facts } from "../../src/model/facts.ts";
import type { Direction, SocketFact, Use } from "../../src/model/socket-facts.ts";
import type { Agenda } from "./agenda.ts";
import { clientEnd, factsAt, HOST, NETNS, processOf, rowOf } from "./simulated-facts.ts";
import { SimulatedProcess, type Descriptor, type Row } from "./simulated-process.ts";

/** Seconds since boot at which a simulation begins. */
export const BEGINS_AT = 1_000_000;
/** How long the kernel remembers a closed connection: TCP_TIMEWAIT_LEN. */
const TIME_WAIT_SECONDS = 60;
/** net.ipv4.ip_local_port_range */
const FIRST_PORT = 32_768;
const PORTS = 28_232;

interface Closed {
  readonly direction: Direction;
  readonly address: string;
  count: number;
  unseen: number;
}

/**
 * A host that exists only as facts: many processes, what they open and close between two looks, and what a look at
 * them tells. As in the live sources a look tells only what changed, and what came and went between two of them shows
 * in the feed of closings alone.
 */
export class SimulatedKernel {
  readonly #agenda: Agenda;
  readonly #processes = new Map<number, SimulatedProcess>();
  readonly #facts: Fact[] = [];
  readonly #newRows = new Set<Descriptor>();
  #gone: number[] = [];
  #used = new Map<number, Use>();
  #closed = new Map<string, Closed>();
  /** Closings that left a TIME_WAIT row here, by address and by tick. */
  readonly #timeWait = new Map<string, { at: number; count: number }[]>();
  readonly #saidTimeWait = new Map<string, number>();
  #nextPid = 1000;
  #nextInode = 10_000;
  #lastTickAt = BEGINS_AT;
  #looked = false;

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
    this.#facts.push(HOST);
  }

  /** Seconds since boot. */
  get now(): number {
    return BEGINS_AT + this.#agenda.now;
  }

  /** Seconds since the simulation began. */
  get second(): number {
    return this.#agenda.now;
  }

  start(service: string, limit: number): SimulatedProcess {
    const pid = this.#nextPid++;
    const startTicks = Math.floor(this.now * 100);
    const process = new SimulatedProcess(service, processOf(service, pid, limit, { startTicks }));
    this.#processes.set(pid, process);
    this.#facts.push(process.fact);
    return process;
  }

  /** It ends with everything that it has open. */
  end(process: SimulatedProcess): void {
    if (!process.alive) return;
    for (const { row, inode } of process.descriptors) {
      if (row === null) continue;
      this.#countClosing(row, inode);
    }
    for (const descriptor of process.descriptors) {
      descriptor.open = false;
      this.#newRows.delete(descriptor);
    }
    process.descriptors.clear();
    process.alive = false;
    const { pid, startTicks } = process.fact;
    this.#processes.delete(pid);
    this.#facts.push({ fact: "exit", pid, startTicks });
  }

  /** Anything without a socket, by the text of its link; null at the limit. */
  openLink(process: SimulatedProcess, link: string): Descriptor | null {
    return this.#add(process, link, 0, null);
  }

  /** A connection to a peer; null at the limit. A request of one segment each way has gone over it. */
  connect(
    process: SimulatedProcess,
    remote: string,
    state: SocketFact["state"] = "ESTABLISHED",
  ): Descriptor | null {
    const inode = this.#inode();
    const local = `10.0.0.1:${FIRST_PORT + (inode % PORTS)}`;
    return this.#socket(process, inode, { state, local, remote, direction: "outbound" });
  }

  listen(process: SimulatedProcess, local: string): Descriptor | null {
    return this.#socket(process, this.#inode(), {
      state: "LISTEN",
      local,
      remote: "0.0.0.0:0",
      direction: null,
    });
  }

  /** Somebody connected to a server of this host, which accepted. */
  accept(process: SimulatedProcess, local: string): Descriptor | null {
    const inode = this.#inode();
    const remote = clientEnd(inode, FIRST_PORT + (inode % PORTS));
    return this.#socket(process, inode, { state: "ESTABLISHED", local, remote, direction: "inbound" });
  }

  close(descriptor: Descriptor): void {
    if (!descriptor.open) return;
    descriptor.process.remove(descriptor);
    this.#newRows.delete(descriptor);
    if (descriptor.row !== null) this.#countClosing(descriptor.row, descriptor.inode);
  }

  /** Data went over the connection: `segments` of it since the last use. */
  use({ open, row, inode }: Descriptor, segments: number): void {
    if (!open || row === null) return;
    row.usedAt = this.now;
    row.segments += segments;
    if (row.told) this.#used.set(inode, [inode, this.now, row.segments]);
  }

  /** The connection goes into another state, as when the other side closes it. */
  change(descriptor: Descriptor, state: SocketFact["state"], receiveQueue = 0): void {
    const { open, row } = descriptor;
    if (!open || row === null) return;
    row.state = state;
    row.receiveQueue = receiveQueue;
    this.#newRows.add(descriptor);
  }

  /** A connection that was opened and closed by this host without a descriptor that anybody could have seen. */
  passBy(direction: Direction, address: string, count: number): void {
    const closed = this.#closedTo(direction, address);
    closed.count += count;
    closed.unseen += count;
    this.#leaveTimeWait(address, count);
  }

  /** What a look at this moment tells; `attentive` are the pids that deserve a close one. */
  look(attentive: ReadonlySet<number>): Facts {
    const facts: Fact[] = this.#facts.splice(0);
    for (const process of this.#processes.values()) {
      const open = process.pulse();
      const { pid } = process.fact;
      if (open !== null) facts.push({ fact: "pulse", pid, open });
      const listing = process.listing(this.now, this.#lastTickAt, attentive.has(pid));
      if (listing !== null) facts.push(listing);
    }
    this.#sayRows(facts);
    for (const { direction, address, count, unseen } of this.#closed.values()) {
      facts.push({ fact: "closings", netns: NETNS, protocol: "tcp", direction, address, count, unseen });
    }
    this.#closed.clear();
    const timeWait = this.#sayTimeWait(facts);
    facts.push({ fact: "inode-clock", inodes: [this.#nextInode++] });
    facts.push({ fact: "tables", netns: NETNS, timeWait, unaccepted: 0 });
    this.#lastTickAt = this.now;
    this.#looked = true;
    return factsAt(this.now, facts);
  }

  #sayRows(facts: Fact[]): void {
    for (const { row, inode } of this.#newRows) {
      if (row === null) continue;
      row.told = true;
      facts.push(rowFact(row, inode));
    }
    this.#newRows.clear();
    for (const inode of this.#gone) facts.push({ fact: "socket-gone", inode });
    this.#gone = [];
    if (this.#used.size > 0) facts.push({ fact: "use", netns: NETNS, sockets: [...this.#used.values()] });
    this.#used.clear();
  }

  #sayTimeWait(facts: Fact[]): number {
    let all = 0;
    for (const [address, batches] of this.#timeWait) {
      while (batches[0] !== undefined && batches[0].at <= this.now - TIME_WAIT_SECONDS) batches.shift();
      let count = 0;
      for (const batch of batches) count += batch.count;
      all += count;
      if (count === this.#saidTimeWait.get(address)) continue;
      this.#saidTimeWait.set(address, count);
      facts.push({ fact: "time-wait", netns: NETNS, address, direction: "outbound", count });
    }
    return all;
  }

  /** The side that closes first keeps a TIME_WAIT row: here the one that connected. */
  #leaveTimeWait(address: string, count: number): void {
    let batches = this.#timeWait.get(address);
    if (batches === undefined) this.#timeWait.set(address, (batches = []));
    const last = batches.at(-1);
    // To a second is enough, and keeps few.
    if (last !== undefined && this.now - last.at < 1) last.count += count;
    else batches.push({ at: this.now, count });
    // Before anybody looks nothing is said and nothing must pile up.
    if (!this.#looked && batches.length > TIME_WAIT_SECONDS) batches.shift();
  }

  #countClosing({ local, remote, direction, told }: Row, inode: number): void {
    if (told) {
      this.#gone.push(inode);
      this.#used.delete(inode);
    }
    if (direction === null) return;
    const closed = this.#closedTo(direction, direction === "outbound" ? remote : local);
    closed.count++;
    if (!told) closed.unseen++;
    if (direction === "outbound") this.#leaveTimeWait(remote, 1);
  }

  #closedTo(direction: Direction, address: string): Closed {
    let closed = this.#closed.get(address);
    if (closed === undefined)
      this.#closed.set(address, (closed = { direction, address, count: 0, unseen: 0 }));
    return closed;
  }

  #inode(): number {
    return this.#nextInode++;
  }

  #socket(
    process: SimulatedProcess,
    inode: number,
    ends: Pick<Row, "state" | "local" | "remote" | "direction">,
  ): Descriptor | null {
    const segments = ends.state === "LISTEN" ? 0 : 2;
    const row: Row = { ...ends, receiveQueue: 0, usedAt: this.now, segments, told: false };
    return this.#add(process, `socket:[${inode}]`, inode, row);
  }

  #add(process: SimulatedProcess, link: string, inode: number, row: Row | null): Descriptor | null {
    const number = process.alive ? process.takeNumber(this.now) : null;
    if (number === null) return null;
    const openedAt = this.now;
    const descriptor: Descriptor = { process, number, inode, link, openedAt, row, listed: false, open: true };
    process.add(descriptor);
    if (row !== null) this.#newRows.add(descriptor);
    return descriptor;
  }
}

function rowFact(row: Row, inode: number): SocketFact {
  const { state, local, remote, receiveQueue, usedAt, segments } = row;
  const use = state === "LISTEN" ? {} : { usedAt, segments };
  return rowOf(inode, { state, local, remote }, { receiveQueue, ...use });
}
