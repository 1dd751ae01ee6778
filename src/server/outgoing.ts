/** Answers on their way: bounded in bytes and in time, so that who reads slowly costs little. */

/** The part of http.ServerResponse that is used here. */
interface Outlet {
  once(event: "close", listener: () => void): unknown;
  destroy(): unknown;
}

export class Outgoing {
  readonly #mostBytes: number;
  readonly #mostMilliseconds: number;
  readonly #started = new Map<Outlet, number>();
  /** A page that several are sent is one buffer. */
  readonly #holders = new Map<Buffer, number>();
  #bytes = 0;

  constructor(mostBytes: number, mostMilliseconds: number) {
    this.#mostBytes = mostBytes;
    this.#mostMilliseconds = mostMilliseconds;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False: there is too much on its way already. */
  add(body: Buffer, outlet: Outlet, now: number): boolean {
    const holders = this.#holders.get(body) ?? 0;
    if (holders === 0 && this.#bytes > 0 && this.#bytes + body.length > this.#mostBytes) return false;
    if (holders === 0) this.#bytes += body.length;
    this.#holders.set(body, holders + 1);
    this.#started.set(outlet, now);
    outlet.once("close", () => this.#remove(body, outlet));
    return true;
  }

  /** To be called every few seconds: answers that are not taken are given up. */
  look(now: number): void {
    for (const [outlet, started] of this.#started)
      if (now - started >= this.#mostMilliseconds) outlet.destroy();
  }

  #remove(body: Buffer, outlet: Outlet): void {
    this.#started.delete(outlet);
    const holders = (this.#holders.get(body) ?? 1) - 1;
    if (holders > 0) return void this.#holders.set(body, holders);
    this.#holders.delete(body);
    this.#bytes -= body.length;
  }
}
