import { resized } from "./columns.ts";

const TEXT = Number.NaN;
const NOTHING = -1;
const ZERO = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;

/**
 * Addresses of sockets by slot: "10.0.0.1:5432" as a number of 48 bits in eight bytes, where its text takes forty.
 * What is written otherwise (IPv6, paths) is kept as its text.
 */
export class Addresses {
  #packed = new Float64Array(256);
  readonly #texts = new Map<number, string>();

  get(slot: number): string {
    const packed = this.#packed[slot] as number;
    if (packed === NOTHING) return "";
    return Number.isNaN(packed) ? (this.#texts.get(slot) ?? "") : unpack(packed);
  }

  set(slot: number, address: string): void {
    const packed = address === "" ? NOTHING : pack(address);
    this.#packed[slot] = packed;
    if (Number.isNaN(packed)) this.#texts.set(slot, address);
    else if (this.#texts.size > 0) this.#texts.delete(slot);
  }

  /** Tells of a slot whether it has one of these addresses, without making its text. */
  amongst(addresses: Iterable<string>): (slot: number) => boolean {
    const [packed, texts] = [new Set<number>(), new Set<string>()];
    for (const address of addresses) {
      const one = address === "" ? NOTHING : pack(address);
      if (Number.isNaN(one)) texts.add(address);
      else packed.add(one);
    }
    return (slot) => {
      const one = this.#packed[slot] as number;
      return Number.isNaN(one) ? texts.has(this.#texts.get(slot) ?? "") : packed.has(one);
    };
  }

  resize(length: number): void {
    this.#packed = resized(this.#packed, length);
  }
}

/** NaN for what would not be the same text again. */
function pack(address: string): number {
  let [packed, at] = [0, 0];
  for (let part = 0; part < 5; part++) {
    const [end, most] = part < 3 ? [DOT, 255] : part === 3 ? [COLON, 255] : [undefined, 65_535];
    const from = at;
    let figure = 0;
    for (; at < address.length && at - from < 5; at++) {
      const digit = address.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) break;
      figure = figure * 10 + digit;
    }
    const hasZeroInFront = at - from > 1 && address.charCodeAt(from) === ZERO;
    if (at === from || figure > most || hasZeroInFront) return TEXT;
    if (end === undefined ? at !== address.length : address.charCodeAt(at) !== end) return TEXT;
    at++;
    packed = packed * (most + 1) + figure;
  }
  return packed;
}

function unpack(packed: number): string {
  const port = packed % 65_536;
  const host = Math.floor(packed / 65_536);
  return `${host >>> 24}.${(host >>> 16) & 255}.${(host >>> 8) & 255}.${host & 255}:${port}`;
}
