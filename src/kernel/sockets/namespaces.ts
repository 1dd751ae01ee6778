import type { Attention, Fact } from "../../model/facts.ts";
import type { Loaded } from "../native/addon.ts";
import type { Clock } from "../procfs/clock.ts";
import type { ToldGaps } from "../procfs/gaps.ts";
import type { IdentityReader } from "../procfs/identity.ts";
import type { WatchedProcess } from "../procfs/process.ts";
import type { Slices } from "../procfs/slices.ts";
import type { ProcFiles } from "../procfs/reading.ts";
import type { SocketsAddon } from "../sockdiag/native.ts";
import { SockDiag } from "../sockdiag/sockdiag.ts";
import { Entrance } from "./entrance.ts";
import { NamespaceTables } from "./namespace.ts";
import { type KnownRows, SocketProtocols } from "./protocols.ts";
import { Effort } from "./effort.ts";
import { NetworkSettings } from "./settings.ts";
import { IDLE_TIMES } from "./tablesource.ts";

/** Tables that took c seconds to read are not read again before c times this: 5 % of a core under suspicion ... */
const ATTENTIVE_REST = 20;
/** (50 % in a short watch that has to miss nothing) */
const CLOSE_REST = 1;
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
  /** null: there is no addon, and all comes out of /proc/PID/net. */
  readonly entrance: Entrance | null;
  readonly settings: NetworkSettings;
  members: WatchedProcess[];
  moved: boolean;
  attentive: boolean;
  readAt: number;
  /** Seconds that the last reading took. */
  cost: number;
}

/**
 * The socket tables and closings of every network namespace that has a process: through sock_diag where the addon is
 * and the namespace may be entered, else each through the /proc/PID/net of one of its processes.
 */
export class Namespaces implements KnownRows {
  private readonly byInode = new Map<number, Namespace>();
  /** When sockets were missed in their table, in seconds of uptime, by inode: their descriptors have to be looked at again. */
  readonly missed = new Map<number, number>();
  private readonly opens = new Map<number, number>();
  private readonly files: ProcFiles;
  private readonly identity: IdentityReader;
  private readonly gaps: ToldGaps;
  private readonly clock: Clock;
  private readonly sockDiag: SockDiag | null;
  /** Why there is no addon; null once it has been told. */
  private absent: string | null;
  private readonly protocols: SocketProtocols | null;
  private readonly own: number | null;

  /** `own`: this program's pid in that procfs. The sockets that it opens to read the tables are no reason to read them again. */
  constructor(
    files: ProcFiles,
    identity: IdentityReader,
    gaps: ToldGaps,
    clock: Clock,
    sockets: Loaded<SocketsAddon> | null,
    own: number | null = null,
  ) {
    this.own = own;
    this.clock = clock;
    this.files = files;
    this.identity = identity;
    this.gaps = gaps;
    this.sockDiag = sockets !== null && "addon" in sockets ? new SockDiag(sockets.addon) : null;
    this.protocols = sockets !== null && "addon" in sockets ? new SocketProtocols(sockets.addon, this) : null;
    this.absent = sockets !== null && "absent" in sockets ? sockets.absent : null;
  }

  has(inode: number, netns: number | null): boolean {
    if (netns !== null && this.byInode.get(netns)?.tables.has(inode) === true) return true;
    for (const { tables } of this.byInode.values()) if (tables.has(inode)) return true;
    return false;
  }

  completeAt(netns: number | null): number {
    return (netns === null ? undefined : this.byInode.get(netns)?.tables.completeAt) ?? -Infinity;
  }

  async read(
    facts: Fact[],
    processes: ReadonlyMap<number, WatchedProcess>,
    attention: Attention,
    uptime: number,
    slices: Slices,
  ): Promise<void> {
    const effort = new Effort(this.clock, slices);
    this.sort(processes, attention);
    for (const [inode, at] of this.missed) {
      if (uptime - at < MISSED_SECONDS) break;
      this.missed.delete(inode);
    }
    for (const [netns, namespace] of this.byInode) {
      if (namespace.members.length === 0) {
        namespace.tables.end(facts);
        namespace.entrance?.close();
        this.byInode.delete(netns);
      } else {
        await this.hear(facts, namespace, uptime, effort);
        namespace.tables.closely = attention.closely === true;
        if (isDue(namespace, attention, uptime)) await this.readNamespace(facts, namespace, uptime, effort);
      }
    }
    await this.protocols?.read(facts, processes, uptime, effort);
  }

