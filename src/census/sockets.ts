import { REUSED_AFTER } from "../model/closings.ts";
import type { Direction, SocketFact, Use } from "../model/socket-facts.ts";
import { Beats } from "./beats.ts";
import { subjectOf, type ClassTraits, type StateGroup } from "./classes.ts";
import { portOf } from "./product.ts";
import { type LastUse, RowColumns, type SocketRow, type OutboundRow } from "./row-columns.ts";
import { mayBeBeats, UNREAD_AFTER } from "./use.ts";

interface Listener {
  readonly address: string;
  readonly inode: number;
}

/** The rows of all socket tables, and who listens where. */
export class SocketRows {
  readonly #rows = new RowColumns();
  #listeners = new Map<string, Listener[]>();
  /** Inodes of sockets in which bytes wait, not yet for long. */
  readonly #waiting = new Set<number>();
  /** By inode, of connections over which little went at a time, now and then. */
  readonly #beats = new Map<number, Beats>();
  /** By inode, of sockets that stand in no table. */
  readonly #protocolNames = new Map<number, string>();

  get(inode: number): SocketRow | undefined {
    return this.#rows.get(inode);
  }

  lastUse(inode: number): LastUse | null {
    return this.#rows.lastUse(inode);
  }

  /** All rows, those of sockets that are gone but still open included. */
  all(): Iterable<SocketRow> {
    return this.#rows.all();
  }

  /** Shows each open TCP connection that went out, in one object. */
  outbound(visit: (row: OutboundRow) => void): void {
    this.#rows.outbound(visit);
  }

  set(row: SocketFact, uptime: number): SocketRow {
    const before = this.#rows.get(row.inode);
    if (row.protocol === "tcp" && row.state === "LISTEN" && before?.state !== "LISTEN") this.#listen(row);
    const { netns, inode, protocol, state, local, remote, receiveQueue, usedAt, segments, exchanges } = row;
    const waits = protocol === "tcp" && state === "ESTABLISHED" && (receiveQueue ?? 0) > 0;
    const stored: SocketRow = {
      ...{ netns, inode, protocol, state, local, remote },
      direction: before?.direction ?? this.#direction(row),
      gone: false,
      uid: row.uid ?? before?.uid ?? null,
      seenAt: before?.seenAt ?? uptime,
      // Of a socket that is known a use is taken by itself, against what was known.
      usedAt: before?.usedAt ?? usedAt ?? null,
      segments: before?.segments ?? segments ?? null,
      exchanges: before === undefined ? (exchanges ?? null) : before.exchanges,
      reused: before?.reused ?? false,
      unreadSince: waits ? (before?.unreadSince ?? uptime) : null,
      unread: waits && before?.unread === true,
    };
    this.#rows.set(stored);
    if (waits && !stored.unread) this.#waiting.add(inode);
    else this.#waiting.delete(inode);
    return stored;
  }

  /** Takes that a connection carried data. Null where that was no work: a heartbeat, or a socket that is not known. */
  use(use: Use, uptime: number): SocketRow | null {
    const [inode, usedAt, segments, exchanges = null] = use;
    const before = this.#rows.get(inode);
    if (before === undefined) return null;
    const works = this.#works(before, use, uptime);
    const reused = before.reused || (works && usedAt - before.seenAt >= REUSED_AFTER);
    // What is worked on is read, however full its queue was whenever somebody looked.
    const waits = before.unreadSince !== null;
    const unreadSince = waits && works ? uptime : before.unreadSince;
    const told = { usedAt, segments, exchanges, reused };
    const row = { ...before, ...told, unreadSince, unread: before.unread && !works };
    if (waits && works) this.#waiting.add(inode);
    this.#rows.set(row);
    return works ? row : null;
  }

