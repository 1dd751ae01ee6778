import type { Turnover } from "./reading.ts";

/** So many times as many services as are told by name are remembered, so that one that comes back counts on. */
const REMEMBERED = 4;

/** So many so far. */
export interface Total {
  readonly born: number;
  readonly closed: number;
}

/**
 * What was opened and closed so far, of each service that is told and kind. A total never falls: what a service that
 * counts as another one opens is added there and never moved, and one that goes and comes back counts on.
 */
export class Totals {
  readonly #most: number;
  /** Those that counted something last come last. */
  readonly #byService = new Map<string, Map<string, Total>>();

  /** `named`: how many services are told by name. */
  constructor(named: number) {
    // One more for the rest.
    this.#most = named * REMEMBERED + 1;
  }

  /** `toldAs`: the name under which a service is told, its own or that of the rest. */
  count(turnover: readonly Turnover[], toldAs: (service: string) => string): void {
    for (const { service, kind, born, closed } of turnover) {
      if (!(born >= 0 && closed >= 0)) throw new RangeError(`${service} opened ${born}, closed ${closed}`);
      const totals = this.#of(toldAs(service));
      const so = totals.get(kind) ?? NONE;
      totals.set(kind, { born: so.born + born, closed: so.closed + closed });
    }
    this.#forget((name) => toldAs(name) === name);
  }

  of(service: string): ReadonlyMap<string, Total> {
    return this.#byService.get(service) ?? NOTHING;
  }

  #of(service: string): Map<string, Total> {
    const totals = this.#byService.get(service) ?? new Map<string, Total>();
    this.#byService.delete(service);
    this.#byService.set(service, totals);
    return totals;
  }

  #forget(isTold: (service: string) => boolean): void {
    for (const service of this.#byService.keys()) {
      if (this.#byService.size <= this.#most) return;
      if (!isTold(service)) this.#byService.delete(service);
    }
  }
}

const NOTHING: ReadonlyMap<string, Total> = new Map();
const NONE: Total = { born: 0, closed: 0 };
