import { DescryError } from "../../model/error.ts";
import type { Attention, Fact } from "../../model/facts.ts";
import type { ToldGaps } from "./gaps.ts";
import { type IdentityReader, sameProcess } from "./identity.ts";
import { hasEnded, leaderHasExited, type PidStat } from "./pidstat.ts";
import { ageOf, watch, type WatchedProcess } from "./process.ts";
import type { Beat, Pulse } from "./pulse.ts";
import type { ProcFiles } from "./reading.ts";

/** Who a process is may change without a sign in the pulse (exec, prlimit): looked at again after half its age ... */
const LOOK_AGE_SHARE = 2;
/** ... but at least this often, in seconds, */
const LOOK_SECONDS = 30;
/** and, while its count moves or it has attention, this often. */
const ATTENTIVE_LOOK_SECONDS = 5;
/** Command line and uid are read again this often, and with each look while the process is young or after exec. */
const DEEP_LOOK_SECONDS = 300;
const YOUNG_SECONDS = 60;
/** Looks in one tick at most: 1.5 ms, so that 10,000 processes take longer and not more. */
const MOST_LOOKS = 40;
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
 * process in a tick: 1.3 ms for 200 processes (Linux 6.18, one core).
 *
 * Pid reuse needs no read of /proc/PID/stat: the inode of /proc/PID/fd is made for the task and differs for the next
 * one with the pid. It also differs after the kernel dropped its caches, so then the start time decides.
 *
 * Left out: kernel threads, which hold no descriptors of their own, and tables of threads that left their process's
 * (CLONE_FILES unshared).
 */
export class Processes {
  readonly watched = new Map<number, WatchedProcess>();
  private readonly passedOver = new Map<number, PassedOver>();
  private tick = 0;
  private readonly procfs: string;
  private readonly files: ProcFiles;
  private readonly pulse: Pulse;
  private readonly identity: IdentityReader;
  private readonly gaps: ToldGaps;

  constructor(procfs: string, files: ProcFiles, pulse: Pulse, identity: IdentityReader, gaps: ToldGaps) {
    this.procfs = procfs;
    this.files = files;
    this.pulse = pulse;
    this.identity = identity;
    this.gaps = gaps;
  }

  /** One tick: says who came, who went, whose count moved and who became another program. */
  read(facts: Fact[], attention: Attention, uptime: number): void {
    this.tick++;
    for (const name of this.pids()) {
      const pid = Number(name);
      const process = this.watched.get(pid);
      if (process !== undefined) this.readKnown(facts, process, uptime);
      else this.readUnknown(facts, pid, uptime);
    }
    for (const process of this.watched.values())
      if (process.seenAtTick !== this.tick) this.exit(facts, process);
    for (const [pid, passed] of this.passedOver)
      if (passed.seenAtTick !== this.tick) this.endPassingOver(pid);
    this.lookAtDue(facts, attention, uptime);
  }

  /** The process is gone: says so and forgets it. */
  exit(facts: Fact[], process: WatchedProcess): void {
    facts.push({ fact: "exit", pid: process.pid, startTicks: process.startTicks });
    this.watched.delete(process.pid);
    this.gaps.forget(`pid ${process.pid}`);
  }

  private met = false;

  private endPassingOver(pid: number): void {
    this.passedOver.delete(pid);
    this.gaps.forget(`pid ${pid}`);
  }

  private pids(): string[] {
    const names = this.files.names(this.procfs);
    const pids = Array.isArray(names) ? names.filter((name) => /^[1-9]\d{0,9}$/.test(name)) : [];
    // A procfs has the process that looks at it, unless it is that of another host or container, where all may have ended.
    if (pids.length > 0 || (this.met && Array.isArray(names))) {
      this.met = true;
      return pids;
    }
    throw new DescryError(
      `There are no processes in ${this.procfs}.`,
      "Name a folder where procfs is mounted.",
    );
  }

  private readKnown(facts: Fact[], process: WatchedProcess, uptime: number): void {
    const beat = this.pulse.read(facts, process.folder, process.pid, process, uptime);
    const same =
      beat !== null && beat.inode === process.folderInode && !(beat.open === 0 && process.open > 0);
    if (!same && !this.isStillThere(facts, process, beat)) {
      this.exit(facts, process);
      this.readUnknown(facts, process.pid, uptime);
      return;
    }
    process.seenAtTick = this.tick;
    if (same) this.count(facts, process, beat);
  }

