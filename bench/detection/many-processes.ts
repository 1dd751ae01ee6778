import { Analysis } from "../../src/agent/analysis.ts";
import { type Knowledge, NOTHING_KNOWN } from "../../src/model/declared.ts";
import type { Fact, Facts, ProcessFact } from "../../src/model/facts.ts";
import type { Direction, SocketFact } from "../../src/model/socket-facts.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import {
  clientEnd,
  factsAt,
  HOST,
  NETNS,
  ownEnd,
  processOf,
  rowOf,
  STARTED_UPTIME,
} from "./simulated-facts.ts";
import { randomFrom, type Opened } from "./simulated-host.ts";
import type { Told } from "./simulation.ts";

const LIMIT = 4096;

/** How a worker differs from its siblings. */
export interface WorkerTraits {
  readonly limit?: number;
  readonly cgroup?: string;
  readonly startedBefore?: number;
  readonly command?: string;
  readonly parent?: number;
}

/** One process of the host. What it has open goes with it when it ends. */
export class Worker {
  readonly pid: number;
  readonly startedAt: number;
  readonly #host: ProcessesHost;
  readonly #open = new Map<number, Opened>();
  readonly #free: number[] = [];
  #fact: ProcessFact;

  constructor(host: ProcessesHost, pid: number, traits: WorkerTraits) {
    const {
      limit = LIMIT,
      cgroup = "/system.slice/web.service",
      startedBefore = 0,
      command = "/usr/bin/worker",
      parent = 1,
    } = traits;
    this.#host = host;
    this.pid = pid;
    this.startedAt = host.second;
    const startTicks = Math.round((STARTED_UPTIME + host.second - startedBefore) * 100);
    this.#fact = processOf("worker", pid, limit, {
      ...{ startTicks, parent, cgroup },
      command: [command],
    });
    host.say(this.#fact, { fact: "listing", pid, first: true, opened: [], closed: [] });
  }

  get open(): number {
    return this.#open.size;
  }

  connect(peer: string): Opened {
    const inode = this.#host.inode();
    return this.#openSocket(inode, { state: "ESTABLISHED", local: ownEnd(inode), remote: peer });
  }

  accept(local: string): Opened {
    const inode = this.#host.inode();
    return this.#openSocket(inode, { state: "ESTABLISHED", local, remote: clientEnd(inode) });
  }

  listen(local: string): Opened {
    const inode = this.#host.inode();
    return this.#openSocket(inode, { state: "LISTEN", local, remote: "0.0.0.0:0" });
  }

  openFile(path: string): Opened {
    return this.#openLink(path, 0);
  }

  close({ number, inode }: Opened): void {
    if (!this.#open.delete(number)) return;
    this.#free.push(number);
    this.#host.say({ fact: "listing", pid: this.pid, first: false, opened: [], closed: [number] });
    if (inode > 0) this.#host.say({ fact: "socket-gone", inode });
  }

  /** It goes into another cgroup, and so to another service. */
  move(cgroup: string): void {
    this.#fact = { ...this.#fact, cgroup };
    this.#host.say(this.#fact);
  }

  /** Its end, as `host.end` asks for it. */
  end(): void {
    this.#host.say({ fact: "exit", pid: this.pid, startTicks: this.#fact.startTicks });
    for (const { inode } of this.#open.values())
      if (inode > 0) this.#host.say({ fact: "socket-gone", inode });
    this.#open.clear();
  }

  #openSocket(inode: number, ends: Pick<SocketFact, "state" | "local" | "remote">): Opened {
    const opened = this.#openLink(`socket:[${inode}]`, inode);
    this.#host.say(rowOf(inode, ends));
    return opened;
  }

  #openLink(link: string, inode: number): Opened {
    const number = this.#free.pop() ?? this.#open.size;
    const opened = { number, inode, openedAt: this.#host.second };
    this.#open.set(number, opened);
    this.#host.say({ fact: "listing", pid: this.pid, first: false, opened: [[number, link]], closed: [] });
    return opened;
  }
}

/** A host of many processes that exists only as facts, one tick a second. */
export class ProcessesHost {
  second = 0;
  readonly workers: Worker[] = [];
  readonly #facts: Fact[] = [HOST];
  #nextInode = 1000;
  #nextPid = 4000;

  inode(): number {
    return this.#nextInode++;
  }

  say(...facts: readonly Fact[]): void {
    this.#facts.push(...facts);
  }

  start(traits: WorkerTraits = {}): Worker {
    const started = new Worker(this, this.#nextPid++, traits);
    this.workers.push(started);
    return started;
  }

  end(worker: Worker): void {
    worker.end();
    this.workers.splice(this.workers.indexOf(worker), 1);
  }

  /** Connections that came and went between two looks. */
  passed(direction: Direction, address: string, count: number): void {
    this.say({ fact: "closings", netns: NETNS, protocol: "tcp", direction, address, count, unseen: count });
  }

  tick(): Facts {
    this.second++;
    for (const { pid, open } of this.workers) this.say({ fact: "pulse", pid, open });
    this.say({ fact: "tables", netns: NETNS, timeWait: 0, unaccepted: 0 });
    return factsAt(STARTED_UPTIME + this.second, this.#facts.splice(0));
  }
}

/** What the programs of a simulated host do in each second. */
export type Programs = (host: ProcessesHost, random: () => number) => void;

/** Runs programs for so many simulated seconds; what was told of them, and when, and what is known in the end. */
export function runProcesses(
  programs: Programs,
  seconds: number,
  seed = 1,
  known: Knowledge = NOTHING_KNOWN,
): { readonly told: Told[]; readonly analysis: Analysis } {
  const random = randomFrom(seed);
  const host = new ProcessesHost();
  const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true }, known);
  const told: Told[] = [];
  while (host.second < seconds) {
    programs(host, random);
    for (const event of analysis.take(host.tick())) told.push({ second: host.second, event });
  }
  return { told, analysis };
}