  close(): void {
    for (const { entrance } of this.byInode.values()) entrance?.close();
  }

  /** Which process stands in which namespace, and where something moved since the last tick. */
  private sort(processes: ReadonlyMap<number, WatchedProcess>, attention: Attention): void {
    for (const namespace of this.byInode.values()) {
      namespace.members = [];
      namespace.attentive = false;
    }
    let [unplacedMoved, unplacedAttentive] = [false, false];
    for (const process of processes.values()) {
      const netns = process.fact.netns;
      const moved = process.pid !== this.own && this.opens.get(process.pid) !== process.open;
      const attentive = attention.pids.has(process.pid);
      if (moved) this.opens.set(process.pid, process.open);
      if (netns === null) {
        unplacedMoved ||= moved;
        unplacedAttentive ||= attentive;
        continue;
      }
      const namespace = this.namespaceOf(netns);
      namespace.members.push(process);
      namespace.attentive ||= attentive;
      namespace.moved ||= moved;
    }
    // A process that may not be looked into may stand in any of them.
    for (const namespace of this.byInode.values()) {
      namespace.moved ||= unplacedMoved;
      namespace.attentive ||= unplacedAttentive;
    }
    if (this.opens.size > 2 * processes.size + 64) {
      for (const pid of this.opens.keys()) if (!processes.has(pid)) this.opens.delete(pid);
    }
  }

  private namespaceOf(netns: number): Namespace {
    const known = this.byInode.get(netns);
    if (known !== undefined) return known;
    const settings = new NetworkSettings(netns, this.files, this.gaps, this.sockDiag);
    const namespace = {
      tables: new NamespaceTables(netns, this.gaps, this.files, settings),
      settings,
      entrance: this.sockDiag === null ? null : new Entrance(netns, this.sockDiag, this.gaps),
      members: [],
      moved: true,
      attentive: false,
      readAt: -Infinity,
      cost: 0,
    };
    this.byInode.set(netns, namespace);
    return namespace;
  }

  /** What was closed before the tables are read: it may have stood in those that were read before. */
  private async hear(facts: Fact[], namespace: Namespace, uptime: number, effort: Effort): Promise<void> {
    const { entrance, tables } = namespace;
    await entrance?.feed?.read(facts, uptime, tables, effort);
    // What was opened and closed in between moved no count.
    if (tables.rests.asked) namespace.moved = true;
  }

  private async readNamespace(
    facts: Fact[],
    namespace: Namespace,
    uptime: number,
    effort: Effort,
  ): Promise<void> {
    const { tables, entrance, settings } = namespace;
    this.tellAbsent(facts);
    const before = effort.spent();
    const missed = (inode: number): void => {
      this.missed.delete(inode);
      this.missed.set(inode, uptime);
    };
    for (const process of namespace.members) {
      // A process can move to another namespace (setns(2)) and take the eyes of this one with it.
      const folder = process.folder.slice(0, -"/fd".length);
      if (this.identity.readNetns(folder) !== tables.netns) continue;
      await entrance?.open(facts, folder, uptime, effort);
      await settings.read(facts, folder, uptime, effort);
      const diag = entrance?.diag ?? null;
      if (!(await tables.read(facts, `${folder}/net`, diag, uptime, effort, missed))) continue;
      entrance?.feed?.begin(facts, uptime);
      namespace.moved = false;
      break;
    }
    namespace.readAt = uptime;
    namespace.cost = effort.spent() - before + tables.costElsewhere;
  }

  private tellAbsent(facts: Fact[]): void {
    if (this.absent !== null) this.gaps.tell(facts, "host", null, IDLE_TIMES, "unsupported", this.absent);
    this.absent = null;
  }
}

function isDue(namespace: Namespace, { closely, stretch = 1 }: Attention, uptime: number): boolean {
  const { cost, attentive, entrance } = namespace;
  if (closely === true) return attentive && uptime - namespace.readAt >= cost * CLOSE_REST;
  // It begins with a reading, which says what is known.
  if (entrance?.feed?.isDue(uptime) === true) return true;
  const { waiting, pressing } = namespace.tables;
  const moved = namespace.moved || waiting > 0 || pressing;
  const stretched = cost * stretch;
  const rest = attentive
    ? stretched * ATTENTIVE_REST
    : moved
      ? stretched * MOVED_REST
      : Math.max(QUIET_SECONDS, stretched * QUIET_REST);
  return uptime - namespace.readAt >= rest - EARLY_SECONDS;
}