  /** The folder is gone, is another one, or is empty now: whether the process still lives. Follows a living thread. */
  private isStillThere(facts: Fact[], process: WatchedProcess, beat: Beat | null): boolean {
    const stat = this.identity.readStat(facts, process.pid);
    if (typeof stat === "string" || stat.startTicks !== process.startTicks || hasEnded(stat)) return false;
    if (leaderHasExited(stat)) return this.follow(facts, process);
    if (beat === null) return false;
    process.folderInode = beat.inode;
    this.count(facts, process, beat);
    return true;
  }

  /** The leading thread has exited: the descriptors are those of a thread that lives. */
  private follow(facts: Fact[], process: WatchedProcess): boolean {
    const tasks = `${this.procfs}/${process.pid}/task`;
    const threads = this.files.names(tasks);
    if (!Array.isArray(threads)) return false;
    for (const thread of threads) {
      if (Number(thread) === process.pid) continue;
      const folder = `${tasks}/${thread}/fd`;
      const beat = this.pulse.read(facts, folder, process.pid, null, 0);
      if (beat === null || beat.open === 0) continue;
      process.folder = folder;
      process.folderInode = beat.inode;
      this.count(facts, process, beat);
      return true;
    }
    return false;
  }

  private count(facts: Fact[], process: WatchedProcess, beat: Beat): void {
    if (beat.open === null || beat.open === process.open) return;
    process.moved = true;
    process.open = beat.open;
    facts.push({ fact: "pulse", pid: process.pid, open: beat.open });
  }

  private readUnknown(facts: Fact[], pid: number, uptime: number): void {
    const passed = this.passedOver.get(pid);
    if (passed !== undefined) {
      passed.seenAtTick = this.tick;
      if (!passed.zombie && uptime < passed.lookAgainAt) return;
    }
    const beat = this.pulse.read(facts, `${this.procfs}/${pid}/fd`, pid, null, uptime);
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
    process.lookedAt = uptime;
    process.nextDeepLookAt = uptime + DEEP_LOOK_SECONDS;
    // Those found at the start are not all looked at again in one tick.
    process.nextLookAt = uptime + Math.min(lookAfter(process, uptime), 1 + (pid % LOOK_SECONDS));
    this.passedOver.delete(pid);
    this.watched.set(pid, process);
    facts.push(fact);
    if (!leaderHasExited(stat) || !this.follow(facts, process)) this.count(facts, process, beat);
  }

  /** Those that have waited longest are looked at first, when there are too many for one tick. */
  private lookAtDue(facts: Fact[], attention: Attention, uptime: number): void {
    const due: WatchedProcess[] = [];
    for (const process of this.watched.values()) {
      const attentive = process.moved || attention.pids.has(process.pid);
      const rested = uptime - process.lookedAt;
      if (uptime >= process.nextLookAt || (attentive && rested >= ATTENTIVE_LOOK_SECONDS)) due.push(process);
    }
    if (due.length > MOST_LOOKS) due.sort((one, other) => one.lookedAt - other.lookedAt);
    for (const process of due.slice(0, MOST_LOOKS)) this.look(facts, process, uptime);
  }

  private look(facts: Fact[], process: WatchedProcess, uptime: number): void {
    const stat = this.identity.readStat(facts, process.pid);
    process.lookedAt = uptime;
    process.nextLookAt = uptime + lookAfter(process, uptime);
    // Gone or another one: the next tick sees it in the pulse. A zombie that had nothing open does not show there.
    if (typeof stat === "string" || stat.startTicks !== process.startTicks) return;
    if (hasEnded(stat)) {
      this.exit(facts, process);
      return;
    }
    const changed = stat.execMark !== process.execMark || stat.name !== process.fact.name;
    const deep = changed || ageOf(process, uptime) < YOUNG_SECONDS || uptime >= process.nextDeepLookAt;
    const fact = this.identity.readProcess(facts, stat, process.pid, process.fact, deep);
    process.execMark = stat.execMark;
    if (deep) process.nextDeepLookAt = uptime + DEEP_LOOK_SECONDS;
    if (sameProcess(process.fact, fact)) return;
    process.fact = fact;
    facts.push(fact);
  }
}

function lookAfter(process: WatchedProcess, uptime: number): number {
  return Math.min(LOOK_SECONDS, Math.max(1, ageOf(process, uptime) / LOOK_AGE_SHARE));
}
