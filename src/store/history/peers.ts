/** What peers without a series of their own are counted as. No peer is called so: each has a port. */
export const OTHER_PEERS = "other";

/** The peers of one service with a series of their own. */
export class Peers {
  readonly #most: number;
  readonly #own = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * How many connections there are to each of them, and to all others together. Those with most are chosen first; a peer
   * that was chosen stays so, and with none left it counts 0 as it is known that there are none.
   */
  counted(byPeer: ReadonlyMap<string, number>): Map<string, number> {
    this.#choose(byPeer);
    const counted = new Map<string, number>();
    for (const peer of this.#own) counted.set(peer, byPeer.get(peer) ?? 0);
    let others = 0;
    for (const [peer, count] of byPeer) if (!this.#own.has(peer)) others += count;
    if (others > 0 || this.#own.size >= this.#most) counted.set(OTHER_PEERS, others);
    return counted;
  }

  #choose(byPeer: ReadonlyMap<string, number>): void {
    if (this.#own.size >= this.#most) return;
    const fresh = [...byPeer].filter(([peer]) => !this.#own.has(peer)).toSorted(([, a], [, b]) => b - a);
    for (const [peer] of fresh.slice(0, this.#most - this.#own.size)) this.#own.add(peer);
  }
}
