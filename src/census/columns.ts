type Column =
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

const DOUBLED_UP_TO = 65_536;

/** How long the columns of a table become that is full: twice as long at first, then by a sixteenth, so that little stands empty. */
export function longer(length: number): number {
  return length < DOUBLED_UP_TO ? length * 2 : length + (length >> 4);
}

/** The column with another length. The old one is empty from then on: its memory is given back at once, not when it is collected. */
export function resized<T extends Column>(column: T, length: number): T {
  const buffer = column.buffer.transfer(length * column.BYTES_PER_ELEMENT);
  const Kind = column.constructor as new (buffer: ArrayBuffer) => T;
  return new Kind(buffer);
}

/** Stands for what is not there, and for what does not fit. */
const ELSEWHERE = 0xffff_ffff;

/** Whole numbers from 0 by slot, most of them below 2^32, or `Absent`: four bytes each, and more for those few that are larger. */
export class WholeNumbers<Absent extends number | null> {
  readonly #absent: Absent;
  #numbers = new Uint32Array(256);
  readonly #large = new Map<number, number>();

  /** `absent` is what stands for no number. */
  constructor(absent: Absent) {
    this.#absent = absent;
  }

  get(slot: number): number | Absent {
    const number = this.#numbers[slot] as number;
    return number === ELSEWHERE ? (this.#large.get(slot) ?? this.#absent) : number;
  }

  set(slot: number, number: number | Absent): void {
    if (this.#large.size > 0) this.#large.delete(slot);
    const fits = number !== null && Number.isInteger(number) && number >= 0 && number < ELSEWHERE;
    this.#numbers[slot] = fits ? number : ELSEWHERE;
    if (number !== null && !fits && number !== this.#absent) this.#large.set(slot, number);
  }

  resize(length: number): void {
    this.#numbers = resized(this.#numbers, length);
  }
}

const PARTS_OF_A_SECOND = 16;

/**
 * Seconds since boot by slot, kept to a sixteenth of a second, which the grid of births is made of; rounded down, so
 * that nothing lies in the future. Negative infinity: before anybody looked. Four bytes each during the first eight years.
 */
export class Moments {
  readonly #parts = new WholeNumbers<number>(Number.NEGATIVE_INFINITY);

  get(slot: number): number {
    return this.#parts.get(slot) / PARTS_OF_A_SECOND;
  }

  set(slot: number, seconds: number): void {
    this.#parts.set(slot, Math.floor(seconds * PARTS_OF_A_SECOND));
  }

  resize(length: number): void {
    this.#parts.resize(length);
  }
}
