import type { HistoryTurnover } from "../model/history.ts";

/** So many times as many services as are told by name are remembered, so that one that comes back counts on. */
const REMEMBERED = 4;

/** So many so far. */
export interface Total {
  readonly born: number;
  readonly closed: number;
}

interface Counted {
  readonly byKind: Map<string, { born: number; closed: number }>;
  /** In which call of `count` it counted something last. */
  lastAt: number;
}

/**
 * What was opened and closed so far, of each service that is told and kind. A total never falls: what a service that
 * counts as another one opens is added there and never moved, and one that goes and comes back counts on.
 */
export class Totals {
  readonly #most: number;
  readonly #byService = new Map<string, Counted>();
  #calls = 0;

  /** `named`: how many services are told by name. */
  constructor(named: number) {
    // One more for the rest.
    this.#most = named * REMEMBERED + 1;
  }

  /** `toldAs`: the name under which a service is told, its own or that of the rest. */
  count(turnover: readonly HistoryTurnover[], toldAs: (service: string) => string): void {
    this.#calls++;
    for (const { service, kind, born, closed } of turnover) {
      if (!(born >= 0 && closed >= 0)) throw new RangeError(`${service} opened ${born}, closed ${closed}`);
      const total = this.#totalOf(toldAs(service), kind);
      total.born += born;
      total.closed += closed;
    }
    if (this.#byService.size > this.#most) this.#forget((name) => toldAs(name) === name);
  }

  of(service: string): ReadonlyMap<string, Total> {
    return this.#byService.get(service)?.byKind ?? NOTHING;
  }

  #totalOf(service: string, kind: string): { born: number; closed: number } {
    let counted = this.#byService.get(service);
    if (counted === undefined)
      this.#byService.set(service, (counted = { byKind: new Map(), lastAt: this.#calls }));
    counted.lastAt = this.#calls;
    let total = counted.byKind.get(kind);
    if (total === undefined) counted.byKind.set(kind, (total = { born: 0, closed: 0 }));
    return total;
  }

  /** Those that counted something last are kept. */
  #forget(isTold: (service: string) => boolean): void {
    const untold = [...this.#byService].filter(([service]) => !isTold(service));
    untold.sort(([, a], [, b]) => a.lastAt - b.lastAt);
    for (const [service] of untold.slice(0, this.#byService.size - this.#most))
      this.#byService.delete(service);
  }
}

const NOTHING: ReadonlyMap<string, Total> = new Map();
