/** More cookies than this beyond twice the open sockets are of sockets whose end was not heard of. */
const STRAYS = 4096;

/** When a socket was first seen is not known: it stood in the first reading. */
const BEFORE = -1;

/** The kernel's names of the sockets that stood in a table that was read, and since when: their closings are no news. */
export class KnownCookies {
  /** Whole seconds of uptime of the first reading that showed it, rounded down. */
  private known = new Map<number, number>();
  /** While all rows are shown again: what was known until then. */
  private before: ReadonlyMap<number, number> | null = null;
  private complete = false;
  private first = true;
  private now = 0;

  /** A reading begins. False: what was known before counts, and only rows that are new have to be added. */
  begin(uptime: number): boolean {
    this.now = Math.floor(uptime);
    if (this.complete) return false;
    this.before = this.known;
    this.known = new Map();
    return true;
  }

  add(cookie: number): void {
    if (cookie === 0 || this.known.has(cookie)) return;
    this.known.set(cookie, this.before?.get(cookie) ?? (this.first ? BEFORE : this.now));
  }

  /** A reading with so many open sockets is over. */
  end(open: number): void {
    this.before = null;
    this.first = false;
    this.complete = this.known.size <= 2 * open + STRAYS;
  }

  /**
   * The socket is destroyed: seconds of uptime at which it was first seen, NaN when it was there in the first reading;
   * null when it was never seen.
   */
  take(cookie: number): number | null {
    const since = this.known.get(cookie);
    if (since === undefined) return null;
    this.known.delete(cookie);
    return since === BEFORE ? Number.NaN : since;
  }

  /** From now on nobody hears what is destroyed. */
  forget(): void {
    this.known = new Map();
    this.complete = false;
    this.first = true;
  }
}
