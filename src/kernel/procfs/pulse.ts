import type { Fact } from "../../model/facts.ts";
import type { ListingAddon } from "./addon.ts";
import type { Clock } from "./clock.ts";
import type { ToldGaps } from "./gaps.ts";
import type { ProcFiles } from "./reading.ts";
import type { WatchedProcess } from "./process.ts";

/** Before Linux 6.2: a count that cost c seconds is not made again before c * 100, so that counting takes 1 % at most. */
const COUNT_REST = 100;

/** What the folder of a process's descriptors says: null when it is gone. */
export interface Beat {
  readonly inode: number;
  /** Open descriptors; null when they may not be counted or it is not yet time to count again. */
  readonly open: number | null;
}

/** Figures of each process in what the addon gives. */
const BEAT = 3;

/** All processes of a procfs, and what the folders of their descriptors say. */
export interface Survey {
  readonly pids: ArrayLike<number>;
  /** Of the process in that place; undefined: it was not asked. */
  beat(at: number): Beat | undefined;
}

/**
 * Counts the open descriptors of a process. Since Linux 6.2 the folder's st_size is that count, and works for
 * other users' processes too (proc_pid_fd(5)): 3 us (Linux 6.18, one core), where listing 100,000 takes 80 ms.
 */
export class Pulse {
  /** Whether st_size counts; decided once, on the program's own folder. */
  readonly counted: boolean;
  private readonly procfs: string;
  private readonly addon: ListingAddon | null;
  private readonly files: ProcFiles;
  private readonly gaps: ToldGaps;
  private readonly clock: Clock;

  constructor(
    procfs: string,
    files: ProcFiles,
    gaps: ToldGaps,
    clock: Clock,
    addon: ListingAddon | null = null,
  ) {
    this.clock = clock;
    this.procfs = procfs;
    this.addon = addon;
    this.files = files;
    this.counted = sizeCounts(files, `${procfs}/self/fd`);
    this.gaps = gaps;
  }

  /**
   * Which processes there are; with the addon and where st_size counts also how many descriptors each has, off the
   * main thread: 270 processes after a second of rest took 2.3 ms of CPU, 0.4 ms of it on the main thread, which alone
   * needs 1.1 ms for the stats (Linux 6.18). Null when the folder cannot be read.
   */
  async survey(): Promise<Survey | null> {
    if (this.addon !== null && this.counted) {
      const beats = await this.addon.countFolders(this.procfs);
      if (beats !== null) return surveyOf(beats);
    }
    const names = this.files.names(this.procfs);
    if (!Array.isArray(names)) return null;
    const pids = names.filter((name) => /^[1-9]\d{0,9}$/.test(name)).map(Number);
    return { pids, beat: () => undefined };
  }

  read(
    facts: Fact[],
    folder: string,
    pid: number,
    process: WatchedProcess | null,
    uptime: number,
  ): Beat | null {
    const stat = this.files.stat(folder);
    if (stat === null) return null;
    if ("reason" in stat) {
      // Of a process that is not watched yet the reading of its stat says it.
      if (process !== null) this.gaps.tell(facts, `pid ${pid}`, pid, "descriptor count", stat.reason);
      return { inode: process?.folderInode ?? 0, open: null };
    }
    if (this.counted) return { inode: stat.ino, open: stat.size };
    return { inode: stat.ino, open: this.count(facts, folder, pid, process, uptime) };
  }

  private count(
    facts: Fact[],
    folder: string,
    pid: number,
    process: WatchedProcess | null,
    uptime: number,
  ): number | null {
    if (process !== null && uptime < process.nextCountAt) return null;
    const from = this.clock.stopwatch();
    const names = this.files.names(folder);
    if (process !== null) process.nextCountAt = uptime + (this.clock.stopwatch() - from) * COUNT_REST;
    if (Array.isArray(names)) return names.length;
    this.gaps.tell(facts, `pid ${pid}`, pid, "descriptor count", names.reason);
    return null;
  }
}

function surveyOf(beats: Float64Array): Survey {
  const pids = new Uint32Array(beats.length / BEAT);
  for (let at = 0; at < pids.length; at++) pids[at] = beats[at * BEAT] ?? 0;
  return {
    pids,
    beat: (at) => {
      const [inode, open] = [beats[at * BEAT + 1] ?? 0, beats[at * BEAT + 2] ?? -1];
      // What was refused is asked once more, by who tells it.
      return open < 0 ? undefined : { inode, open };
    },
  };
}

/** Whether the size of a folder of descriptors is their number; reading it opens one more. */
function sizeCounts(files: ProcFiles, folder: string): boolean {
  const stat = files.stat(folder);
  const names = files.names(folder);
  if (stat === null || "reason" in stat || !Array.isArray(names)) return false;
  return stat.size > 0 && Math.abs(stat.size - names.length) <= 2;
}
