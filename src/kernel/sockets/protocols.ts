import type { Fact } from "../../model/facts.ts";
import { socketInode } from "../procfs/link.ts";
import type { WatchedProcess } from "../procfs/process.ts";
import type { SocketsAddon } from "../sockdiag/native.ts";
import type { Effort } from "./effort.ts";

/** Sockets that are asked about at once: 1 ms in another thread (Linux 6.18, one core). */
const MOST_ASKED = 200;
/** Looking for them took c seconds: not again before c times this, 0.1 % of a core ... */
const REST = 1000;
/** ... and these seconds, unless there were too many to ask about all. */
const REST_SECONDS = 5;

/** What is known of the tables. */
export interface KnownRows {
  /** Whether a socket stands in a table: of the namespace of the process that has it, or of another. */
  has(inode: number, netns: number | null): boolean;
  /** When the tables of this namespace were last read as a whole, in seconds of uptime; -Infinity: never. */
  completeAt(netns: number | null): number;
}

interface RowlessSocket {
  readonly inode: number;
  /** Its link in /proc/PID/fd. */
  readonly path: string;
}

/** What was found in a process, and when, in seconds of uptime. */
interface Walk {
  readonly at: number;
  readonly found: readonly RowlessSocket[];
}

/**
 * Asks what the kernel calls the protocol of each open socket that stands in no table: one that was never connected or
 * has lost its connection, or one of a kind that has no table. It is asked once of each.
 */
export class SocketProtocols {
  private readonly addon: SocketsAddon;
  private readonly rows: KnownRows;
  private asked = new Set<number>();
  private readonly walks = new WeakMap<WatchedProcess, Walk>();
  private nextAt = -Infinity;

  constructor(addon: SocketsAddon, rows: KnownRows) {
    this.addon = addon;
    this.rows = rows;
  }

  async read(
    facts: Fact[],
    processes: ReadonlyMap<number, WatchedProcess>,
    uptime: number,
    effort: Effort,
  ): Promise<void> {
    if (uptime < this.nextAt) return;
    const before = effort.spent();
    // Those of before that are closed by now or have a row are forgotten.
    const asked = new Set<number>();
    const sockets: RowlessSocket[] = [];
    let more = false;
    for await (const socket of this.rowless(processes, uptime, effort)) {
      const { inode } = socket;
      if (asked.has(inode)) continue;
      const isNew = !this.asked.has(inode);
      if (isNew && sockets.length === MOST_ASKED) {
        more = true;
        continue;
      }
      asked.add(inode);
      if (isNew) sockets.push(socket);
    }
    this.asked = asked;
    this.nextAt = uptime + Math.max(more ? 0 : REST_SECONDS, (effort.spent() - before) * REST);
    if (sockets.length > 0) await this.ask(facts, sockets);
  }

  private async *rowless(
    processes: ReadonlyMap<number, WatchedProcess>,
    uptime: number,
    effort: Effort,
  ): AsyncGenerator<RowlessSocket> {
    for (const process of processes.values()) {
      const { descriptors, fact, folder, listedAt } = process;
      const completeAt = this.rows.completeAt(fact.netns);
      const before = this.walks.get(process);
      if (before !== undefined && listedAt < before.at && completeAt < before.at) {
        yield* before.found;
        continue;
      }
      const { length, identities, numbers, seenAt } = descriptors;
      const found: RowlessSocket[] = [];
      for (let at = 0; at < length; at++) {
        if (effort.over()) await effort.rest();
        const inode = socketInode(identities[at] ?? -1);
        // What was met after the tables had been read may stand in them.
        if (inode === null || (seenAt[at] ?? 0) > completeAt || this.rows.has(inode, fact.netns)) continue;
        found.push({ inode, path: `${folder}/${numbers[at] ?? 0}` });
      }
      this.walks.set(process, { at: uptime, found });
      yield* found;
    }
  }

  private async ask(facts: Fact[], sockets: readonly RowlessSocket[]): Promise<void> {
    const names = await this.addon.socketProtocolNames(
      sockets.map(({ path }) => path),
      sockets.map(({ inode }) => inode),
    );
    for (const [place, { inode }] of sockets.entries()) {
      const name = names[place];
      // A number: it is closed by now, or nobody may ask.
      if (typeof name === "string") facts.push({ fact: "socket-protocol", inode, name });
    }
  }
}
