import type { Fact, Facts, FactSource } from "../model/facts.ts";
import { EVERYTHING, type Targets } from "../model/targets.ts";
import { openBytes, type TextBytes } from "./bytes.ts";
import {
  checkEnd,
  checkFact,
  checkTick,
  excerpt,
  LineFault,
  NewerVersion,
  parseHeader,
  parseLine,
  type UncheckedLine,
} from "./check.ts";
import { MAX_TICK_BYTES } from "./limits.ts";
import { LineSplitter } from "./lines.ts";
import { badLine, damagedFile, emptyFile, foreignFile, nameOf, newerVersion, tornFile } from "./refusals.ts";

/** What stands in the first line. */
export interface RecordingHeader {
  /** Program and version: "descry 0.1.0". */
  readonly writtenBy: string;
  /** The host that was recorded. */
  readonly host: string;
  /** What was asked to be watched when it was recorded. */
  readonly targets: Targets;
}

/** Lines whose type this version does not know, as a later descry or another program may write. */
export interface PassedOver {
  readonly lines: number;
  /** One plain sentence about them, naming the first. */
  readonly sentence: string;
}

/** A recording being read: a FactSource that cannot look closer, so it passes over what the analysis wants. */
export interface Recording extends FactSource {
  readonly header: RecordingHeader;
  /**
   * The next tick. A torn or damaged file gives its whole ticks first, and rejects with a DescryError after them, at
   * every further call; null stands at the end of a whole recording only.
   */
  read(): Promise<Facts | null>;
  /** Null when every line so far was understood. To be told to the user once, at the end. */
  passedOver(): PassedOver | null;
}

/**
 * Opens a recording, gzip or plain text, from a file or, for "-", from standard input. Memory for one tick at a time,
 * and a tick is bounded. Rejects with a DescryError when there is no file, no right to read it, or no header that this
 * version reads. The format: docs/recording-format.md.
 *
 * Measured: an hour of ticks a second with 200 facts each (720,000 facts; 90 MB of text, 5 MB as gzip) is read and
 * checked in 1.3 times what gunzip, cutting into lines and JSON.parse take alone, about a second, and adds 10 MB of
 * memory. Loading this room takes longer than most commands (the schemas): import it when it is needed.
 */
export async function openRecording(pathOrStdin: string): Promise<Recording> {
  const name = nameOf(pathOrStdin, "standard input");
  return readRecording(name, await openBytes(pathOrStdin, name));
}

