import { DescryError } from "../../model/error.ts";
import type { Attention, Fact } from "../../model/facts.ts";
import type { ToldGaps } from "./gaps.ts";
import type { IdentityReader } from "./identity.ts";
import { type Looked, Looks } from "./looks.ts";
import { hasEnded, leaderHasExited, type PidStat } from "./pidstat.ts";
import { watch, type WatchedProcess } from "./process.ts";
import type { Beat, Pulse, Survey } from "./pulse.ts";
import type { ProcFiles } from "./reading.ts";
import type { Slices } from "./slices.ts";
import type { ThreadTables } from "./threads.ts";

/** A pid that is no process to watch (kernel thread, hidden) is looked at again this often. */
const PASSED_OVER_SECONDS = 20;

/** A pid that is there and not watched: a kernel thread, a zombie, or one that must not be looked at. */
interface PassedOver {
  readonly zombie: boolean;
  inode: number;
  lookAgainAt: number;
  seenAtTick: number;
}

/**
 * Which processes there are and how many descriptors each has open. One readdir of /proc and one stat for each
 * process in a tick.
 *
 * Pid reuse needs no read of /proc/PID/stat: the inode of /proc/PID/fd is made for the task and differs for the next
 * one with the pid. It also differs after the kernel dropped its caches, so then the start time decides.
 *
 * Left out: kernel threads, which hold no descriptors of their own. A thread whose table is not its process's is watched
 * as a process of its own.
 */
export class Processes implements Looked {
  readonly watched = new Map<number, WatchedProcess>();
  private readonly passedOver = new Map<number, PassedOver>();
  /** By process: its threads that are watched as processes of their own. */
  private readonly apart = new Map<number, Set<number>>();
  private tick = 0;
  private readonly procfs: string;
  private readonly files: ProcFiles;
  private readonly pulse: Pulse;
  private readonly identity: IdentityReader;
  private readonly gaps: ToldGaps;
  private readonly threads: ThreadTables;
  private readonly looks: Looks;

  constructor(
    procfs: string,
    files: ProcFiles,
    pulse: Pulse,
    identity: IdentityReader,
    threads: ThreadTables,
    gaps: ToldGaps,
  ) {
    this.procfs = procfs;
    this.files = files;
    this.pulse = pulse;
    this.identity = identity;
    this.threads = threads;
    this.gaps = gaps;
    this.looks = new Looks(identity, this);
  }

  /** One tick: says who came, who went, whose count moved and who became another program. */
  async read(facts: Fact[], attention: Attention, uptime: number, slices: Slices): Promise<void> {
    if (this.tick++ > 0) this.threads.begin();
    const survey = await this.survey();
    for (let at = 0; at < survey.pids.length; at++) {
      const pid = survey.pids[at] ?? 0;
      const process = this.watched.get(pid);
      if (process !== undefined) this.readKnown(facts, process, uptime, survey.beat(at));
      else this.readUnknown(facts, pid, uptime, survey.beat(at));
      if (slices.over()) await slices.rest();
    }
    for (const threads of this.apart.values()) this.readThreads(facts, threads, uptime);
    for (const process of this.watched.values())
      if (process.seenAtTick !== this.tick) this.exit(facts, process);
    for (const [pid, passed] of this.passedOver)
      if (passed.seenAtTick !== this.tick) this.endPassingOver(pid);
    this.looks.read(facts, this.watched, attention, uptime);
  }

  /** The process is gone: says so and forgets it. */
  exit(facts: Fact[], process: WatchedProcess): void {
    facts.push({ fact: "exit", pid: process.pid, startTicks: process.startTicks });
    this.watched.delete(process.pid);
    this.threads.forget(process.pid);
    this.gaps.forget(`pid ${process.pid}`);
    const { threadOf } = process.fact;
    if (threadOf === undefined) return;
    const threads = this.apart.get(threadOf);
    threads?.delete(process.pid);
    if (threads?.size === 0) this.apart.delete(threadOf);
  }

  /** Watches threads of the process that have a table of their own. */
  threaded(facts: Fact[], process: WatchedProcess, uptime: number): void {
    const threads = this.apart.get(process.pid);
    for (const thread of this.threads.find(process, [...(threads ?? [])]))
      this.appearThread(facts, process, thread, uptime);
    if (this.threads.isUnsure(process.pid)) process.nextLookAt = uptime;
  }

  private met = false;

  private endPassingOver(pid: number): void {
    this.passedOver.delete(pid);
    this.gaps.forget(`pid ${pid}`);
  }

  private async survey(): Promise<Survey> {
    const survey = await this.pulse.survey();
    // A procfs has the process that looks at it, unless it is that of another host or container, where all may have ended.
    if (survey !== null && (survey.pids.length > 0 || this.met)) {
      this.met = true;
      return survey;
    }
    throw new DescryError(
      `There are no processes in ${this.procfs}.`,
      "Name a folder where procfs is mounted.",
    );
  }

  private readKnown(facts: Fact[], process: WatchedProcess, uptime: number, surveyed?: Beat): void {
    const own = process.thread === process.pid && process.fact.threadOf === undefined;
    const beat =
      own && surveyed !== undefined
        ? surveyed
        : this.pulse.read(facts, process.folder, process.pid, process, uptime);
    const same =
      beat !== null && beat.inode === process.folderInode && !(beat.open === 0 && process.open > 0);
    if (!same && !this.isStillThere(facts, process, beat)) {
      this.exit(facts, process);
      // A thread is none of the processes that /proc lists.
      if (process.fact.threadOf === undefined || surveyed !== undefined)
        this.readUnknown(facts, process.pid, uptime, surveyed);
      return;
    }
    process.seenAtTick = this.tick;
    if (same) this.count(facts, process, beat);
  }

