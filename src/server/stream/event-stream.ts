import type { DescryEvent } from "../../model/events.ts";
import { isTold, textOf } from "../routes/verdicts.ts";
import { Backlog } from "./backlog.ts";
import { frameText, HEARTBEAT, parseEventId, RETRY } from "./frames.ts";
import { type Outlet, Reader, type ReaderLimits } from "./reader.ts";

export interface StreamOptions extends ReaderLimits {
  readonly host: string;
  /** Twelve hexadecimal digits, another for each run of the server. */
  readonly run: string;
  readonly mostReaders: number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export interface StreamFigures {
  readonly readers: number;
  /** Since the start. */
  readonly droppedReaders: number;
  readonly sentEvents: number;
  /** Bytes that wait for readers; what several wait for is counted for each of them. */
  readonly waitingBytes: number;
}

/** An event that is longer than this is told as missed. */
const MOST_EVENT_BYTES = 2 ** 18;

/** Sends each event, written once, to every reader. A reader that does not keep up is dropped, and may come back. */
export class EventStream {
  readonly #options: StreamOptions;
  readonly #backlog = new Backlog();
  readonly #readers = new Set<Reader>();
  #dropped = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#readers.size >= this.#options.mostReaders;
  }

  get figures(): StreamFigures {
    return {
      readers: this.#readers.size,
      droppedReaders: this.#dropped,
      sentEvents: this.#backlog.last,
      waitingBytes: [...this.#readers].reduce((sum, reader) => sum + reader.waitingBytes, 0),
    };
  }

  publish(event: DescryEvent): void {
    const data = isTold(event) ? textOf(event) : JSON.stringify(event);
    const { bytes } = this.#backlog.add((number) =>
      Buffer.byteLength(data) > MOST_EVENT_BYTES
        ? this.#frame("missed", this.#missed("an event was too long"), number)
        : this.#frame(event.type, data, number),
    );
    for (const reader of this.#readers) this.#send(reader, bytes);
  }

  /** Takes a reader in, with the Last-Event-ID that it brought; returns what to call when it has gone. */
  open(outlet: Outlet, lastEventId: string | null): () => void {
    const reader = new Reader(outlet, this.#options, this.#options.now());
    this.#readers.add(reader);
    for (const bytes of this.#greeting(lastEventId)) this.#send(reader, bytes);
    return () => void this.#readers.delete(reader);
  }

  /** To be called every few seconds: quiet readers get a heartbeat, those who take nothing are dropped. */
  look(): void {
    for (const reader of this.#readers) if (!reader.look(HEARTBEAT, this.#options.now())) this.#drop(reader);
  }

  close(): void {
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  /** Carries an id from the start, so that a reader to whom nothing was sent yet misses nothing when it comes back. */
  #greeting(lastEventId: string | null): readonly Buffer[] {
    const { host, run, now } = this.#options;
    const asked = lastEventId === null ? null : parseEventId(lastEventId);
    const data = JSON.stringify({ host, at: new Date(now()).toISOString() });
    const hello = (number: number) => [RETRY, this.#frame("hello", data, number)];
    const { last } = this.#backlog;
    if (lastEventId === null) return hello(last);
    const frames = asked?.run === run ? this.#backlog.after(asked.number) : null;
    if (asked !== null && frames !== null)
      return [...hello(asked.number), ...frames.map(({ bytes }) => bytes)];
    const why = asked?.run === run ? "too many events since" : "the agent has started anew since";
    return [...hello(last), this.#frame("missed", this.#missed(why), last)];
  }

  #missed(why: string): string {
    const { host, now } = this.#options;
    return JSON.stringify({ host, at: new Date(now()).toISOString(), why });
  }

  #frame(event: string, data: string, number: number): Buffer {
    return frameText(event, data, `${this.#options.run}.${number}`);
  }

  #send(reader: Reader, bytes: Buffer): void {
    if (this.#readers.has(reader) && !reader.write(bytes, this.#options.now())) this.#drop(reader);
  }

  #drop(reader: Reader): void {
    this.#readers.delete(reader);
    this.#dropped += 1;
    reader.drop();
  }
}
