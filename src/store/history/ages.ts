import type { Holding } from "../../model/snapshot.ts";

/** Those that were open before the watch began: of no known age. No rung is called so: rungs are numbers. */
export const UNKNOWN_AGE = "unknown";

/**
 * The age ladder of one service over time. A rung has a figure from the first time in a block on that anything stands on
 * it; where it has none and those of unknown age have one, it is empty. A service of which nothing was opened while it
 * was watched, and about which nothing stands, has no figure at all.
 */
export class Ages {
  /** Lower bounds of the rungs that were ever filled, in seconds, and their labels. */
  readonly #rungs = new Map<number, string>();
  #told: boolean;

  /** `told`: there is something to be told already. */
  constructor(told = false) {
    this.#told = told;
  }

  get told(): boolean {
    return this.#told;
  }

  /** How many stand on each rung now, by the label of the rung; null: nothing is to be told of this service. */
  counted(holdings: readonly Holding[]): Map<string, number> | null {
    if (!this.#told && !holdings.some(({ ages, standing }) => ages.length > 0 || standing !== null))
      return null;
    this.#told = true;
    const open = new Map<number, number>();
    let unknown = 0;
    for (const { ages, openedBeforeWatch } of holdings) {
      unknown += openedBeforeWatch;
      for (const rung of ages) open.set(rung.fromSeconds, (open.get(rung.fromSeconds) ?? 0) + rung.open);
    }
    for (const from of open.keys()) if (!this.#rungs.has(from)) this.#rungs.set(from, String(from));
    const counted = new Map<string, number>([[UNKNOWN_AGE, unknown]]);
    for (const [from, label] of this.#rungs) counted.set(label, open.get(from) ?? 0);
    return counted;
  }
}
