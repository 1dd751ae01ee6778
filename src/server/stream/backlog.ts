/** Events that were sent, so that a reader who comes back goes on where it was. Bounded in number and bytes. */

export interface Frame {
  /** 1, 2, 3 ... since the server started. */
  readonly number: number;
  readonly bytes: Buffer;
}

export const MOST_BACKLOG = { events: 1000, bytes: 2 ** 20 } as const;

export class Backlog {
  readonly #frames: Frame[] = [];
  #bytes = 0;
  #last = 0;

  /** Number of the newest; 0: none yet. */
  get last(): number {
    return this.#last;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(write: (number: number) => Buffer): Frame {
    this.#last += 1;
    const frame = { number: this.#last, bytes: write(this.#last) };
    this.#frames.push(frame);
    this.#bytes += frame.bytes.length;
    while (this.#frames.length > MOST_BACKLOG.events || this.#bytes > MOST_BACKLOG.bytes)
      this.#bytes -= this.#frames.shift()?.bytes.length ?? 0;
    return frame;
  }

  /** All that came after that one, oldest first; null: some of them are no longer here, or it was never sent. */
  after(number: number): readonly Frame[] | null {
    if (number > this.#last || number < this.#last - this.#frames.length) return null;
    return number === this.#last ? [] : this.#frames.slice(number - this.#last);
  }
}
