import type { CountersFact, SocketFact } from "../model/socket-facts.ts";

/**
 * How many TCP connections were opened since the watch began, by the kernel's own counters, and how many of them were
 * seen, in a table or when they were closed. Both ends of a connection within the host count, on both sides.
 */
export class TcpCoverage {
  readonly #first = new Map<number, number>();
  readonly #last = new Map<number, number>();
  /** Opened in namespaces that are gone. */
  #gone = 0;
  #seen = 0;

  /** Null until the counters of some namespace were read twice. */
  get opened(): number | null {
    if (this.#last.size === 0) return null;
    let opened = this.#gone;
    for (const netns of this.#last.keys()) opened += this.#openedIn(netns);
    return opened;
  }

  get seen(): number {
    return this.#seen;
  }

  /** The counters start again where a namespace's number is given to another one. */
  count({ netns, activeOpens, passiveOpens }: CountersFact): void {
    const opens = activeOpens + passiveOpens;
    const last = this.#last.get(netns);
    if (last === undefined) this.#first.set(netns, opens);
    else if (opens < last) this.#first.set(netns, opens - (last - (this.#first.get(netns) ?? last)));
    this.#last.set(netns, opens);
  }

  /** No process is left in the namespace. */
  forget(netns: number): void {
    this.#gone += this.#openedIn(netns);
    this.#first.delete(netns);
    this.#last.delete(netns);
  }

  #openedIn(netns: number): number {
    const last = this.#last.get(netns) ?? 0;
    return last - (this.#first.get(netns) ?? last);
  }

  /** A row that was not there before: a connection that was opened since, once the counters are known. */
  see({ netns, state }: SocketFact): void {
    if (state !== "LISTEN" && state !== "CLOSE" && this.#first.has(netns)) this.#seen++;
  }

  seeClosed(unseen: number): void {
    this.#seen += unseen;
  }
}
