/** Points of a series that stand for a minute or an hour each. */
import { ByteReader, ByteWriter } from "./bytes.ts";
import { decodeColumn, encodeColumn } from "./columns.ts";

/**
 * A slot each: the last figure of its time, the smallest and the largest; NaN: nothing is known. Putting the same figures
 * in once more changes nothing, so what was interrupted half way may be done again.
 */
export class RolledPoints {
  readonly last: Float64Array;
  readonly least: Float64Array;
  readonly most: Float64Array;

  constructor(last: Float64Array, least: Float64Array = last.slice(), most: Float64Array = last.slice()) {
    this.last = last;
    this.least = least;
    this.most = most;
  }

  static unknown(slots: number): RolledPoints {
    return new RolledPoints(new Float64Array(slots).fill(Number.NaN));
  }

  /** A figure that is younger than those in the slot. */
  put(slot: number, value: number): void {
    this.putPoint(slot, value, value, value);
  }

  /** A point that is younger than those in the slot. */
  putPoint(slot: number, last: number, least: number, most: number): void {
    if (Number.isNaN(last)) return;
    this.last[slot] = last;
    if (!(least > (this.least[slot] as number))) this.least[slot] = least;
    if (!(most < (this.most[slot] as number))) this.most[slot] = most;
  }

  /** The column of last figures, then, where they differ from it, those of the smallest and the largest. */
  encode(): Uint8Array {
    const writer = new ByteWriter();
    const last = encodeColumn(this.last);
    writer.varint(last.length);
    writer.bytes(last);
    if (!same(this.least, this.last) || !same(this.most, this.last)) {
      const least = encodeColumn(this.least);
      writer.varint(least.length);
      writer.bytes(least);
      writer.bytes(encodeColumn(this.most));
    }
    return writer.take();
  }

  /** Throws a ByteFault. */
  static decode(bytes: Uint8Array, slots: number): RolledPoints {
    const reader = new ByteReader(bytes);
    const last = decodeColumn(reader.bytes(reader.varint()), slots);
    if (reader.ended) return new RolledPoints(last);
    const least = decodeColumn(reader.bytes(reader.varint()), slots);
    return new RolledPoints(last, least, decodeColumn(reader.rest(), slots));
  }
}

function same(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, at) => Object.is(value, b[at]));
}
