import { LineFault } from "./check.ts";
import { MAX_LINE_BYTES } from "./limits.ts";

const NEWLINE = 10;

/**
 * Cuts a stream of bytes into lines. Whole lines are decoded, never chunks, so that a character cut in two by the end
 * of a chunk comes out whole. Bytes that are not UTF-8 become U+FFFD. node:readline decodes and copies more than
 * once and knows no longest line.
 *
 * Use: `feed` a chunk, call `next` until it is null, feed the next; at the end take `rest`.
 */
export class LineSplitter {
  /** Number of the line that `next` gave last; 0 before the first. */
  line = 0;

  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;

  /** The chunk must not be written to until `next` has given null. */
  feed(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next whole line; null when more bytes are needed. Throws a LineFault for a line that is too long. */
  next(): string | null {
    const end = this.#chunk.indexOf(NEWLINE, this.#at);
    if (end < 0) {
      this.#keep(this.#chunk.subarray(this.#at));
      this.#at = this.#chunk.length;
      return null;
    }
    const start = this.#at;
    this.#at = end + 1;
    if (this.#keptBytes === 0) {
      this.line++;
      if (end - start > MAX_LINE_BYTES) this.#refuse();
      return this.#chunk.toString("utf8", start, end);
    }
    this.#keep(this.#chunk.subarray(start, end));
    this.line++;
    return this.#take();
  }

  /** What stands after the last newline; "" when nothing does. */
  rest(): string {
    return this.#take();
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#kept.push(piece);
    this.#keptBytes += piece.length;
    if (this.#keptBytes > MAX_LINE_BYTES) {
      this.line++;
      this.#refuse();
    }
  }

  #take(): string {
    const text = Buffer.concat(this.#kept).toString("utf8");
    this.#kept = [];
    this.#keptBytes = 0;
    return text;
  }

  #refuse(): never {
    this.#kept = [];
    this.#keptBytes = 0;
    throw new LineFault(`is longer than ${MAX_LINE_BYTES} bytes`);
  }
}