/** The same from bytes that are open already; closes them when there is no header. `name` is for messages. */
export async function readRecording(name: string, bytes: TextBytes): Promise<Recording> {
  try {
    const lines = new LineSplitter();
    const header = await readHeader(name, bytes, lines);
    return new OpenRecording(name, header, bytes, lines);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

async function readHeader(name: string, bytes: TextBytes, lines: LineSplitter): Promise<RecordingHeader> {
  try {
    const text = await firstLine(name, bytes, lines);
    const { writtenBy, host, targets } = parseHeader(text);
    return { writtenBy, host, targets: targets ?? EVERYTHING };
  } catch (error) {
    if (error instanceof NewerVersion) throw newerVersion(name, error.message);
    if (error instanceof LineFault) throw foreignFile(name, `its first line ${error.message}`);
    throw error;
  }
}

async function firstLine(name: string, bytes: TextBytes, lines: LineSplitter): Promise<string> {
  let any = false;
  for (let chunk = await bytes.next(); chunk !== null; chunk = await bytes.next()) {
    any ||= chunk.length > 0;
    lines.feed(chunk);
    const text = lines.next();
    if (text !== null) return text;
  }
  if (bytes.fault() === "damaged") throw damagedFile(name, 0, 0);
  if (bytes.fault() === "torn") throw tornFile(name, "before the end of its header", 0);
  if (!any) throw emptyFile(name);
  const text = lines.rest();
  if (!'{"descryRecording"'.startsWith(text.slice(0, 18))) throw new LineFault(`is ${excerpt(text)}`);
  throw tornFile(name, "before the end of its header", 0);
}

class OpenRecording implements Recording {
  readonly header: RecordingHeader;
  readonly #name: string;
  readonly #bytes: TextBytes;
  readonly #lines: LineSplitter;
  /** The tick whose facts are being collected. */
  #tick: { readonly at: number; readonly uptime: number; readonly facts: Fact[] } | null = null;
  #tickBytes = 0;
  #ticks = 0;
  #uptime = 0;
  #sawEnd = false;
  #closed = false;
  #failure: unknown = null;
  #unknownLines = 0;
  #firstUnknown = "";

  constructor(name: string, header: RecordingHeader, bytes: TextBytes, lines: LineSplitter) {
    this.#name = name;
    this.header = header;
    this.#bytes = bytes;
    this.#lines = lines;
  }

  async read(): Promise<Facts | null> {
    if (this.#failure !== null) throw this.#failure;
    try {
      return this.#closed ? null : await this.#readTick();
    } catch (error) {
      if (this.#closed) return null;
      this.#failure =
        error instanceof LineFault ? badLine(this.#name, this.#lines.line, error.message) : error;
      throw this.#failure;
    }
  }

  passedOver(): PassedOver | null {
    if (this.#unknownLines === 0) return null;
    const lines = this.#unknownLines === 1 ? "1 line" : `${this.#unknownLines} lines`;
    const sentence =
      `${lines} of ${this.#name} ${this.#unknownLines === 1 ? "is" : "are"} of a type that this descry does not know ` +
      `and passed over, the first ${this.#firstUnknown}.`;
    return { lines: this.#unknownLines, sentence };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#bytes.close();
  }

  async #readTick(): Promise<Facts | null> {
    for (;;) {
      for (let text = this.#lines.next(); text !== null; text = this.#lines.next()) {
        const whole = this.#takeLine(text);
        if (whole !== null) return whole;
      }
      const chunk = await this.#bytes.next();
      if (chunk === null) return this.#finish();
      this.#lines.feed(chunk);
    }
  }

  /** Takes in one line; the tick before it, when this line is the one that shows that it is whole. */
  #takeLine(text: string): Facts | null {
    if (text.trim() === "") return null;
    if (this.#sawEnd) throw new LineFault('stands after the "end" line, where nothing may stand');
    const line = parseLine(text);
    if (line.fact === "tick") return this.#beginTick(line);
    if (line.fact === "end") return this.#takeEnd(line);
    const fact = checkFact(line);
    if (fact === null) this.#passOver(line);
    else if (this.#tick === null)
      throw new LineFault(`is a "${fact.fact}" line before the first "tick" line`);
    else this.#tick.facts.push(fact);
    this.#tickBytes += text.length;
    if (this.#tickBytes > MAX_TICK_BYTES)
      throw new LineFault(`makes its tick larger than ${MAX_TICK_BYTES} bytes`);
    return null;
  }

  #beginTick(line: UncheckedLine): Facts | null {
    const { at, uptime } = checkTick(line);
    if (uptime < this.#uptime) {
      throw new LineFault(`goes back in time: uptime ${uptime} follows uptime ${this.#uptime}`);
    }
    const before = this.#completeTick();
    this.#uptime = uptime;
    this.#tick = { at, uptime, facts: [] };
    this.#ticks++;
    return before;
  }

  #takeEnd(line: UncheckedLine): Facts | null {
    const { ticks, lines } = checkEnd(line);
    if (ticks !== this.#ticks || lines !== this.#lines.line) {
      throw new LineFault(
        `says "ticks":${ticks} and "lines":${lines}, but "ticks":${this.#ticks} and "lines":${this.#lines.line} were found`,
      );
    }
    this.#sawEnd = true;
    return this.#completeTick();
  }

  #completeTick(): Facts | null {
    const whole = this.#tick;
    this.#tick = null;
    this.#tickBytes = 0;
    return whole;
  }

  #passOver(line: UncheckedLine): void {
    if (this.#unknownLines === 0) this.#firstUnknown = `${excerpt(line.fact)} in line ${this.#lines.line}`;
    this.#unknownLines++;
  }

  /** No more bytes: null when the recording is whole, else a DescryError. */
  #finish(): Facts | null {
    const rest = this.#lines.rest();
    const wholeTicks = this.#tick === null ? this.#ticks : this.#ticks - 1;
    if (this.#bytes.fault() === "damaged") throw damagedFile(this.#name, this.#lines.line, wholeTicks);
    // A text file whose very last newline is missing has lost nothing.
    if (rest.trim() !== "" && (this.#sawEnd || isEnd(rest))) {
      this.#lines.line++;
      const last = this.#takeLine(rest);
      if (last !== null) return last;
    }
    if (this.#bytes.fault() === null && this.#sawEnd) return null;
    throw tornFile(this.#name, this.#whereTorn(rest), wholeTicks);
  }

  #whereTorn(rest: string): string {
    if (this.#sawEnd) return "within the last bytes of its gzip, which prove that nothing changed on the way";
    if (rest !== "") return `in the middle of line ${this.#lines.line + 1}`;
    return `after line ${this.#lines.line}, without an "end" line`;
  }
}

function isEnd(text: string): boolean {
  try {
    return parseLine(text).fact === "end";
  } catch {
    return false;
  }
}
