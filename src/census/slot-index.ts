const EMPTY = -1;

/**
 * A hash table from whole numbers (0 to 2^53 - 1) to the slots of a table that holds these numbers itself: what is kept
 * here is the slot alone, five to eleven bytes an entry, where a Map takes about 40. Open addressing, linear probing,
 * deletion by shifting back (Knuth, TAOCP 3, 6.4 R), at a load of at most three quarters.
 */
export class SlotIndex {
  readonly #keyOf: (slot: number) => number;
  #slots: Int32Array;
  #mask: number;
  #size = 0;

  /** `keyOf` gives the number that a slot holds. It must give the same from `set` until after `delete`. */
  constructor(keyOf: (slot: number) => number, room = 64) {
    this.#keyOf = keyOf;
    this.#slots = new Int32Array(room).fill(EMPTY);
    this.#mask = room - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** The slot of the key, or -1. */
  get(key: number): number {
    return this.#slots[this.#find(key)] as number;
  }

  /** The slot, which holds the key already, takes the place of one that held it before. */
  set(key: number, slot: number): void {
    const at = this.#find(key);
    if (this.#slots[at] === EMPTY) this.#size++;
    this.#slots[at] = slot;
    if (this.#size * 4 > this.#slots.length * 3) this.#grow();
  }

  delete(key: number): void {
    let hole = this.#find(key);
    if (this.#slots[hole] === EMPTY) return;
    this.#size--;
    for (let at = (hole + 1) & this.#mask; ; at = (at + 1) & this.#mask) {
      const moved = this.#slots[at] as number;
      if (moved === EMPTY) break;
      const home = this.#home(this.#keyOf(moved));
      // Moves back only what does not start between the hole and itself.
      if (((at - home) & this.#mask) >= ((at - hole) & this.#mask)) {
        this.#slots[hole] = moved;
        hole = at;
      }
    }
    this.#slots[hole] = EMPTY;
  }

  #home(key: number): number {
    const low = key >>> 0;
    const high = (key - low) / 4294967296;
    const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }

  /** Where the key is, or would be. */
  #find(key: number): number {
    let at = this.#home(key);
    for (;;) {
      const slot = this.#slots[at] as number;
      if (slot === EMPTY || this.#keyOf(slot) === key) return at;
      at = (at + 1) & this.#mask;
    }
  }

  #grow(): void {
    const slots = this.#slots;
    this.#slots = new Int32Array(slots.length * 2).fill(EMPTY);
    this.#mask = this.#slots.length - 1;
    for (const slot of slots) if (slot !== EMPTY) this.#slots[this.#find(this.#keyOf(slot))] = slot;
  }
}
