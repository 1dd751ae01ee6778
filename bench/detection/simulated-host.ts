import type { Fact, Facts, HeldFact, ProcessFact } from "../../src/model/facts.ts";
import type { SocketFact } from "../../src/model/socket-facts.ts";
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

/** A generator of numbers in [0, 1) that gives the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number drawn from a Poisson distribution (Knuth's method; for the small means of one tick). */
export function poisson(mean: number, random: () => number): number {
  const end = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > end; product *= random()) count++;
  return count;
}

/** Something that is open on the simulated host. */
export interface Opened {
  readonly number: number;
  readonly inode: number;
  readonly openedAt: number;
}

/** One process on a host that exists only as facts, one tick a second. */
export class SimulatedHost {
  second = 0;
  readonly #facts: Fact[] = [];
  #process: ProcessFact;
  readonly #numbers = new Set<number>();
  readonly #free: number[] = [];
  #nextInode = 1000;
  #first = true;

  readonly #mayList: boolean;

  /** `mayList` is false where descry runs as another user: then its count and the tables are all there is to see. */
  constructor(limit = 65_536, pid = 4711, mayList = true) {
    this.#mayList = mayList;
    this.#process = processOf("simulated", pid, limit);
    this.#facts.push(HOST, mayList ? this.#process : { ...this.#process, netns: null });
    if (!mayList) this.#facts.push({ fact: "gap", what: "descriptors", why: "denied", pid });
  }

  /** What the host says of its own open files. */
  files(openFiles: number, fileMax: number): void {
    this.#facts.push({ ...HOST, openFiles, fileMax });
  }

  /** Something else that the kernel says, of the host's one network namespace. */
  say(fact: Fact): void {
    this.#facts.push(fact);
  }

  /** So many watches, or the like, are held by the descriptor. */
  hold({ number }: Opened, of: HeldFact["of"], count: number): void {
    this.#facts.push({ fact: "held", pid: this.#process.pid, number, of, count });
  }

  /** Another process of the same user holds so many inotify instances since before anybody looked. */
  instancesElsewhere(count: number): void {
    const pid = 4000;
    this.#facts.push(
      { ...this.#process, pid, startTicks: 1, cgroup: "/system.slice/desktop.service" },
      {
        fact: "listing",
        pid,
        first: true,
        opened: Array.from({ length: count }, (_, number) => [number, "anon_inode:inotify"] as const),
        closed: [],
      },
      { fact: "pulse", pid, open: count },
    );
  }

  /** A connection of another process of the same user, which may not be listed either. */
  connectElsewhere(peer: string): void {
    this.#row(this.#nextInode++, peer, "ESTABLISHED", 0);
  }

  get open(): number {
    return this.#numbers.size;
  }

  /** A connection to a peer, in the given state; `segments`: with data so far, not told where left out. */
  connect(peer: string, state: SocketFact["state"] = "ESTABLISHED", segments?: number): Opened {
    const inode = this.#nextInode++;
    const opened = this.openLink(`socket:[${inode}]`, inode);
    this.#row(inode, peer, state, 0, undefined, segments);
    return opened;
  }

  /** Somebody connects to this host's server. */
  accept(local: string, segments?: number): Opened {
    const inode = this.#nextInode++;
    const opened = this.openLink(`socket:[${inode}]`, inode);
    this.#row(inode, clientEnd(inode), "ESTABLISHED", 0, local, segments);
    return opened;
  }

  /** The kernel says that data went over it last in this second (with its fraction), and how many segments in all. */
  use({ inode }: Opened, second: number, segments: number): void {
    this.#facts.push({ fact: "use", netns: NETNS, sockets: [[inode, STARTED_UPTIME + second, segments]] });
  }

  listen(local: string): Opened {
    const inode = this.#nextInode++;
    const opened = this.openLink(`socket:[${inode}]`, inode);
    this.#row(inode, "0.0.0.0:0", "LISTEN", 0, local);
    return opened;
  }

  openLink(link: string, inode = 0): Opened {
    const number = this.#free.pop() ?? this.#numbers.size;
    this.#numbers.add(number);
    if (this.#mayList) {
      this.#facts.push({
        fact: "listing",
        pid: this.#process.pid,
        first: this.#first,
        opened: [[number, link]],
        closed: [],
      });
    }
    return { number, inode, openedAt: this.second };
  }

  /** The connection goes into another state, as when the other side closes it. */
  change({ inode }: Opened, peer: string, state: SocketFact["state"]): void {
    this.#row(inode, peer, state, 1);
  }

  /** The process ends and another of the same service takes its place. */
  restart(): void {
    const { pid, startTicks } = this.#process;
    this.#process = { ...this.#process, pid: pid + 1, startTicks: (STARTED_UPTIME + this.second) * 100 };
    this.#facts.push({ fact: "exit", pid, startTicks }, this.#process);
    this.#numbers.clear();
    this.#free.length = 0;
  }

  /** The process goes into another cgroup, and so to another service. */
  move(cgroup: string): void {
    this.#process = { ...this.#process, cgroup };
    this.#facts.push(this.#mayList ? this.#process : { ...this.#process, netns: null });
  }

  close({ number, inode }: Opened): void {
    this.#numbers.delete(number);
    this.#free.push(number);
    if (this.#mayList)
      this.#facts.push({
        fact: "listing",
        pid: this.#process.pid,
        first: false,
        opened: [],
        closed: [number],
      });
    if (inode > 0) this.#facts.push({ fact: "socket-gone", inode });
  }

  #row(
    inode: number,
    remote: string,
    state: SocketFact["state"],
    receiveQueue: number,
    local = ownEnd(inode),
    segments?: number,
  ): void {
    const use = segments === undefined ? {} : { usedAt: STARTED_UPTIME + this.second, segments };
    this.#facts.push(rowOf(inode, { state, local, remote }, { receiveQueue, ...use }));
  }

  /** A second ends in which nobody looks: what happens in it is told with the next. */
  pass(): void {
    this.second++;
  }

  /** The facts of the second that ends now, and of those before it in which nobody looked. */
  tick(): Facts {
    this.second++;
    this.#first = false;
    const { pid } = this.#process;
    const facts: Fact[] = [
      ...this.#facts,
      { fact: "pulse", pid, open: this.#numbers.size },
      { fact: "tables", netns: NETNS, timeWait: 0, unaccepted: 0 },
    ];
    this.#facts.length = 0;
    return factsAt(STARTED_UPTIME + this.second, facts);
  }
}
