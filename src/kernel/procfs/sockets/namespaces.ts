import type { Attention, Fact } from "../../../model/facts.ts";
import type { Clock } from "../clock.ts";
import type { ToldGaps } from "../gaps.ts";
import type { IdentityReader } from "../identity.ts";
import type { WatchedProcess } from "../process.ts";
import type { ProcFiles } from "../reading.ts";
import { NamespaceTables } from "./namespace.ts";

/** Tables that took c seconds to read are not read again before c times this: 5 % of a core under suspicion ... */
const ATTENTIVE_REST = 20;
/** ... 1 % while processes of the namespace open or close, */
const MOVED_REST = 100;
/** and 0.05 % when nothing moves: even an empty table costs 2 ms when the kernel's hash of sockets is not in a cache; */
const QUIET_REST = 2000;
/** but then every five seconds at most: a socket changes its state without any count moving. */
const QUIET_SECONDS = 5;
/** Ticks are never exactly a second apart. */
const EARLY_SECONDS = 0.05;
/** A missed socket is remembered this long for the listing of its descriptor. */
const MISSED_SECONDS = 120;

interface Namespace {
  readonly tables: NamespaceTables;
  members: WatchedProcess[];
  moved: boolean;
  attentive: boolean;
  readAt: number;
  /** Seconds that the last reading took. */
  cost: number;
}

/** The socket tables of every network namespace that has a process, each through one of its processes. */
export class Namespaces {
  private readonly byInode = new Map<number, Namespace>();
  private readonly missed = new Map<number, number>();
  private readonly opens = new Map<number, number>();
  private readonly files: ProcFiles;
  private readonly identity: IdentityReader;
  private readonly gaps: ToldGaps;
  private readonly clock: Clock;

  constructor(files: ProcFiles, identity: IdentityReader, gaps: ToldGaps, clock: Clock) {
    this.clock = clock;
    this.files = files;
    this.identity = identity;
    this.gaps = gaps;
  }

  /** When a socket was missed in its table, in seconds of uptime: its descriptor has to be looked at again. */
  missedAt(inode: number): number | undefined {
    return this.missed.get(inode);
  }

  read(
    facts: Fact[],
    processes: ReadonlyMap<number, WatchedProcess>,
    attention: Attention,
    uptime: number,
  ): void {
    this.sort(processes, attention);
    for (const [inode, at] of this.missed) {
      if (uptime - at < MISSED_SECONDS) break;
      this.missed.delete(inode);
    }
    for (const [netns, namespace] of this.byInode) {
      if (namespace.members.length === 0) {
        namespace.tables.end(facts);
        this.byInode.delete(netns);
      } else if (isDue(namespace, uptime)) {
        this.readNamespace(facts, namespace, uptime);
      }
    }
  }

  /** Which process stands in which namespace, and where something moved since the last tick. */
  private sort(processes: ReadonlyMap<number, WatchedProcess>, attention: Attention): void {
    for (const namespace of this.byInode.values()) {
      namespace.members = [];
      namespace.attentive = false;
    }
    for (const process of processes.values()) {
      const netns = process.fact.netns;
      if (netns === null) continue;
      const namespace = this.namespaceOf(netns);
      namespace.members.push(process);
      namespace.attentive ||= attention.pids.has(process.pid);
      if (this.opens.get(process.pid) !== process.open) {
        this.opens.set(process.pid, process.open);
        namespace.moved = true;
      }
    }
    if (this.opens.size > 2 * processes.size + 64) {
      for (const pid of this.opens.keys()) if (!processes.has(pid)) this.opens.delete(pid);
    }
  }

  private namespaceOf(netns: number): Namespace {
    const known = this.byInode.get(netns);
    if (known !== undefined) return known;
    const tables = new NamespaceTables(netns, this.gaps);
    const namespace = { tables, members: [], moved: true, attentive: false, readAt: -Infinity, cost: 0 };
    this.byInode.set(netns, namespace);
    return namespace;
  }

  private readNamespace(facts: Fact[], namespace: Namespace, uptime: number): void {
    const from = this.clock.stopwatch();
    for (const process of namespace.members) {
      // A process can move to another namespace (setns(2)) and take the eyes of this one with it.
      const folder = process.folder.slice(0, -"/fd".length);
      if (this.identity.readNetns(folder) !== namespace.tables.netns) continue;
      const missed = (inode: number): void => {
        this.missed.delete(inode);
        this.missed.set(inode, uptime);
      };
      if (!namespace.tables.read(facts, `${folder}/net`, this.files, missed)) continue;
      namespace.moved = false;
      break;
    }
    namespace.readAt = uptime;
    namespace.cost = this.clock.stopwatch() - from;
  }
}

function isDue(namespace: Namespace, uptime: number): boolean {
  const { cost, attentive } = namespace;
  const moved = namespace.moved || namespace.tables.waiting > 0;
  const rest = attentive
    ? cost * ATTENTIVE_REST
    : moved
      ? cost * MOVED_REST
      : Math.max(QUIET_SECONDS, cost * QUIET_REST);
  return uptime - namespace.readAt >= rest - EARLY_SECONDS;
}
