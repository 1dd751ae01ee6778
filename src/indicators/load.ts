/** Width of a bin in seconds, and how many are kept: twenty minutes. */
const BIN_SECONDS = 10;
const BINS = 120;

/** What came before a moment is compared over at most so many seconds. */
const BEFORE_SECONDS = 300;
/** Fewer whole bins tell no rate. */
const LEAST_BINS = 3;
/** Fewer requests than this on either side tell no change, and no steadiness either. */
const LEAST_REQUESTS = 20;
/** A load that changed by less is steady. */
const CHANGED_RATIO = 1.25;
/** Requests come in bursts: their counts scatter about so much more than those of a Poisson process. */
const DISPERSION = 2;
const SIGNIFICANT = 2.5;
/** Load is not known where more than this share of it was told too late to say when it was. */
const LATE_SHARE = 0.2;

/** How the load of a service went; times in seconds since boot, rates a minute. */
export interface LoadChange {
  readonly trend: "steady" | "rose" | "fell";
  readonly fromPerMinute: number;
  readonly perMinute: number;
  /** Steady: since when that is known. Else: when it changed, as far as it was asked about. */
  readonly since: number;
}

/**
 * The load of one service: requests that came in, by the connections it accepted and the exchanges on those it kept.
 *
 *     requests   ▄▄▄▅▄▄▄▄▅▄▄      steady, while open files rise: load does not explain it
 *     requests   ▂▂▂▂▂▆▆▇▆▆▆      rose at the same time: this may be load
 */
export class Load {
  readonly #counts = new Float64Array(BINS);
  #requests: number | null = null;
  /** Numbers of the first bin that was watched whole, and of the current one. */
  #first = 0;
  #bin = 0;
  #late = 0;
  #all = 0;

  /** `requests` and `late` are running counts. */
  take(requests: number, late: number, now: number): void {
    if (this.#requests === null) this.skip(requests, now);
    const bin = Math.floor(now / BIN_SECONDS);
    for (let next = Math.max(this.#bin + 1, bin - BINS + 1); next <= bin; next++)
      this.#counts[next % BINS] = 0;
    this.#bin = bin;
    const more = requests - (this.#requests ?? requests);
    this.#counts[bin % BINS] = (this.#counts[bin % BINS] as number) + more;
    this.#requests = requests;
    this.#late = late;
    this.#all = requests;
  }

  /** Nobody looked until now: when requests came meanwhile is not known, and what was before is not compared to. */
  skip(requests: number, now: number): void {
    this.#bin = Math.floor(now / BIN_SECONDS);
    this.#first = this.#bin + 1;
    this.#counts.fill(0);
    this.#requests = requests;
  }

  /** Requests a minute over the whole bins of the last `seconds`; null: too few of them, or load is not known. */
  perMinute(seconds: number): number | null {
    const span = this.#between(this.#bin - Math.round(seconds / BIN_SECONDS), this.#bin);
    return span === null || !this.#isKnown ? null : (span.count / span.seconds) * 60;
  }

  /** How it went since a moment, compared to what came before, or from then on where nothing is known of before. */
  changeSince(moment: number): LoadChange | null {
    if (!this.#isKnown) return null;
    const at = Math.round(moment / BIN_SECONDS);
    const before = this.#between(at - BEFORE_SECONDS / BIN_SECONDS, at);
    if (before !== null && before.seconds >= 2 * LEAST_BINS * BIN_SECONDS)
      return compared(before, this.#between(at, this.#bin), at * BIN_SECONDS);
    const from = Math.max(at, this.#first, this.#bin - BINS + 1);
    const middle = from + Math.floor((this.#bin - from) / 2);
    return compared(this.#between(from, middle), this.#between(middle, this.#bin), middle * BIN_SECONDS);
  }

  get #isKnown(): boolean {
    return this.#all > 0 && this.#late <= LATE_SHARE * this.#all;
  }

  /** Of the whole bins that are known from `from` on and before `to`. */
  #between(from: number, to: number): Span | null {
    const first = Math.max(from, this.#first, this.#bin - BINS + 1);
    const last = Math.min(to, this.#bin);
    if (last - first < LEAST_BINS) return null;
    let count = 0;
    for (let bin = first; bin < last; bin++) count += this.#counts[bin % BINS] as number;
    return { from: first * BIN_SECONDS, seconds: (last - first) * BIN_SECONDS, count };
  }
}

interface Span {
  readonly from: number;
  readonly seconds: number;
  readonly count: number;
}

/** Null where it cannot be told whether it changed. */
function compared(before: Span | null, after: Span | null, at: number): LoadChange | null {
  if (before === null || after === null) return null;
  const rate = ({ count, seconds }: Span): number => (count / seconds) * 60;
  const [fromPerMinute, perMinute] = [rate(before), rate(after)];
  const ratio = perMinute / fromPerMinute;
  if (before.count + after.count < LEAST_REQUESTS) return null;
  if (ratio < CHANGED_RATIO && ratio > 1 / CHANGED_RATIO) {
    const mean = rate({
      ...before,
      seconds: before.seconds + after.seconds,
      count: before.count + after.count,
    });
    return { trend: "steady", fromPerMinute: mean, perMinute: mean, since: before.from };
  }
  const together = (before.count + after.count) / (before.seconds + after.seconds);
  const scatter = Math.sqrt(DISPERSION * together * (1 / before.seconds + 1 / after.seconds));
  if (Math.abs(fromPerMinute - perMinute) / 60 < SIGNIFICANT * scatter) return null;
  return { trend: ratio > 1 ? "rose" : "fell", fromPerMinute, perMinute, since: at };
}