  #works({ segments: before, seenAt }: SocketRow, [inode, usedAt, segments]: Use, uptime: number): boolean {
    if (before === null) return true;
    const known = this.#beats.get(inode);
    if (!mayBeBeats(segments - before, uptime - seenAt)) {
      known?.work();
      return true;
    }
    const beats = known ?? new Beats();
    if (known === undefined) this.#beats.set(inode, beats);
    return beats.take(segments - before, usedAt);
  }

  /** Sockets in which bytes have waited long enough now to say that nobody reads them; each is given once. */
  *nowUnread(uptime: number): Generator<SocketRow> {
    for (const inode of this.#waiting) {
      const row = this.#rows.get(inode);
      if (row?.unreadSince !== null && row !== undefined && uptime - row.unreadSince < UNREAD_AFTER) continue;
      this.#waiting.delete(inode);
      if (row === undefined || row.unreadSince === null || row.gone) continue;
      const unread = { ...row, unread: true };
      this.#rows.set(unread);
      yield unread;
    }
  }

  /** What the kernel calls the protocol of a socket that stands in no table. */
  nameProtocol(inode: number, name: string): void {
    this.#protocolNames.set(inode, name);
  }

  protocolOf(inode: number): string | null {
    return this.#protocolNames.get(inode) ?? null;
  }

  /** Keeps the last row, since a ghost is named by where it was once connected to. */
  markGone(inode: number): void {
    const before = this.#rows.get(inode);
    if (before === undefined) return;
    this.#rows.set({ ...before, gone: true });
    if (before.state === "LISTEN") this.#unlisten(before);
  }

  forget(inode: number): void {
    this.#rows.delete(inode);
    this.#waiting.delete(inode);
    this.#beats.delete(inode);
    this.#protocolNames.delete(inode);
  }

  /** Inode of the socket that listens for connections to this address in this namespace; null when none is known. */
  listenerFor(netns: number, address: string): number | null {
    const host = hostOf(address);
    const listeners = this.#listeners.get(`${netns} ${portOf(address)}`) ?? [];
    const exact = listeners.find((listener) => hostOf(listener.address) === host);
    const any = isLoopback(host)
      ? listeners.find((listener) => isWildcard(hostOf(listener.address)))
      : undefined;
    return (exact ?? any)?.inode ?? null;
  }

  /** For each of these connections the socket at its other end, when that end is on this host. */
  otherEnds(inodes: Iterable<number>): Map<number, number> {
    const wanted = new Map<string, number>();
    const addresses = new Set<string>();
    for (const inode of inodes) {
      const row = this.#rows.get(inode);
      if (row?.protocol !== "tcp" || row.state === "LISTEN") continue;
      wanted.set(reachKey(row, row.remote, row.local), inode);
      addresses.add(row.remote);
    }
    const found = new Map<number, number>();
    if (wanted.size === 0) return found;
    for (const row of this.#rows.withLocal(addresses)) {
      if (row.gone || row.protocol !== "tcp") continue;
      const near = wanted.get(reachKey(row, row.local, row.remote));
      if (near !== undefined && near !== row.inode) found.set(near, row.inode);
    }
    return found;
  }

  #direction(row: SocketFact): Direction | null {
    if (row.protocol === "unix") return row.state === "CONNECTED" && row.local !== "" ? "inbound" : null;
    if (row.protocol !== "tcp" || row.state === "LISTEN") return null;
    return this.#isListenedOn(row) ? "inbound" : "outbound";
  }

  #isListenedOn({ netns, local }: SocketFact): boolean {
    const listeners = this.#listeners.get(`${netns} ${portOf(local)}`) ?? [];
    const host = hostOf(local);
    return listeners.some(({ address }) => isWildcard(hostOf(address)) || hostOf(address) === host);
  }

  #listen({ netns, local, inode }: SocketFact): void {
    const key = `${netns} ${portOf(local)}`;
    this.#listeners.set(key, [...(this.#listeners.get(key) ?? []), { address: local, inode }]);
  }

  #unlisten({ netns, local, inode }: SocketRow): void {
    const key = `${netns} ${portOf(local)}`;
    const left = (this.#listeners.get(key) ?? []).filter((listener) => listener.inode !== inode);
    if (left.length === 0) this.#listeners.delete(key);
    else this.#listeners.set(key, left);
  }
}

/**
 * The class of a socket that never stood in a table, by what the kernel calls its protocol. TCP has no row when it was
 * never connected, was refused, reset or shut both ways; UDP when it was never bound; vsock, AF_ALG and others have no
 * table that is read here. Where the protocol is not known it stays what lsof calls "can't identify protocol".
 */
export function noRowTraits(protocol: string | null): ClassTraits {
  if (protocol === null) return { group: "no-row", subject: subjectOf("socket-other") };
  if (/^(MP)?TCP/.test(protocol)) return { group: "no-row", subject: subjectOf("tcp") };
  if (protocol.startsWith("UDP")) return { group: "held", subject: subjectOf("udp") };
  if (protocol.startsWith("UNIX")) return { group: "held", subject: subjectOf("unix") };
  const kind = protocol === "NETLINK" ? "netlink" : protocol === "PACKET" ? "packet" : "socket-other";
  return { group: "held", subject: subjectOf(kind) };
}

/** The class a socket counts in, from its last row. */
export function socketTraits(socket: SocketRow): ClassTraits {
  const { protocol, direction, gone, local, remote } = socket;
  if (protocol === "tcp") return tcpTraits(socket);
  if (gone) return { group: "no-row", subject: subjectOf("socket-other") };
  if (protocol === "unix")
    return { group: "held", subject: subjectOf("unix", { direction, path: local || null }) };
  if (protocol === "udp") {
    const peer = remote.endsWith(":0") ? null : remote;
    return {
      group: "held",
      subject: subjectOf("udp", { direction: peer === null ? null : "outbound", peer }),
    };
  }
  return { group: "held", subject: subjectOf(protocol === "raw" ? "socket-other" : protocol) };
}

function tcpTraits(socket: SocketRow): ClassTraits {
  const { direction, local, remote } = socket;
  const group = groupOf(socket);
  // Inbound connections come from a new port each, so what they have in common is the listener.
  const peer = direction === "outbound" ? remote : local;
  return { group, subject: subjectOf("tcp", { direction, peer, state: stateOf(group) }) };
}

function groupOf({ gone, state, direction, unread, reused }: SocketRow): StateGroup {
  if (gone) return "no-row";
  if (state === "CLOSE_WAIT") return "close-wait";
  if (state === "SYN_SENT") return "syn-sent";
  if (state === "LISTEN") return "listen";
  // A server that has not read a request yet is busy; a client that never reads its answer forgot it.
  if (unread && direction === "outbound") return "unread";
  return reused ? "reused" : "held";
}

function stateOf(group: StateGroup): "ESTABLISHED" | "CLOSE_WAIT" | "SYN_SENT" | "LISTEN" | null {
  if (group === "held" || group === "reused" || group === "unread") return "ESTABLISHED";
  if (group === "close-wait") return "CLOSE_WAIT";
  if (group === "syn-sent") return "SYN_SENT";
  return group === "listen" ? "LISTEN" : null;
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}

function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "[::]" || host === "*";
}

/** Both ends of a connection have one key, swapped. Loopback does not reach into another namespace. */
function reachKey({ netns }: SocketRow, one: string, other: string): string {
  return `${one} ${other} ${isLoopback(hostOf(one)) ? netns : ""}`;
}

function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "[::1]";
}
