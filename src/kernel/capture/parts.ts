import { CaptureFault } from "./faults.ts";

/** Bytes of one part: about a million rows of /proc/net/tcp. */
const MOST_PART_BYTES = 128 * 1024 * 1024;
/** The head of a part is the mark, a word, and a path that the script made. */
const MOST_HEAD_BYTES = 512;
const NEWLINE = 0x0a;
/** Kinds that have no content, so that they are whole with their head: a round is judged when it is done, not when the next begins. */
const BARE: ReadonlySet<string> = new Set(["done", "denied", "gone", "end"]);

/** One part of a capture: "file", "812/cmdline", and the bytes of that file. */
export interface Part {
  readonly kind: string;
  /** What stands after the kind; "" when nothing does. */
  readonly subject: string;
  readonly content: Buffer;
  /** Number of the line with its head. */
  readonly line: number;
}

type Head = Omit<Part, "content">;

/**
 * Cuts a stream of bytes into the parts of a capture. A part begins with the line "MARK kind subject"; the newline
 * before that line belongs to it, so content that does not end in one stays exact. MARK is a random UUID from the
 * first line: no command line and no path can know it.
 */
export class PartSplitter {
  readonly #separator: Buffer;
  #bytes: Buffer = Buffer.alloc(0);
  /** Content of the part being read that has left `#bytes`. */
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #head: Head | null = null;
  #line: number;
  readonly #whole: Part[] = [];

  /** `line`: how many lines stand before the first byte that is fed. */
  constructor(mark: string, line: number) {
    this.#separator = Buffer.from(`\n${mark} `, "latin1");
    this.#line = line;
  }

  /** How many lines have been read to their end. */
  get line(): number {
    return this.#line;
  }

  feed(chunk: Buffer): void {
    this.#bytes = this.#bytes.length > 0 ? Buffer.concat([this.#bytes, chunk]) : chunk;
  }

  /** The next whole part; null when more bytes are needed. Throws a CaptureFault. */
  next(): Part | null {
    while (this.#whole.length === 0) if (!this.#cut()) return null;
    return this.#whole.shift() ?? null;
  }

  /** Takes one head with the content before it; false when there is no whole one. */
  #cut(): boolean {
    const at = this.#bytes.indexOf(this.#separator);
    // A separator may be cut in two by the end of the bytes so far.
    if (at < 0) {
      this.#keep(Math.max(0, this.#bytes.length - this.#separator.length + 1));
      return false;
    }
    this.#keep(at);
    const start = this.#separator.length;
    const end = this.#bytes.indexOf(NEWLINE, start);
    const length = (end < 0 ? this.#bytes.length : end) - start;
    if (length > MOST_HEAD_BYTES) throw new CaptureFault("begins a part and is too long for that");
    if (end < 0) return false;
    this.#line++;
    this.#finish();
    this.#line++;
    this.#begin(this.#bytes.toString("latin1", start, end));
    this.#bytes = this.#bytes.subarray(end + 1);
    return true;
  }

  #begin(text: string): void {
    const blank = text.indexOf(" ");
    const kind = blank < 0 ? text : text.slice(0, blank);
    this.#head = { kind, subject: blank < 0 ? "" : text.slice(blank + 1), line: this.#line };
    if (BARE.has(kind)) this.#finish();
  }

  #finish(): void {
    if (this.#head !== null) this.#whole.push({ ...this.#head, content: Buffer.concat(this.#kept) });
    this.#head = null;
    this.#kept = [];
    this.#keptBytes = 0;
  }

  /** Moves the first bytes into the part being read; outside of one they are passed over. */
  #keep(length: number): void {
    if (length === 0) return;
    const piece = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) this.#line++;
    if (this.#head === null) return;
    this.#kept.push(piece);
    this.#keptBytes += length;
    if (this.#keptBytes > MOST_PART_BYTES)
      throw new CaptureFault(`makes its part larger than ${MOST_PART_BYTES} bytes`);
  }
}
