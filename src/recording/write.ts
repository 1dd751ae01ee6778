import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGzip, type Gzip } from "node:zlib";
import type { Facts } from "../model/facts.ts";
import { toLines } from "./fit.ts";
import { MAX_TICK_BYTES } from "./limits.ts";
import type { RecordingHeader } from "./read.ts";
import { nameOf, notWritable, tickTooLarge } from "./refusals.ts";
import { type EndLine, type HeaderLine, RECORDING_VERSION, type TickLine } from "./schema.ts";
import { openSink } from "./sink.ts";

/** Characters collected before they are handed to the compressor. */
const BATCH = 256 * 1024;

/** A recording being written. One call at a time; after a rejection every further call rejects alike. */
export interface Recorder {
  /**
   * Adds one tick; resolves when there is room for the next. Rejects with a DescryError when the disk is full or the
   * reader is gone, which shows at the call after the one that met it at the latest.
   */
  write(facts: Facts): Promise<void>;
  /** Writes the end line; resolves when everything is in the file. May be called again. */
  close(): Promise<void>;
}

export interface RecorderOptions {
  /** Whole ticks are pushed into the file at least so often, so that a kill loses no more. Default 2000. */
  readonly flushMilliseconds?: number;
}

/**
 * Begins a recording in a new file (mode 0600; one that exists is not touched) or, for "-", on standard output.
 * Rejects with a DescryError when the file cannot be made. The format: docs/recording-format.md.
 */
export async function createRecording(
  path: string,
  header: RecordingHeader,
  options: RecorderOptions = {},
): Promise<Recorder> {
  const name = nameOf(path, "standard output");
  const sink = await openSink(path, name);
  const recorder = new GzipRecorder(name, sink, options.flushMilliseconds ?? 2000);
  await recorder.begin(header);
  return recorder;
}

class GzipRecorder implements Recorder {
  readonly #name: string;
  readonly #flushMilliseconds: number;
  readonly #gzip: Gzip = createGzip();
  /** Settles when the last byte is in the file, or when something failed. Never rejects. */
  readonly #done: Promise<void>;
  #failure: unknown = null;
  #flushedAt = performance.now();
  #ticks = 0;
  #lines = 0;
  #closing: Promise<void> | null = null;

  constructor(name: string, sink: Writable, flushMilliseconds: number) {
    this.#name = name;
    this.#flushMilliseconds = flushMilliseconds;
    this.#done = pipeline(this.#gzip, sink).catch((error: unknown) => {
      this.#failure ??= notWritable(name, error);
    });
  }

  async begin({ writtenBy, host, targets }: RecordingHeader): Promise<void> {
    const { pids, services } = targets;
    const line: HeaderLine = {
      descryRecording: RECORDING_VERSION,
      writtenBy,
      host,
      targets: { pids: [...pids], services: [...services] },
    };
    await this.#put(`${JSON.stringify(line)}\n`);
    this.#lines++;
    await this.#flush();
  }

  async write({ at, uptime, facts }: Facts): Promise<void> {
    const tick: TickLine = { fact: "tick", at, uptime };
    let batch = `${JSON.stringify(tick)}\n`;
    let length = 0;
    this.#lines++;
    this.#ticks++;
    for (const fact of facts) {
      for (const line of toLines(fact)) {
        length += line.length;
        batch += `${line}\n`;
        this.#lines++;
      }
      if (length > MAX_TICK_BYTES) this.#fail(tickTooLarge(this.#name, facts.length, MAX_TICK_BYTES));
      if (batch.length < BATCH) continue;
      await this.#put(batch);
      batch = "";
    }
    await this.#put(batch);
    if (performance.now() - this.#flushedAt >= this.#flushMilliseconds) await this.#flush();
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const line: EndLine = { fact: "end", ticks: this.#ticks, lines: this.#lines + 1 };
    if (this.#failure === null) this.#gzip.end(`${JSON.stringify(line)}\n`);
    await this.#done;
    this.#throwFailure();
  }

  /** Resolves when the compressor wants more, which it does not while the file or pipe is behind. */
  async #put(text: string): Promise<void> {
    if (this.#closing !== null) throw new Error("a recording that is closed takes no more");
    await this.#orDone((taken) => this.#gzip.write(text, taken));
  }

  async #flush(): Promise<void> {
    await this.#orDone((flushed) => this.#gzip.flush(constants.Z_SYNC_FLUSH, flushed));
    this.#flushedAt = performance.now();
  }

  /** A compressor that is torn down by a failed disk may never call back. */
  async #orDone(start: (done: () => void) => void): Promise<void> {
    this.#throwFailure();
    await Promise.race([new Promise<void>((resolve) => start(resolve)), this.#done]);
    this.#throwFailure();
  }

  #fail(error: Error): never {
    this.#failure ??= error;
    this.#gzip.destroy();
    throw this.#failure;
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}
