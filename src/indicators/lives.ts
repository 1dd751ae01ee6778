import type { Ending } from "../ledger/endings.ts";

/** What is younger at the end of its process may have been on its way out. */
const IN_USE_SECONDS = 20;
/** Fewer in a life may be a pool that fills up slowly; with so few it gives back what it opens. */
const LEAST_KEPT = 9;
const CLEAN_KEPT = 2;
/** Of longer lives each tells enough by itself. */
const LONGEST_LIFE = 200;
const SHORTEST_LIFE = 2 * IN_USE_SECONDS;

/** The share of what is kept that came in the second half of a life: of a leak, and the most of what it needs to work. */
const LEAK = 0.5;
const EQUIPMENT = 0.25;
const LATE = Math.log(LEAK / EQUIPMENT);
const EARLY = Math.log((1 - LEAK) / (1 - EQUIPMENT));
/** Births scatter more than by chance. */
const DISPERSION = 1.3;
const CLEAN_LIFE = 1.5;
const MOST = 30;

/**
 * Evidence from processes that are replaced before anything in them grows old: what they had open at their end.
 *
 *     pool    | ####               |       opened as it sets itself up, and kept to its end
 *     leak    | # ## #  # ## #  ## |       opened all its life long, and never given back
 *
 * A CUSUM of log-likelihood ratios of when in the life of its process each came, over life after life.
 */
export class Lives {
  #sum = 0;

  take({ startedAt, endedAt, came }: Ending): void {
    const life = endedAt - startedAt;
    if (life < SHORTEST_LIFE || life > LONGEST_LIFE) return;
    const until = endedAt - IN_USE_SECONDS;
    const kept = came.filter((at) => at >= startedAt && at <= until);
    if (kept.length <= CLEAN_KEPT) this.#add(-CLEAN_LIFE);
    if (kept.length < LEAST_KEPT) return;
    const late = kept.filter((at) => at > (startedAt + until) / 2).length;
    this.#add((late * LATE + (kept.length - late) * EARLY) / DISPERSION);
  }

  get evidence(): number {
    return this.#sum;
  }

  #add(evidence: number): void {
    this.#sum = Math.min(MOST, Math.max(0, this.#sum + evidence));
  }
}
