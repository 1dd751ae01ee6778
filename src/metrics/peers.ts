import type { Holding } from "../model/snapshot.ts";
import { type Candidate, Places } from "./places.ts";

interface Peer extends Candidate {
  open: number;
  urgent: boolean;
}

/** Which peers of each service are told by their address: those with a verdict, then those with most connections. */
export class Peers {
  readonly #most: number;
  readonly #heldSeconds: number;
  readonly #byService = new Map<string, Places>();

  constructor(most: number, heldSeconds: number) {
    this.#most = most;
    this.#heldSeconds = heldSeconds;
  }

  /** The peers of one service; `connections` are what it holds of them. */
  assign(service: string, connections: readonly Holding[], now: number): Places {
    let places = this.#byService.get(service);
    if (places === undefined) {
      places = new Places(this.#most, this.#heldSeconds);
      this.#byService.set(service, places);
    }
    places.assign(foremost(peersOf(connections), this.#most), now);
    return places;
  }

  /** Only these services are told by name now. */
  keep(isTold: (service: string) => boolean): void {
    for (const service of this.#byService.keys()) if (!isTold(service)) this.#byService.delete(service);
  }
}

function peersOf(connections: readonly Holding[]): Iterable<Peer> {
  const peers = new Map<string, Peer>();
  for (const { subject, open, standing } of connections) {
    const name = subject.peer;
    if (name === null) continue;
    const known = peers.get(name);
    if (known === undefined) peers.set(name, { name, open, urgent: standing !== null });
    else {
      known.open += open;
      known.urgent ||= standing !== null;
    }
  }
  return peers.values();
}

/** The first `most` of them in their order; there can be tens of thousands, so not all are sorted. */
function foremost(peers: Iterable<Peer>, most: number): Peer[] {
  const first: Peer[] = [];
  for (const peer of peers) {
    const last = first[most - 1];
    if (last !== undefined && before(last, peer)) continue;
    const at = first.findIndex((other) => before(peer, other));
    first.splice(at < 0 ? first.length : at, 0, peer);
    if (first.length > most) first.pop();
  }
  return first;
}

/** Equal ones by name, so that their order is the same at the next scrape. */
function before(a: Peer, b: Peer): boolean {
  if (a.urgent !== b.urgent) return a.urgent;
  return a.open === b.open ? a.name < b.name : a.open > b.open;
}
