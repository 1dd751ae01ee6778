/** Something that would have a place. */
export interface Candidate {
  readonly name: string;
  /** It must be told: a leak stands here. It takes the place of one of which that is not so, at once. */
  readonly urgent: boolean;
}

/**
 * Who is told by name when there is not room for all. A place that was taken is kept for a time, also while its holder
 * is gone, so that there are never more than so many names in that time, however many come and go.
 */
export class Places {
  readonly #most: number;
  readonly #heldSeconds: number;
  /** When each took its place, in seconds of the caller's clock. */
  readonly #takenAt = new Map<string, number>();

  constructor(most: number, heldSeconds: number) {
    this.#most = most;
    this.#heldSeconds = heldSeconds;
  }

  has(name: string): boolean {
    return this.#takenAt.has(name);
  }

  /** `ranked`: those that there are now, each once, who should be told first; the urgent ones before the others. */
  assign(ranked: readonly Candidate[], now: number): void {
    const first = ranked.slice(0, this.#most);
    if (this.#takenAt.size === first.length && first.every(({ name }) => this.has(name))) return;
    const wanted = new Set(first.map(({ name }) => name));
    for (const [name, at] of this.#takenAt) {
      if (!wanted.has(name) && now - at >= this.#heldSeconds) this.#takenAt.delete(name);
    }
    let leaving: string[] | null = null;
    for (const { name, urgent } of first) {
      if (this.has(name)) continue;
      if (this.#takenAt.size >= this.#most) {
        if (!urgent) continue;
        leaving ??= this.#leaving(ranked, wanted);
        const yields = leaving.pop();
        if (yields === undefined) continue;
        this.#takenAt.delete(yields);
      }
      this.#takenAt.set(name, now);
    }
  }

  /** Holders that nobody must hear of now and that are not among the first, those that are gone last. */
  #leaving(ranked: readonly Candidate[], wanted: ReadonlySet<string>): string[] {
    const there = new Map(ranked.map(({ name }, rank) => [name, rank]));
    const rankOf = (name: string): number => there.get(name) ?? ranked.length;
    return [...this.#takenAt.keys()]
      .filter((name) => !wanted.has(name))
      .toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
