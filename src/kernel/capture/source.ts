import type { Facts, FactSource } from "../../model/facts.ts";
import { openProcfs } from "../procfs/source.ts";
import { badCapture, brokenCapture, CaptureFault, convertedCapture, newerCapture } from "./faults.ts";
import { CapturedFiles } from "./files.ts";
import { type Part, PartSplitter } from "./parts.ts";

/** The first bytes of every capture. */
export const CAPTURE_MAGIC = "descry-capture ";
const ROOT = "/proc";
const MOST_FIRST_LINE = 256;

/** The bytes of a capture, inflated when they were compressed. */
export interface CaptureBytes {
  /** The next chunk; null at the end. */
  next(): Promise<Buffer | null>;
  /** After `next` gave null: why the compressed bytes ended where they did; null when they ended well. */
  fault(): "torn" | "damaged" | null;
  close(): Promise<void>;
}

/** A capture being read, round by round as they come. */
export interface Capture extends FactSource {
  /** A sentence about parts that this version does not know and passed over; null when there were none. */
  passedOver(): string | null;
}

/**
 * A capture of the proc file system as a source of facts: each round is read by the same reader as a mounted one,
 * with the clock of the capture. `name` is what messages call it. A torn capture gives its whole rounds first and
 * rejects with a DescryError after them.
 */
export async function openCapture(name: string, bytes: CaptureBytes): Promise<Capture> {
  try {
    return await OpenCapture.begin(name, bytes);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

interface Round {
  readonly uptime: number;
  readonly boot: number;
}

class OpenCapture implements Capture {
  readonly #name: string;
  readonly #bytes: CaptureBytes;
  readonly #parts: PartSplitter;
  readonly #files: CapturedFiles;
  #procfs: FactSource | null = null;
  #round: Round | null = null;
  #uptime = 0;
  #rounds = 0;
  #ended = false;
  #closed = false;
  #failure: unknown = null;
  #unknownParts = 0;
  #firstUnknown = "";

  static async begin(name: string, bytes: CaptureBytes): Promise<OpenCapture> {
    let beginning = Buffer.alloc(0);
    while (!beginning.includes("\n") && beginning.length <= MOST_FIRST_LINE) {
      const chunk = await bytes.next();
      if (chunk === null) throw brokenCapture(name, bytes.fault() ?? "torn", 0, 0);
      beginning = Buffer.concat([beginning, chunk]);
    }
    const end = beginning.indexOf("\n");
    const line = beginning.toString("latin1", 0, end < 0 ? MOST_FIRST_LINE : end);
    if (line.endsWith("\r")) throw convertedCapture(name);
    const [, version = "", mark, names] =
      /^descry-capture (\d{1,9})(?: ([\da-f-]{36}) names=(escaped|replaced|raw))?/.exec(line) ?? [];
    if (version !== "1" && version !== "") throw newerCapture(name, version);
    if (mark === undefined) throw badCapture(name, 1, "is no first line of a capture");
    const parts = new PartSplitter(mark, 0);
    parts.feed(beginning.subarray(end));
    return new OpenCapture(name, bytes, parts, new CapturedFiles(ROOT, names === "escaped"));
  }

  private constructor(name: string, bytes: CaptureBytes, parts: PartSplitter, files: CapturedFiles) {
    this.#name = name;
    this.#bytes = bytes;
    this.#parts = parts;
    this.#files = files;
  }

  async read(): Promise<Facts | null> {
    if (this.#failure !== null) throw this.#failure;
    try {
      return this.#closed || this.#ended ? null : await this.#readRound();
    } catch (error) {
      if (this.#closed) return null;
      this.#failure = error;
      throw error;
    }
  }

  passedOver(): string | null {
    if (this.#unknownParts === 0) return null;
    const parts = this.#unknownParts === 1 ? "1 part" : `${this.#unknownParts} parts`;
    return `${parts} of ${this.#name} ${this.#unknownParts === 1 ? "is" : "are"} of a kind that this descry does not know and passed over, the first in line ${this.#firstUnknown}.`;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#procfs?.close();
    await this.#bytes.close();
  }

  async #readRound(): Promise<Facts | null> {
    for (;;) {
      for (let part = this.#next(); part !== null; part = this.#next()) {
        if (part.kind === "end") {
          this.#ended = true;
          return null;
        }
        if (this.#take(part)) return this.#factsOfRound();
      }
      const chunk = await this.#bytes.next();
      if (chunk === null)
        throw brokenCapture(this.#name, this.#bytes.fault() ?? "torn", this.#parts.line, this.#rounds);
      this.#parts.feed(chunk);
    }
  }

  #next(): Part | null {
    try {
      return this.#parts.next();
    } catch (error) {
      if (error instanceof CaptureFault) throw badCapture(this.#name, this.#parts.line + 1, error.message);
      throw error;
    }
  }

  /** Whether a round is whole with this part. */
  #take(part: Part): boolean {
    try {
      if (part.kind === "done") {
        if (this.#round === null) throw new CaptureFault("ends a round that has not begun");
        return true;
      }
      if (part.kind === "round") this.#begin(part.subject);
      else if (!this.#files.take(part)) this.#passOver(part);
      return false;
    } catch (error) {
      if (error instanceof CaptureFault) throw badCapture(this.#name, part.line, error.message);
      throw error;
    }
  }

  #begin(clocks: string): void {
    const [, uptime, boot] = /^(\d{1,10}(?:\.\d{1,9})?) (\d{1,12})$/.exec(clocks) ?? [];
    if (uptime === undefined || boot === undefined)
      throw new CaptureFault("begins a round without its two clocks");
    if (Number(uptime) < this.#uptime)
      throw new CaptureFault(`goes back in time: uptime ${uptime} follows uptime ${this.#uptime}`);
    this.#round = { uptime: Number(uptime), boot: Number(boot) };
    this.#uptime = Number(uptime);
    this.#files.begin(Number(boot));
  }

  async #factsOfRound(): Promise<Facts | null> {
    this.#rounds++;
    // Made with the first whole round: it looks at once whether the sizes of folders count descriptors.
    this.#procfs ??= openProcfs({ procfs: ROOT, files: this.#files, clock: this.#clock });
    // Everything has been captured, so nothing is saved by looking at less of it.
    const facts = await this.#procfs.read({ pids: new Set(this.#files.pids) });
    this.#round = null;
    return facts;
  }

  readonly #clock = {
    now: () => Math.round(((this.#round?.boot ?? 0) + this.#uptime) * 1000),
    uptime: () => this.#uptime,
    stopwatch: () => 0,
  };

  #passOver(part: Part): void {
    if (this.#unknownParts === 0) this.#firstUnknown = String(part.line);
    this.#unknownParts++;
  }
}
