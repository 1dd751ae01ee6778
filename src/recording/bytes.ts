/** The bytes of a recording, inflated when they are gzip. */
import { type FileHandle, open } from "node:fs/promises";
import { type InflateFault, INFLATE_SLICE, Inflater } from "./inflate.ts";
import { notReadable, otherCompression, terminal } from "./refusals.ts";

const CHUNK = 64 * 1024;
/** Bytes needed to tell what a file is. */
const MAGIC_BYTES = 6;

/** First bytes of what people may compress a recording with besides gzip. */
const OTHER_MAGIC: readonly (readonly [bytes: readonly number[], program: string])[] = [
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz"],
  [[0x42, 0x5a, 0x68], "bzip2"],
  [[0x04, 0x22, 0x4d, 0x18], "lz4"],
];

/** Text of a recording in chunks. */
export interface TextBytes {
  /** The next chunk; null at the end. Rejects with a DescryError when the disk or pipe fails. */
  next(): Promise<Buffer | null>;
  /** After `next` gave null: why the compressed stream ended where it did; null when it ended well. */
  fault(): InflateFault | null;
  close(): Promise<void>;
}

interface RawBytes {
  next(): Promise<Buffer | null>;
  close(): Promise<void>;
}

/** Opens a file, or standard input for "-". Rejects with a DescryError. */
export async function openBytes(path: string, name: string): Promise<TextBytes> {
  const raw = path === "-" ? readStandardInput(name) : await readFile(path, name);
  try {
    const beginning = await readBeginning(raw, MAGIC_BYTES);
    const other = OTHER_MAGIC.find(([bytes]) => bytes.every((byte, at) => beginning[at] === byte));
    if (other !== undefined) throw otherCompression(name, other[1]);
    const whole = prepend(beginning, raw);
    return isGzip(beginning) ? new InflatedBytes(whole) : plain(whole);
  } catch (error) {
    await raw.close();
    throw error;
  }
}

/** The first `count` bytes, fewer in a shorter file, and the same bytes from their beginning. */
export async function peek(
  bytes: TextBytes,
  count: number,
): Promise<{ readonly beginning: Buffer; readonly bytes: TextBytes }> {
  const beginning = await readBeginning(bytes, count);
  return { beginning, bytes: { ...prepend(beginning, bytes), fault: () => bytes.fault() } };
}

/** A file of one byte may be the beginning of a torn one. */
function isGzip(beginning: Buffer): boolean {
  return beginning[0] === 0x1f && (beginning.length === 1 || beginning[1] === 0x8b);
}

async function readFile(path: string, name: string): Promise<RawBytes> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    throw notReadable(name, error);
  }
  return {
    next: async () => {
      try {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, null);
        return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
      } catch (error) {
        throw notReadable(name, error);
      }
    },
    close: () => handle.close(),
  };
}

function readStandardInput(name: string): RawBytes {
  if (process.stdin.isTTY) throw terminal(name);
  const chunks = process.stdin[Symbol.asyncIterator]();
  return {
    next: async () => {
      try {
        const { value, done } = await chunks.next();
        return done === true ? null : Buffer.from(value);
      } catch (error) {
        throw notReadable(name, error);
      }
    },
    close: async () => {
      process.stdin.destroy();
    },
  };
}

/** The first bytes, which a pipe may bring in pieces: at least `count`, or all there are. */
async function readBeginning(raw: RawBytes, count: number): Promise<Buffer> {
  let beginning: Buffer = Buffer.alloc(0);
  while (beginning.length < count) {
    const chunk = await raw.next();
    if (chunk === null) break;
    beginning = Buffer.concat([beginning, chunk]);
  }
  return beginning;
}

function prepend(beginning: Buffer, raw: RawBytes): RawBytes {
  let pending = beginning.length > 0 ? beginning : null;
  return {
    next: async () => {
      const chunk = pending;
      pending = null;
      return chunk ?? (await raw.next());
    },
    close: () => raw.close(),
  };
}

function plain(raw: RawBytes): TextBytes {
  return { next: () => raw.next(), fault: () => null, close: () => raw.close() };
}

class InflatedBytes implements TextBytes {
  readonly #raw: RawBytes;
  readonly #inflater = new Inflater();
  #compressed: Buffer = Buffer.alloc(0);
  #inflated: Buffer[] = [];
  #finished = false;

  constructor(raw: RawBytes) {
    this.#raw = raw;
  }

  async next(): Promise<Buffer | null> {
    while (this.#inflated.length === 0 && !this.#finished) {
      this.#inflated = await this.#step();
      this.#finished ||= this.#inflater.fault !== null;
    }
    return this.#inflated.shift() ?? null;
  }

  fault(): InflateFault | null {
    return this.#inflater.fault;
  }

  async close(): Promise<void> {
    this.#inflater.close();
    await this.#raw.close();
  }

  /** Inflates a slice; fetches the next chunk when all of the last one is inflated. */
  async #step(): Promise<Buffer[]> {
    if (this.#compressed.length === 0) {
      const chunk = await this.#raw.next();
      this.#finished = chunk === null;
      if (chunk === null) return this.#inflater.finish();
      this.#compressed = chunk;
    }
    const slice = this.#compressed.subarray(0, INFLATE_SLICE);
    this.#compressed = this.#compressed.subarray(slice.length);
    return this.#inflater.inflate(slice);
  }
}
