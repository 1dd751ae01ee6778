/** How long what was used is looked at before the pace is changed, in seconds. */
const WINDOW = 10;
/** Work that can wait is done this much more seldom at most: beyond ten seconds between two listings births cannot be dated. */
const MOST_STRETCH = 4;
/** Below this share of the budget it may look more often again, */
const ROOM = 0.8;
/** by this much in a window; the way up is as long as what was used is beyond the budget. */
const STEP_BACK = 0.8;

/**
 * Keeps what descry itself uses within a share of one core, by stretching the time between listings, readings of socket
 * tables and drawings. Counting every process, once a second, is never given up; so a host may cost more than the budget.
 */
export class Budget {
  /** By how much what can wait is done more seldom; 1: not at all. */
  stretch = 1;
  /** What was used over the last window, as a share of one core; null: not known yet. */
  used: number | null = null;
  readonly #share: number;
  #since: { readonly cpuSeconds: number; readonly uptime: number } | null = null;
  /** The first reading costs more than all that follows, and is over by then. */
  #begun = false;

  /** `share` of one core: 0.01 is 1 %. */
  constructor(share: number) {
    this.#share = share;
  }

  /**
   * At `uptime` seconds. `cpuSecondsUsed` tells what the whole program has used so far, all threads together; it is only
   * asked when a window is over: asking costs a third of a millisecond.
   */
  note(uptime: number, cpuSecondsUsed: () => number): void {
    const since = this.#since;
    const seconds = since === null ? 0 : uptime - since.uptime;
    if (since !== null && seconds < WINDOW) return;
    const cpuSeconds = cpuSecondsUsed();
    if (since === null) {
      this.#since = { cpuSeconds, uptime };
      return;
    }
    this.#since = { cpuSeconds, uptime };
    if (!this.#begun) {
      this.#begun = true;
      return;
    }
    this.used = (cpuSeconds - since.cpuSeconds) / seconds;
    const beyond = this.used / this.#share;
    if (beyond > 1) this.stretch = Math.min(MOST_STRETCH, this.stretch * beyond);
    else if (beyond < ROOM) this.stretch = Math.max(1, this.stretch * STEP_BACK);
  }
}
