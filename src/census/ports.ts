import { type NetworkFact, PORTS_TOLD_SHARE, type PortsFact } from "../model/port-facts.ts";

/** Local ports taken towards one destination, and when that was read, in seconds since boot. */
export interface PortUse {
  readonly fact: PortsFact;
  readonly at: number;
}

/** What each network namespace allows, and where its local ports are taken. */
export class LocalPorts {
  readonly networks = new Map<number, NetworkFact>();
  readonly #uses = new Map<string, PortUse>();

  set(fact: NetworkFact): void {
    this.networks.set(fact.netns, fact);
  }

  take(fact: PortsFact, uptime: number): void {
    const key = portsKey(fact);
    const most = this.networks.get(fact.netns)?.localPorts?.count ?? 0;
    // Said a last time: from now on it may change unsaid.
    const little = fact.live + fact.timeWait < Math.max(1, most * PORTS_TOLD_SHARE);
    if (little) this.#uses.delete(key);
    else this.#uses.set(key, { fact, at: uptime });
  }

  uses(): Iterable<readonly [key: string, use: PortUse]> {
    return this.#uses;
  }

  get(key: string): PortUse | undefined {
    return this.#uses.get(key);
  }

  /** No process is left in the namespace. */
  forget(netns: number): void {
    this.networks.delete(netns);
    for (const [key, { fact }] of this.#uses) if (fact.netns === netns) this.#uses.delete(key);
  }
}

/** Names the destination, with the source address, among all namespaces. */
export function portsKey({ netns, source, peer }: PortsFact): string {
  return `${netns} ${source} ${peer}`;
}
