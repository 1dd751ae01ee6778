import { createGunzip, type Gunzip } from "node:zlib";

/** Compressed bytes handed to zlib at once. Deflate grows data at most 1032-fold, so this bounds what comes back. */
export const INFLATE_SLICE = 8 * 1024;

/** Why zlib stopped: `torn` when the bytes ended too early, `damaged` when they are no gzip. */
export type InflateFault = "torn" | "damaged";

/**
 * Gunzip in steps: bytes in, bytes out. A stream loses, when it meets an error, what it has inflated and nobody has
 * read yet; in a torn file that is the part worth having. Here everything before the error is handed out first.
 */
export class Inflater {
  /** Set once zlib has stopped; what came out before was handed out. */
  fault: InflateFault | null = null;

  readonly #gunzip: Gunzip = createGunzip({ chunkSize: 64 * 1024 });
  #out: Buffer[] = [];
  #wake: () => void = () => {};

  constructor() {
    this.#gunzip.on("data", (chunk: Buffer) => this.#out.push(chunk));
    this.#gunzip.on("error", (error: NodeJS.ErrnoException) => {
      this.fault = error.code === "Z_BUF_ERROR" ? "torn" : "damaged";
    });
    // After an error zlib never calls back the write that met it.
    this.#gunzip.on("close", () => this.#wake());
  }

  /** What the next at most INFLATE_SLICE compressed bytes inflate to. */
  inflate(slice: Buffer): Promise<Buffer[]> {
    return this.#step((done) => this.#gunzip.write(slice, done));
  }

  /** There are no more compressed bytes: what was left, and `fault` when that was too early. */
  finish(): Promise<Buffer[]> {
    return this.#step((done) => {
      this.#gunzip.once("end", done);
      this.#gunzip.end();
    });
  }

  close(): void {
    this.#gunzip.destroy();
  }

  async #step(start: (done: () => void) => void): Promise<Buffer[]> {
    if (this.fault !== null || this.#gunzip.destroyed) return [];
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      start(resolve);
    });
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
