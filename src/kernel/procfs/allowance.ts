/** Unused share is kept for this many seconds. */
const SHARE_KEPT_SECONDS = 2;

/** A share of a core, as seconds of work that may be done. */
export class Allowance {
  private seconds = 0;
  private readonly share: number;

  constructor(share: number) {
    this.share = share;
  }

  earn(elapsed: number): void {
    this.seconds = Math.min(this.share * SHARE_KEPT_SECONDS, this.seconds + elapsed * this.share);
  }

  left(): boolean {
    return this.seconds > 0;
  }

  /** May go below zero: the next ticks make up for it. */
  spend(seconds: number): void {
    this.seconds -= seconds;
  }
}
