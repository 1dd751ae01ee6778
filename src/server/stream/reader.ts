/** One reader of the event stream, and when it is too slow. */

/** The part of http.ServerResponse that is used here. */
export interface Outlet {
  /** Bytes that were written and not yet taken by the kernel. */
  readonly writableLength: number;
  write(bytes: Buffer): boolean;
  end(): unknown;
  destroy(): unknown;
}

export interface ReaderLimits {
  /** Bytes that may wait for one reader, beside what the kernel keeps for it. */
  readonly waitingBytes: number;
  /** For how long some may wait. */
  readonly waitingMilliseconds: number;
  readonly heartbeatMilliseconds: number;
}

export class Reader {
  readonly #outlet: Outlet;
  readonly #limits: ReaderLimits;
  #wroteAt: number;
  #waitingSince: number | null = null;

  constructor(outlet: Outlet, limits: ReaderLimits, now: number) {
    this.#outlet = outlet;
    this.#limits = limits;
    this.#wroteAt = now;
  }

  get waitingBytes(): number {
    return this.#outlet.writableLength;
  }

  /** False: it is too slow for this and has to go. What waits is shared by all readers, so that it is kept once. */
  write(bytes: Buffer, now: number): boolean {
    const waiting = this.#outlet.writableLength;
    if (waiting > 0 && waiting + bytes.length > this.#limits.waitingBytes) return false;
    this.#wroteAt = now;
    this.#outlet.write(bytes);
    return true;
  }

  /** From time to time. False: it has not taken anything for too long. */
  look(heartbeat: Buffer, now: number): boolean {
    const { waitingMilliseconds, heartbeatMilliseconds } = this.#limits;
    this.#waitingSince = this.#outlet.writableLength === 0 ? null : (this.#waitingSince ?? now);
    if (this.#waitingSince !== null && now - this.#waitingSince >= waitingMilliseconds) return false;
    return now - this.#wroteAt < heartbeatMilliseconds || this.write(heartbeat, now);
  }

  end(): void {
    this.#outlet.end();
  }

  /** At once: what waits is given up. */
  drop(): void {
    this.#outlet.destroy();
  }
}
