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
}

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
  /** Codes of protocol, state and direction, and whether it is gone, four bytes a row. */
  #codes = new Uint8Array(4 * 256);
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
    this.#codes[4 * slot + 3] = row.gone ? 1 : 0;
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
    return {
      netns: this.#netns[slot] as number,
      inode: this.#inode[slot] as number,
      protocol: this.#protocols.word(this.#codes[4 * slot] as number),
      state: this.#states.word(this.#codes[4 * slot + 1] as number),
      direction: this.#directions.word(this.#codes[4 * slot + 2] as number),
      gone: this.#codes[4 * slot + 3] === 1,
      local: this.#local[slot] as string,
      remote: this.#remote[slot] as string,
    };
  }

  #grow(): void {
    const size = this.#inode.length * 2;
    const [inode, netns, codes] = [this.#inode, this.#netns, this.#codes];
    (this.#inode = new Float64Array(size)).set(inode);
    (this.#netns = new Float64Array(size)).set(netns);
    (this.#codes = new Uint8Array(4 * size)).set(codes);
  }
}
