/** More cookies than this beyond twice the open sockets are of sockets whose end was not heard of. */
const STRAYS = 4096;

/** The kernel's names of the sockets that stood in a table that was read: their closings are no news. */
export class KnownCookies {
  private readonly known = new Set<number>();
  private complete = false;

  /** A reading begins. False: what was known before counts, and only rows that are new have to be added. */
  begin(): boolean {
    if (this.complete) return false;
    this.known.clear();
    return true;
  }

  add(cookie: number): void {
    if (cookie !== 0) this.known.add(cookie);
  }

  /** A reading with so many open sockets is over. */
  end(open: number): void {
    this.complete = this.known.size <= 2 * open + STRAYS;
  }

  /** The socket is destroyed; true when it was known. */
  take(cookie: number): boolean {
    return this.known.delete(cookie);
  }

  /** From now on nobody hears what is destroyed. */
  forget(): void {
    this.known.clear();
    this.complete = false;
  }
}
