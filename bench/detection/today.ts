/**
 * What people have today, on the same open counts that the analysis gets. Each is an alarm that is raised and falls.
 *
 *   threshold       process_open_fds / process_max_fds > 0.8, scraped every 15 s, without `for`
 *   predict_linear  predict_linear(process_open_fds[1h], 4 * 3600) > process_max_fds, scraped every 15 s, evaluated
 *                   every 60 s, `for: 10m`; the least squares of all samples in the hour, as Prometheus has it
 *   Mann-Kendall    one count a minute, 30 of them, tied values corrected for; rising with p < 0.001 one-sided
 *   its strictest   the same at a deviate of 7, where 7.7 is what thirty counts give of which each is above all before
 *
 * The first two look at the most filled process of the service, the last one at the sum over its processes.
 */
export const TODAYS = ["threshold", "predict_linear", "mann_kendall", "strictest"] as const;
export type TodaysMethod = (typeof TODAYS)[number];

export interface Count {
  /** Open descriptors of the most filled process, and its limit. */
  readonly worst: number;
  readonly limit: number;
  readonly sum: number;
}

export const SCRAPE_SECONDS = 15;
const EVALUATION_SECONDS = 60;
const THRESHOLD = 0.8;
const HOUR_SAMPLES = 3600 / SCRAPE_SECONDS;
const AHEAD_SECONDS = 4 * 3600;
const FOR_SECONDS = 600;
const TREND_SAMPLES = 30;
/** Standard normal deviate of p = 0.001, one-sided. */
const TREND_DEVIATE = 3.0902;
const STRICTEST_DEVIATE = 7;

/** Runs all of them on one service; notes when each was raised. */
export class TodaysMethods {
  readonly raisedAt: Record<TodaysMethod, number[]> = {
    threshold: [],
    predict_linear: [],
    mann_kendall: [],
    strictest: [],
  };
  readonly #firing: Record<TodaysMethod, boolean> = {
    threshold: false,
    predict_linear: false,
    mann_kendall: false,
    strictest: false,
  };
  readonly #line = new LineOfAnHour();
  readonly #counts: number[] = [];
  #scrapes = 0;
  #predictedSince: number | null = null;

  /** One scrape, every 15 s. */
  scrape(second: number, { worst, limit, sum }: Count): void {
    this.#line.add(worst);
    this.#set("threshold", worst / limit > THRESHOLD, second);
    if (this.#scrapes++ % (EVALUATION_SECONDS / SCRAPE_SECONDS) !== 0) return;
    const ahead = this.#line.at(AHEAD_SECONDS);
    if (ahead === null || ahead <= limit) this.#predictedSince = null;
    else this.#predictedSince ??= second;
    const pending = this.#predictedSince === null ? 0 : second - this.#predictedSince;
    this.#set("predict_linear", this.#predictedSince !== null && pending >= FOR_SECONDS, second);
    this.#counts.push(sum);
    if (this.#counts.length > TREND_SAMPLES) this.#counts.shift();
    const trend = mannKendall(this.#counts) ?? 0;
    this.#set("mann_kendall", trend > TREND_DEVIATE, second);
    this.#set("strictest", trend > STRICTEST_DEVIATE, second);
  }

  #set(method: TodaysMethod, fires: boolean, second: number): void {
    if (fires && !this.#firing[method]) this.raisedAt[method].push(second);
    this.#firing[method] = fires;
  }
}

/** Least squares through the last hour of samples, kept as running sums. */
class LineOfAnHour {
  readonly #values: number[] = [];
  #sum = 0;
  /** Sum of place times value, the oldest at place 0. */
  #weighted = 0;

  add(value: number): void {
    if (this.#values.length === HOUR_SAMPLES) {
      this.#sum -= this.#values.shift() as number;
      // All others move one place down.
      this.#weighted -= this.#sum;
    }
    this.#weighted += this.#values.length * value;
    this.#sum += value;
    this.#values.push(value);
  }

  /** Where the line is so many seconds after the last sample; null with fewer than two. */
  at(seconds: number): number | null {
    const n = this.#values.length;
    if (n < 2) return null;
    const meanPlace = (n - 1) / 2;
    const spread = (n * (n * n - 1)) / 12;
    const slope = (this.#weighted - meanPlace * this.#sum) / spread;
    return this.#sum / n + slope * (n - 1 + seconds / SCRAPE_SECONDS - meanPlace);
  }
}

/** Standard normal deviate of Mann's statistic S (Mann 1945, Kendall 1975); null with fewer than 30 values. */
export function mannKendall(values: readonly number[]): number | null {
  const n = values.length;
  if (n < TREND_SAMPLES) return null;
  let s = 0;
  const ties = new Map<number, number>();
  for (let later = 0; later < n; later++) {
    const value = values[later] as number;
    ties.set(value, (ties.get(value) ?? 0) + 1);
    for (let earlier = 0; earlier < later; earlier++) s += Math.sign(value - (values[earlier] as number));
  }
  let variance = n * (n - 1) * (2 * n + 5);
  for (const t of ties.values()) variance -= t * (t - 1) * (2 * t + 5);
  if (variance <= 0 || s === 0) return 0;
  return (s - Math.sign(s)) / Math.sqrt(variance / 18);
}
