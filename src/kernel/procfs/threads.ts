import type { ListingAddon } from "./addon.ts";
import type { WatchedProcess } from "./process.ts";
import type { ProcFiles } from "./reading.ts";

/** Threads asked in one tick at most: 40 us, so that thousands of threads take longer and not more. */
const MOST_THREADS = 64;
/** ... and in the first tick, which is to be complete: 3 ms. */
const MOST_AT_START = 4096;

/** How far the threads of a process have been gone through. */
interface Round {
  /** The last thread asked; the next one up is asked next. */
  after: number;
  /** Threads whose count differed at the last look, where only counts can tell. */
  readonly differed: Set<number>;
}

/**
 * Finds threads whose table of descriptors is not that of their process (unshare(2) or clone(2) without CLONE_FILES).
 * kcmp(2) says it where it may be asked. Otherwise a thread is one when its count differed from that of its process in
 * two looks; one with as many as its process is not found then.
 */
export class ThreadTables {
  private readonly procfs: string;
  private readonly files: ProcFiles;
  /** Null where pids of this program mean other processes, or there is no addon. */
  private readonly addon: ListingAddon | null;
  private readonly rounds = new Map<number, Round>();
  private left = MOST_AT_START;

  constructor(procfs: string, files: ProcFiles, addon: ListingAddon | null) {
    this.procfs = procfs;
    this.files = files;
    this.addon = addon;
  }

  /** A new tick after the first, in which as many may be asked as in any. */
  begin(): void {
    this.left = MOST_THREADS;
  }

  /** A thread's count differed just now for the first time: one more look tells. */
  isUnsure(pid: number): boolean {
    return (this.rounds.get(pid)?.differed.size ?? 0) > 0;
  }

  forget(pid: number): void {
    this.rounds.delete(pid);
  }

  /** Threads of the process that have a table of their own, one for each table; `known` are those found before. */
  find(process: WatchedProcess, known: readonly number[]): number[] {
    if (this.left <= 0) return [];
    const names = this.files.names(`${this.procfs}/${process.pid}/task`);
    if (!Array.isArray(names)) return [];
    const round = this.rounds.get(process.pid) ?? { after: 0, differed: new Set() };
    this.rounds.set(process.pid, round);
    for (const thread of round.differed) if (!names.includes(String(thread))) round.differed.delete(thread);
    const found: number[] = [];
    for (const thread of inTurn(names.map(Number), round.after)) {
      if (this.left <= 0) break;
      if (thread === process.thread || known.includes(thread)) continue;
      this.left--;
      round.after = thread;
      if (this.isApart(process, thread, [...known, ...found], round)) found.push(thread);
    }
    return found;
  }

  private isApart(process: WatchedProcess, thread: number, others: readonly number[], round: Round): boolean {
    const shared = this.addon?.sharesTable(process.thread, thread) ?? null;
    if (shared === null) return this.countsApart(process, thread, others, round);
    // One that is just ending differs as well: it has no table any more.
    if (shared || !(this.countOf(process.pid, thread) > 0)) return false;
    return !others.some((other) => this.addon?.sharesTable(other, thread) === true);
  }

  private countsApart(
    process: WatchedProcess,
    thread: number,
    others: readonly number[],
    round: Round,
  ): boolean {
    const before = this.countOf(process.pid, process.thread);
    const count = this.countOf(process.pid, thread);
    const steady = this.countOf(process.pid, process.thread) === before;
    const differs = steady && count > 0 && before >= 0 && count !== before;
    const again = round.differed.has(thread);
    if (differs) round.differed.add(thread);
    else round.differed.delete(thread);
    if (!differs || !again) return false;
    round.differed.delete(thread);
    return !others.some((other) => this.countOf(process.pid, other) === count);
  }

  /** -1 when it cannot be counted. */
  private countOf(pid: number, thread: number): number {
    const stat = this.files.stat(`${this.procfs}/${pid}/task/${thread}/fd`);
    return stat === null || "reason" in stat ? -1 : stat.size;
  }
}

/** Those above `after` first, then the others, each part ascending. */
function inTurn(threads: readonly number[], after: number): number[] {
  const ascending = threads.filter((thread) => thread > 0).toSorted((one, other) => one - other);
  return [...ascending.filter((thread) => thread > after), ...ascending.filter((thread) => thread <= after)];
}
