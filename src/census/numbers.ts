import { resized } from "./columns.ts";

const NONE = -1;
/** A number may be this many times as high as descriptors are open and still have its place in the array. */
const MOST_TIMES = 4;
const ALWAYS_BELOW = 64;

/**
 * The descriptors of one process by their number. The kernel gives out the lowest number that is free, so an array by
 * number has few holes: five bytes a descriptor. Numbers far above the others, as a shell's 255, stand in a map.
 */
export class Numbers {
  #slots = new Int32Array(0);
  readonly #far = new Map<number, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The slot of the number, or -1. */
  get(number: number): number {
    if (number < this.#slots.length) return this.#slots[number] as number;
    return this.#far.size === 0 ? NONE : (this.#far.get(number) ?? NONE);
  }

  set(number: number, slot: number): void {
    if (this.get(number) === NONE) this.#size++;
    if (number >= this.#slots.length && number < MOST_TIMES * this.#size + ALWAYS_BELOW) this.#reach(number);
    if (number < this.#slots.length) this.#slots[number] = slot;
    else this.#far.set(number, slot);
  }

  delete(number: number): void {
    if (this.get(number) === NONE) return;
    this.#size--;
    if (number < this.#slots.length) this.#slots[number] = NONE;
    else this.#far.delete(number);
    // What a burst took is given back; it comes to an eighth of what is open only after as many closings.
    if (this.#slots.length > 2 * MOST_TIMES * (this.#size + ALWAYS_BELOW)) this.#shrink();
  }

  /** Slots, by ascending number as far as those are not far apart. */
  slots(): number[] {
    const slots: number[] = [];
    // An iterator makes an object for each: five times the memory, for a hundred thousand.
    for (let number = 0; number < this.#slots.length; number++) {
      const slot = this.#slots[number] as number;
      if (slot !== NONE) slots.push(slot);
    }
    for (const slot of this.#far.values()) slots.push(slot);
    return slots;
  }

  /** Makes the array long enough for the number and takes in those that stood outside. */
  #reach(number: number): void {
    const length = this.#slots.length;
    this.#slots = resized(this.#slots, Math.max(number + 1, length + (length >> 3), 8));
    this.#slots.fill(NONE, length);
    for (const [far, slot] of this.#far) {
      if (far >= this.#slots.length) continue;
      this.#slots[far] = slot;
      this.#far.delete(far);
    }
  }

  #shrink(): void {
    const slots = this.#slots;
    const length = MOST_TIMES * this.#size + ALWAYS_BELOW;
    for (let number = length; number < slots.length; number++) {
      const slot = slots[number] as number;
      if (slot !== NONE) this.#far.set(number, slot);
    }
    this.#slots = resized(slots, length);
  }
}
