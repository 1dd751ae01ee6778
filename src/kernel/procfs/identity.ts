import type { Container, Fact, GapReason, ProcessFact } from "../../model/facts.ts";
import type { Containers } from "../containers/containers.ts";
import { parseCgroup, parseCgroupPaths } from "./cgroup.ts";
import { MOST_BYTES, parseCmdline } from "./cmdline.ts";
import type { ToldGaps } from "./gaps.ts";
import { parseLimits } from "./limits.ts";
import { leaderHasExited, type PidStat, parsePidStat } from "./pidstat.ts";
import type { ProcFiles, Read } from "./reading.ts";
import { Fingerprint } from "./sockets/fingerprint.ts";
import { parseNamespace, parseUid } from "./status.ts";

/** Larger than any of the small texts of a process. */
const SMALL_TEXT = 64 * 1024;

/** Reads who a process is. About 50 us for everything and 30 us for what moves (Linux 6.18, one core). */
export class IdentityReader {
  private readonly procfs: string;
  private readonly files: ProcFiles;
  private readonly gaps: ToldGaps;
  private readonly containers: Containers;
  /** Of the text that each command line was parsed from; the text itself, which may hold secrets, is not kept. */
  private readonly prints = new WeakMap<readonly string[], Fingerprint>();

  constructor(procfs: string, files: ProcFiles, gaps: ToldGaps, containers: Containers) {
    this.containers = containers;
    this.procfs = procfs;
    this.files = files;
    this.gaps = gaps;
  }

  /** /proc/PID/stat, or why it cannot be read. */
  readStat(facts: Fact[], pid: number): Read<PidStat> {
    const bytes = this.files.read(`${this.procfs}/${pid}/stat`, SMALL_TEXT);
    if (typeof bytes === "string") {
      this.gaps.tell(facts, `pid ${pid}`, pid, "process", bytes);
      return bytes;
    }
    // A process that ends while it is read may give nothing at all.
    if (bytes.length === 0) return "exited";
    const stat = parsePidStat(bytes);
    if (stat !== null) return stat;
    this.gaps.tell(facts, `pid ${pid}`, pid, "process", "malformed", bytes.toString("latin1"));
    return "malformed";
  }

  /**
   * The process as it is now. `before` keeps what cannot be read any more because the process is just ending; with
   * it, and without `deep`, the command line and the uid are not read again: reading the command line waits for a
   * lock of the process's memory, which a process that hangs may hold.
   */
  readProcess(
    facts: Fact[],
    stat: PidStat,
    pid: number,
    before: ProcessFact | null,
    deep: boolean,
  ): ProcessFact {
    const limits = this.parsed(facts, pid, "limits", "limits", parseLimits);
    const cgroup = this.parsed(facts, pid, "cgroup", "cgroup", (text) => this.place(text));
    const container = cgroup === undefined ? before?.container : cgroup?.container;
    // An exited leading thread has no memory and so no command line; the process is still what it was.
    const again = before === null || (deep && !leaderHasExited(stat));
    const threadOf = before?.threadOf;
    return {
      fact: "process",
      pid,
      startTicks: stat.startTicks,
      parent: threadOf ?? stat.parent,
      name: stat.name,
      command: again ? this.readCommand(facts, pid, before?.command ?? []) : before.command,
      cgroup: cgroup === undefined ? (before?.cgroup ?? null) : (cgroup?.path ?? null),
      uid: again ? (this.parsed(facts, pid, "status", "user", parseUid) ?? before?.uid ?? null) : before.uid,
      netns: this.readNetns(`${this.procfs}/${pid}`) ?? before?.netns ?? null,
      softLimit: limits === undefined ? (before?.softLimit ?? null) : (limits?.soft ?? null),
      hardLimit: limits === undefined ? (before?.hardLimit ?? null) : (limits?.hard ?? null),
      ...(threadOf === undefined ? {} : { threadOf }),
      ...(container === undefined ? {} : { container }),
    };
  }

  /** The cgroup that a process is in, and the container; null when the text says neither. */
  private place(text: string): { path: string | null; container: Container | undefined } | null {
    const path = parseCgroup(text);
    const container = this.containers.of(parseCgroupPaths(text));
    return path === null && container === undefined ? null : { path, container };
  }

  /**
   * Inode of the network namespace of the process or thread with this folder; null when it is gone or may not be
   * asked. That is no Gap of its own: who may not be asked this may not be listed either, which is one.
   */
  readNetns(folder: string): number | null {
    const link = this.files.link(`${folder}/ns/net`);
    return typeof link === "string" ? parseNamespace(link) : null;
  }

  /** `before` when it is the same, or cannot be read. */
  private readCommand(facts: Fact[], pid: number, before: readonly string[]): readonly string[] {
    const bytes = this.files.read(`${this.procfs}/${pid}/cmdline`, MOST_BYTES);
    if (typeof bytes === "string") {
      this.tell(facts, pid, "command line", bytes);
      return before;
    }
    const print = new Fingerprint();
    print.take(bytes, 0, bytes.length, 0);
    const known = this.prints.get(before);
    if (known?.low === print.low && known.high === print.high) return before;
    const command = parseCmdline(bytes);
    this.prints.set(command, print);
    return command;
  }

  /** undefined: the process is going or may not be read; null: there is a text and it says nothing. */
  private parsed<T>(
    facts: Fact[],
    pid: number,
    name: string,
    what: string,
    parse: (text: string) => T | null,
  ): T | null | undefined {
    const bytes = this.files.read(`${this.procfs}/${pid}/${name}`, SMALL_TEXT);
    if (typeof bytes === "string") {
      this.tell(facts, pid, what, bytes);
      return undefined;
    }
    if (bytes.length === 0) return undefined;
    const text = bytes.toString("utf8");
    const value = parse(text);
    if (value === null) this.gaps.tell(facts, `pid ${pid}`, pid, what, "malformed", text);
    return value;
  }

  private tell(facts: Fact[], pid: number, what: string, why: GapReason): void {
    this.gaps.tell(facts, `pid ${pid}`, pid, what, why);
  }
}

/** Whether two readings of one process say the same. */
export function sameProcess(one: ProcessFact, other: ProcessFact): boolean {
  return (
    one.startTicks === other.startTicks &&
    one.parent === other.parent &&
    one.name === other.name &&
    one.cgroup === other.cgroup &&
    one.uid === other.uid &&
    one.netns === other.netns &&
    one.softLimit === other.softLimit &&
    one.hardLimit === other.hardLimit &&
    one.container === other.container &&
    one.command.length === other.command.length &&
    one.command.every((word, at) => word === other.command[at])
  );
}
