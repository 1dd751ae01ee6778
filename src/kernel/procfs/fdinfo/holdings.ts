import type { Attention, Fact } from "../../../model/facts.ts";
import { Allowance } from "../allowance.ts";
import { socketInode } from "../link.ts";
import type { WatchedProcess } from "../process.ts";
import { type Holder, newHolder } from "./holders.ts";
import type { Answer, Question, ReadHeld } from "./reader.ts";

/** A text is read again after so many seconds, and not before what it cost times the rest ... */
const SECONDS = 10;
const REST = 100;
/** ... sooner while its process is under suspicion or its count moves. */
const ATTENTIVE_SECONDS = 2;
const ATTENTIVE_REST = 25;
/** All texts together may take this share of a core; the first look may take more. */
const SHARE = 0.01;
const FIRST_LOOK_SECONDS = 0.1;
/** Texts of unix sockets that are read for one process in one tick. */
const MOST_SOCKETS = 64;
/** Texts that are read in one piece of work. */
const AT_ONCE = 64;

interface Due extends Question {
  readonly process: WatchedProcess;
  readonly number: number;
  readonly holder: Holder;
}

/**
 * What descriptors hold that has no descriptor of its own: watches, targets of epoll, fixed files of io_uring,
 * descriptors under way through a unix socket. Asked of every descriptor that is an inotify, an eventpoll or a ring;
 * of unix sockets only where bytes wait and the process was listed in this tick.
 */
export class Holdings {
  private readonly allowance = new Allowance(SHARE);
  private readonly readHeld: ReadHeld;
  /** Inodes of unix sockets in which bytes wait, or may: descriptors come with bytes. */
  private readonly waiting = new Set<number>();
  private lastAt: number | null = null;

  constructor(readHeld: ReadHeld) {
    this.readHeld = readHeld;
  }

  /** Facts of this tick are what it starts from: after the listings and the socket tables. */
  async read(
    facts: Fact[],
    processes: Iterable<WatchedProcess>,
    attention: Attention,
    uptime: number,
  ): Promise<void> {
    for (const fact of facts) this.noteSocket(fact);
    if (this.lastAt === null) this.allowance.spend(-FIRST_LOOK_SECONDS);
    else this.allowance.earn(uptime - this.lastAt);
    this.lastAt = uptime;
    if (!this.allowance.left()) return;
    const due: Due[] = [];
    for (const process of processes) {
      this.putHolders(due, process, attention, uptime);
      if (this.waiting.size > 0 && process.listedAt === uptime) this.putSockets(due, process);
    }
    due.sort((one, other) => one.holder.readAt - other.holder.readAt);
    for (let at = 0; at < due.length && this.allowance.left(); at += AT_ONCE) {
      const asked = due.slice(at, at + AT_ONCE);
      const answers = await this.readHeld(asked);
      for (const [index, one] of asked.entries()) this.say(facts, one, answers[index], uptime);
    }
  }

  private noteSocket(fact: Fact): void {
    if (fact.fact === "socket-gone") this.waiting.delete(fact.inode);
    else if (fact.fact === "socket" && fact.protocol === "unix") {
      if (fact.receiveQueue === 0 || fact.state === "LISTEN") this.waiting.delete(fact.inode);
      else this.waiting.add(fact.inode);
    }
  }

  private putHolders(due: Due[], process: WatchedProcess, attention: Attention, uptime: number): void {
    for (const [number, holder] of process.holders) {
      const attentive = process.listedAt === uptime || attention.pids.has(process.pid);
      const rest = attentive
        ? Math.max(ATTENTIVE_SECONDS, holder.cost * ATTENTIVE_REST)
        : Math.max(SECONDS, holder.cost * REST);
      if (uptime - holder.readAt >= rest) due.push(dueOf(process, number, holder));
    }
  }

  /** Sockets of the process in which bytes wait, in turn when they are many. */
  private putSockets(due: Due[], process: WatchedProcess): void {
    const { numbers, identities, length } = process.descriptors;
    let put = 0;
    for (let step = 0; step < length; step++) {
      const at = (process.nextSocket + step) % length;
      const inode = socketInode(identities[at] ?? -1);
      if (inode === null || !this.waiting.has(inode)) continue;
      if (put++ === MOST_SOCKETS) {
        process.nextSocket = at;
        return;
      }
      const number = numbers[at] ?? 0;
      if (!process.holders.has(number)) due.push(dueOf(process, number, newHolder("passed-descriptors")));
    }
  }

  private say(
    facts: Fact[],
    { process, number, holder }: Due,
    answer: Answer | undefined,
    uptime: number,
  ): void {
    holder.readAt = uptime;
    holder.cost = answer?.seconds ?? 0;
    this.allowance.spend(holder.cost);
    const count = answer?.count ?? null;
    if (count === null || count === holder.said) return;
    const { of } = holder;
    if (of === "passed-descriptors" && !keepSocket(process, number, holder, count)) return;
    holder.said = count;
    facts.push({ fact: "held", pid: process.pid, number, of, count });
  }
}

function dueOf(process: WatchedProcess, number: number, holder: Holder): Due {
  const folder = process.folder.slice(0, -"fd".length);
  return { process, number, holder, path: `${folder}fdinfo/${number}`, of: holder.of };
}

/** A socket is a holder while something is under way through it. False: it never said anything and need not now. */
function keepSocket(process: WatchedProcess, number: number, holder: Holder, count: number): boolean {
  if (count > 0) {
    if (process.holders.size === 0) process.holders = new Map();
    process.holders.set(number, holder);
    return true;
  }
  process.holders.delete(number);
  return holder.said !== null;
}
