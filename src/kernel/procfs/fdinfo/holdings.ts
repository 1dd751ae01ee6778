import type { Attention, Fact } from "../../../model/facts.ts";
import { Allowance } from "../allowance.ts";
import { socketInode } from "../link.ts";
import type { WatchedProcess } from "../process.ts";
import { type Holder, newHolder } from "./holders.ts";
import type { Answer, Question, ReadHeld } from "./reader.ts";

/** A text that changed is read again after so many seconds, and not before what it cost times the rest; */
const CHANGED_SECONDS = 5;
const REST = 100;
/** sooner while its process is under suspicion or its count moves; */
const ATTENTIVE_SECONDS = 2;
const ATTENTIVE_REST = 25;
/** later where it did not change, but soon enough for what comes one by one to be dated. */
const QUIET_SECONDS = 9;
/** All texts together may take these shares of a core; the first look may take more. */
const ATTENTIVE_SHARE = 0.01;
const SHARE = 0.002;
const FIRST_LOOK_SECONDS = 0.05;
/** Texts that are read in one tick, and in one piece of work. */
const MOST_TEXTS = 512;
const AT_ONCE = 64;
/** Texts of unix sockets that are read for one process in one tick. */
const MOST_SOCKETS = 64;

interface Due extends Question {
  readonly process: WatchedProcess;
  readonly number: number;
  readonly holder: Holder;
}

/**
 * What descriptors hold that has no descriptor of its own: watches, fixed files of io_uring,
 * descriptors under way through a unix socket. Asked of every descriptor that is an inotify or a ring;
 * of unix sockets only where bytes wait, or may, and the process was listed in this tick.
 */
export class Holdings {
  private readonly attentive = new Allowance(ATTENTIVE_SHARE);
  private readonly other = new Allowance(SHARE);
  private readonly readHeld: ReadHeld;
  /** Inodes of unix sockets in which bytes wait: descriptors come with bytes ... */
  private readonly waiting = new Set<number>();
  /** ... and of those whose table does not say whether any do. */
  private readonly unknown = new Set<number>();
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
    const elapsed = this.lastAt === null ? 1 : uptime - this.lastAt;
    this.attentive.earn(elapsed);
    this.other.earn(elapsed);
    if (this.lastAt === null) this.other.spend(-FIRST_LOOK_SECONDS);
    this.lastAt = uptime;
    const [attentive, other]: [Due[], Due[]] = [[], []];
    for (const process of processes) {
      const isAttentive = attention.pids.has(process.pid);
      const due = isAttentive ? attentive : other;
      if (due.length >= MOST_TEXTS || !(isAttentive ? this.attentive : this.other).left()) continue;
      putHolders(due, process, isAttentive, uptime);
      if (process.listedAt === uptime) this.putSockets(due, process, uptime);
    }
    await this.readDue(facts, attentive, this.attentive, uptime);
    await this.readDue(facts, other, this.other, uptime);
  }

  private async readDue(facts: Fact[], due: Due[], allowance: Allowance, uptime: number): Promise<void> {
    due.sort(byTurn);
    for (let at = 0; at < due.length && allowance.left(); at += AT_ONCE) {
      const asked = due.slice(at, at + AT_ONCE);
      const answers = await this.readHeld(asked);
      for (const [index, one] of asked.entries()) {
        allowance.spend(answers[index]?.seconds ?? 0);
        say(facts, one, answers[index], uptime);
      }
    }
  }

  private noteSocket(fact: Fact): void {
    if (fact.fact !== "socket-gone" && (fact.fact !== "socket" || fact.protocol !== "unix")) return;
    this.waiting.delete(fact.inode);
    this.unknown.delete(fact.inode);
    if (fact.fact === "socket-gone" || fact.receiveQueue === 0 || fact.state === "LISTEN") return;
    (fact.receiveQueue === null ? this.unknown : this.waiting).add(fact.inode);
  }

  /** Sockets of the process in which bytes wait, in turn when they are many. */
  private putSockets(due: Due[], process: WatchedProcess, uptime: number): void {
    // All sockets of a host that was just met are too many to ask.
    const inodes = process.metAt === uptime ? [this.waiting] : [this.waiting, this.unknown];
    if (inodes.every((set) => set.size === 0)) return;
    const { numbers, identities, length } = process.descriptors;
    let put = 0;
    for (let step = 0; step < length; step++) {
      const at = (process.nextSocket + step) % length;
      const inode = socketInode(identities[at] ?? -1);
      if (inode === null || !inodes.some((set) => set.has(inode))) continue;
      if (put++ === MOST_SOCKETS) {
        process.nextSocket = at;
        return;
      }
      const number = numbers[at] ?? 0;
      if (!process.holders.has(number)) due.push(dueOf(process, number, newHolder("passed-descriptors")));
    }
  }
}

/** What was not read for longest comes first, so that none waits for ever; what hardly ever holds anything comes last. */
function byTurn(one: Due, next: Due): number {
  const [first, second] = [turnOf(one), turnOf(next)];
  return first === second ? 0 : first - second;
}

function turnOf({ of, holder: { readAt } }: Due): number {
  return of === "passed-descriptors" && readAt === -Infinity ? Infinity : readAt;
}

function putHolders(due: Due[], process: WatchedProcess, isAttentive: boolean, uptime: number): void {
  if (process.holders.size === 0) return;
  const moving = isAttentive || process.listedAt === uptime;
  for (const [number, holder] of process.holders) {
    const soon = Math.max(ATTENTIVE_SECONDS, holder.cost * ATTENTIVE_REST);
    const isDue = uptime >= holder.nextReadAt || (moving && uptime - holder.readAt >= soon);
    if (isDue) due.push(dueOf(process, number, holder));
  }
}

function say(
  facts: Fact[],
  { process, number, holder }: Due,
  answer: Answer | undefined,
  uptime: number,
): void {
  const since = holder.said === null ? {} : { since: holder.readAt };
  holder.readAt = uptime;
  holder.cost = answer?.seconds ?? 0;
  const count = answer?.count ?? null;
  const { of, said } = holder;
  const changed = said !== null && count !== said;
  holder.nextReadAt = uptime + Math.max(changed ? CHANGED_SECONDS : QUIET_SECONDS, holder.cost * REST);
  if (count === null || count === said) return;
  if (of === "passed-descriptors" && !keepSocket(process, number, holder, count)) return;
  holder.said = count;
  facts.push({ fact: "held", pid: process.pid, number, of, count, ...since });
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
