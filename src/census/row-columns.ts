import type { Direction, SocketFact, SocketProtocol } from "../model/facts.ts";
import { NumberIndex } from "./number-index.ts";

/** A socket as the tables showed it last. */
export interface SocketRow extends Pick<
  SocketFact,
  "netns" | "inode" | "protocol" | "state" | "local" | "remote"
> {
  /** Decided when the socket was first seen: it stays inbound after the listener is closed. */
  readonly direction: Direction | null;
  /** It has left every table; when its descriptor is still open it is a ghost. */
  readonly gone: boolean;
  /** Owner of the socket; null: the table does not say. */
  readonly uid: number | null;
  /** Seconds since boot at which its row was first seen. */
  readonly seenAt: number;
  /** Seconds since boot at which it last carried data, heartbeats included; null: not known. */
  readonly usedAt: number | null;
  /** Segments with data at that time; null: not known. */
  readonly segments: number | null;
  /** It was used again, well after it was opened: one that is kept to be used, as those of a pool. */
  readonly reused: boolean;
  /** Seconds since boot since when bytes wait in its receive queue; null: none do. */
  readonly unreadSince: number | null;
  /** They have waited for so long that nobody is reading. */
  readonly unread: boolean;
}

const GONE = 1;
const REUSED = 2;
const UNREAD = 4;

/** Small numbers for a few words, given out as they are met. */
class Words<Word> {
  readonly #words: Word[] = [];

  codeOf(word: Word): number {
    const known = this.#words.indexOf(word);
    return known !== -1 ? known : this.#words.push(word) - 1;
  }

  word(code: number): Word {
    return this.#words[code] as Word;
  }
}

/** Rows by inode, in columns: about half of what an object a row takes, and busy hosts have tens of thousands. */
export class RowColumns {
  readonly #index = new NumberIndex();
  readonly #protocols = new Words<SocketProtocol>();
  readonly #states = new Words<SocketFact["state"]>();
  readonly #directions = new Words<Direction | null>();
  #inode = new Float64Array(256);
  #netns = new Float64Array(256);
  /** Codes of protocol, state and direction, and the flags, four bytes a row. */
  #codes = new Uint8Array(4 * 256);
  /** NaN: not known, or not so. */
  #uid = new Float64Array(256);
  #seenAt = new Float64Array(256);
  #usedAt = new Float64Array(256);
  #segments = new Float64Array(256);
  #unreadSince = new Float64Array(256);
  readonly #local: string[] = [];
  readonly #remote: string[] = [];
  readonly #free: number[] = [];

  get(inode: number): SocketRow | undefined {
    const slot = this.#index.get(inode);
    return slot === -1 ? undefined : this.#row(slot);
  }

  set(row: SocketRow): void {
    let slot = this.#index.get(row.inode);
    if (slot === -1) {
      slot = this.#free.pop() ?? this.#local.length;
      if (slot === this.#inode.length) this.#grow();
      this.#index.set(row.inode, slot);
    }
    this.#inode[slot] = row.inode;
    this.#netns[slot] = row.netns;
    this.#codes[4 * slot] = this.#protocols.codeOf(row.protocol);
    this.#codes[4 * slot + 1] = this.#states.codeOf(row.state);
    this.#codes[4 * slot + 2] = this.#directions.codeOf(row.direction);
    this.#codes[4 * slot + 3] = (row.gone ? GONE : 0) | (row.reused ? REUSED : 0) | (row.unread ? UNREAD : 0);
    this.#uid[slot] = row.uid ?? Number.NaN;
    this.#seenAt[slot] = row.seenAt;
    this.#usedAt[slot] = row.usedAt ?? Number.NaN;
    this.#segments[slot] = row.segments ?? Number.NaN;
    this.#unreadSince[slot] = row.unreadSince ?? Number.NaN;
    this.#local[slot] = row.local;
    this.#remote[slot] = row.remote;
  }

  delete(inode: number): void {
    const slot = this.#index.get(inode);
    if (slot === -1) return;
    this.#index.delete(inode);
    this.#inode[slot] = 0;
    this.#local[slot] = "";
    this.#remote[slot] = "";
    this.#free.push(slot);
  }

  *all(): Generator<SocketRow> {
    for (let slot = 0; slot < this.#local.length; slot++) if (this.#inode[slot] !== 0) yield this.#row(slot);
  }

  #row(slot: number): SocketRow {
    const flags = this.#codes[4 * slot + 3] as number;
    return {
      netns: this.#netns[slot] as number,
      inode: this.#inode[slot] as number,
      protocol: this.#protocols.word(this.#codes[4 * slot] as number),
      state: this.#states.word(this.#codes[4 * slot + 1] as number),
      direction: this.#directions.word(this.#codes[4 * slot + 2] as number),
      gone: (flags & GONE) !== 0,
      uid: orNull(this.#uid[slot]),
      seenAt: this.#seenAt[slot] as number,
      usedAt: orNull(this.#usedAt[slot]),
      segments: orNull(this.#segments[slot]),
      reused: (flags & REUSED) !== 0,
      unreadSince: orNull(this.#unreadSince[slot]),
      unread: (flags & UNREAD) !== 0,
      local: this.#local[slot] as string,
      remote: this.#remote[slot] as string,
    };
  }

  #grow(): void {
    const size = this.#inode.length * 2;
    const codes = this.#codes;
    (this.#codes = new Uint8Array(4 * size)).set(codes);
    this.#inode = resized(this.#inode, size);
    this.#netns = resized(this.#netns, size);
    this.#uid = resized(this.#uid, size);
    this.#seenAt = resized(this.#seenAt, size);
    this.#usedAt = resized(this.#usedAt, size);
    this.#segments = resized(this.#segments, size);
    this.#unreadSince = resized(this.#unreadSince, size);
  }
}

function resized(from: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(size);
  to.set(from);
  return to;
}

function orNull(figure: number | undefined): number | null {
  return figure === undefined || Number.isNaN(figure) ? null : figure;
}