  /** The folder is gone, is another one, or is empty now: whether the process still lives. Follows a living thread. */
  private isStillThere(facts: Fact[], process: WatchedProcess, beat: Beat | null): boolean {
    const stat = this.identity.readStat(facts, process.pid);
    if (typeof stat === "string" || stat.startTicks !== process.startTicks || hasEnded(stat)) return false;
    if (leaderHasExited(stat)) return process.fact.threadOf === undefined && this.follow(facts, process);
    if (beat === null) return false;
    process.folderInode = beat.inode;
    this.count(facts, process, beat);
    return true;
  }

  /** The leading thread has exited: the descriptors are those of a thread that lives and is not watched by itself. */
  private follow(facts: Fact[], process: WatchedProcess): boolean {
    const tasks = `${this.procfs}/${process.pid}/task`;
    const threads = this.files.names(tasks);
    if (!Array.isArray(threads)) return false;
    const apart = this.apart.get(process.pid);
    for (const name of threads) {
      const thread = Number(name);
      if (thread === process.pid || apart?.has(thread) === true) continue;
      const folder = `${tasks}/${name}/fd`;
      const beat = this.pulse.read(facts, folder, process.pid, null, 0);
      if (beat === null || beat.open === 0) continue;
      process.folder = folder;
      process.thread = thread;
      process.folderInode = beat.inode;
      this.count(facts, process, beat);
      return true;
    }
    // Nobody has the table of the process any more, and its threads live on with their own.
    if (apart === undefined) return false;
    this.count(facts, process, { inode: process.folderInode, open: 0 });
    return true;
  }

  private count(facts: Fact[], process: WatchedProcess, beat: Beat): void {
    if (beat.open === null || beat.open === process.open) return;
    process.moved = true;
    process.open = beat.open;
    facts.push({ fact: "pulse", pid: process.pid, open: beat.open });
  }

  private readUnknown(facts: Fact[], pid: number, uptime: number, surveyed?: Beat): void {
    const passed = this.passedOver.get(pid);
    if (passed !== undefined) {
      passed.seenAtTick = this.tick;
      if (!passed.zombie && uptime < passed.lookAgainAt) return;
    }
    const beat = surveyed ?? this.pulse.read(facts, `${this.procfs}/${pid}/fd`, pid, null, uptime);
    if (beat === null) return;
    if (passed !== undefined && passed.inode === beat.inode && !(beat.open !== null && beat.open > 0)) {
      passed.lookAgainAt = uptime + PASSED_OVER_SECONDS;
      return;
    }
    const stat = this.identity.readStat(facts, pid);
    if (stat === "exited") return;
    if (typeof stat === "string" || stat.kernelThread || hasEnded(stat))
      this.passOver(pid, stat, beat, uptime);
    else this.appear(facts, pid, stat, beat, uptime);
  }

  private passOver(pid: number, stat: PidStat | string, beat: Beat, uptime: number): void {
    const zombie = typeof stat !== "string" && hasEnded(stat);
    this.passedOver.set(pid, {
      zombie,
      inode: beat.inode,
      lookAgainAt: uptime + PASSED_OVER_SECONDS,
      seenAtTick: this.tick,
    });
  }

  private appear(facts: Fact[], pid: number, stat: PidStat, beat: Beat, uptime: number): void {
    const fact = this.identity.readProcess(facts, stat, pid, null, true);
    const process = watch(fact, stat.execMark, `${this.procfs}/${pid}/fd`, beat.inode);
    process.seenAtTick = this.tick;
    Looks.begin(process, uptime);
    this.passedOver.delete(pid);
    this.watched.set(pid, process);
    facts.push(fact);
    if (!leaderHasExited(stat) || !this.follow(facts, process)) this.count(facts, process, beat);
    if (stat.threads > 1) this.threaded(facts, process, uptime);
  }

  private appearThread(facts: Fact[], of: WatchedProcess, thread: number, uptime: number): void {
    const folder = `${this.procfs}/${of.pid}/task/${thread}/fd`;
    const beat = this.pulse.read(facts, folder, thread, null, uptime);
    const stat = this.identity.readStat(facts, thread);
    if (beat === null || typeof stat === "string" || leaderHasExited(stat)) return;
    const before = { ...of.fact, threadOf: of.pid };
    const fact = this.identity.readProcess(facts, stat, thread, before, false);
    const process = watch(fact, stat.execMark, folder, beat.inode);
    process.seenAtTick = this.tick;
    Looks.begin(process, uptime);
    this.watched.set(thread, process);
    const threads = this.apart.get(of.pid) ?? new Set();
    this.apart.set(of.pid, threads.add(thread));
    facts.push(fact);
    this.count(facts, process, beat);
  }

  private readThreads(facts: Fact[], threads: ReadonlySet<number>, uptime: number): void {
    for (const thread of [...threads]) {
      const process = this.watched.get(thread);
      if (process !== undefined && process.seenAtTick !== this.tick) this.readKnown(facts, process, uptime);
    }
  }
}
