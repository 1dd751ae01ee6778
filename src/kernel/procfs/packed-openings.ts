import { isAscii } from "node:buffer";
import type { Opening, Openings } from "../../model/facts.ts";
import type { ListedFolders } from "./addon.ts";
import { ANONYMOUS } from "./fdinfo/holders.ts";
import { linkText } from "./link.ts";

/** First characters of "socket:[...]" and "pipe:[...]": each is of one inode, so its text is hardly asked for twice. */
const [SOCKET, PIPE] = [0x73, 0x70];

/** The texts of one answer of the addon, made when they are asked for; one that many descriptors share is made once. */
export class PackedTexts {
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;
  readonly #ascii: boolean;
  readonly #made: (string | undefined)[] = [];

  constructor({ texts, textEnds }: Pick<ListedFolders, "texts" | "textEnds">) {
    this.#bytes = Buffer.from(texts.buffer, texts.byteOffset, texts.length);
    this.#ends = textEnds;
    this.#ascii = isAscii(this.#bytes);
  }

  isAnonymous(index: number): boolean {
    return this.#bytes[this.#begin(index)] === ANONYMOUS;
  }

  at(index: number): string {
    const known = this.#made[index];
    if (known !== undefined) return known;
    const from = this.#begin(index);
    const raw = this.#bytes.toString("latin1", from, this.#ends[index] ?? from);
    const text = this.#ascii ? raw : linkText(raw);
    const first = this.#bytes[from];
    if (first !== SOCKET && first !== PIPE) this.#made[index] = text;
    return text;
  }

  #begin(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
  }
}

/** Openings as the addon packed them: numbers, and for each the index of its link. */
export class PackedOpenings implements Openings {
  readonly #numbers: Int32Array;
  readonly #indexes: Int32Array;
  readonly #texts: PackedTexts;

  constructor(numbers: Int32Array, indexes: Int32Array, texts: PackedTexts) {
    this.#numbers = numbers;
    this.#indexes = indexes;
    this.#texts = texts;
  }

  get length(): number {
    return this.#numbers.length;
  }

  slice(from: number, to: number): PackedOpenings {
    return new PackedOpenings(
      this.#numbers.subarray(from, to),
      this.#indexes.subarray(from, to),
      this.#texts,
    );
  }

  *[Symbol.iterator](): Generator<Opening> {
    for (let at = 0; at < this.#numbers.length; at++) yield this.#opening(at);
  }

  /** Those of anonymous inodes that have one of these links. */
  anonymous(fits: (link: string) => boolean): Opening[] {
    const found: Opening[] = [];
    for (let at = 0; at < this.#indexes.length; at++) {
      const index = this.#indexes[at] as number;
      if (this.#texts.isAnonymous(index) && fits(this.#texts.at(index))) found.push(this.#opening(at));
    }
    return found;
  }

  #opening(at: number): Opening {
    return [this.#numbers[at] as number, this.#texts.at(this.#indexes[at] as number)];
  }
}
