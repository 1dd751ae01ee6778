import type { HistoryOptions, HistoryTurnover } from "../../model/history.ts";
import { Ages } from "./ages.ts";
import { Names } from "./names.ts";
import { Peers } from "./peers.ts";

type Limits = Pick<HistoryOptions, "topPeers" | "mostServices">;

interface Total {
  born: number;
  closed: number;
}

/** What of one service has a series of its own. */
export class RecordedService {
  readonly names: Names;
  readonly peers: Peers;
  readonly ages: Ages;
  /** Since the agent began, by kind. */
  readonly totals: Map<string, Total>;
  readonly #kinds = new Set<string>();

  /** `before`: what there was of it in the block before. */
  constructor(service: string, topPeers: number, before: RecordedService | undefined) {
    this.names = new Names(service);
    this.peers = new Peers(topPeers);
    this.totals = before?.totals ?? new Map<string, Total>();
    this.ages = new Ages(before?.ages.told);
  }

  /** With 0 for what it held before and does not hold now. */
  kinds(byKind: ReadonlyMap<string, number>): Map<string, number> {
    for (const kind of byKind.keys()) this.#kinds.add(kind);
    return new Map([...this.#kinds].map((kind) => [kind, byKind.get(kind) ?? 0]));
  }

  count({ kind, born, closed }: HistoryTurnover): void {
    const total = this.totals.get(kind) ?? { born: 0, closed: 0 };
    this.totals.set(kind, { born: total.born + born, closed: total.closed + closed });
  }
}

/**
 * Who has series of its own. Chosen once and kept for the length of a block, so that services and peers that come and go,
 * which others may cause as they like, add only so many series in that time.
 */
export class Recorded {
  readonly #limits: Limits;
  readonly host = new Names(null);
  #services = new Map<string, RecordedService>();
  /** Those of the block before. What they counted goes on. */
  #before = new Map<string, RecordedService>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** A new block begins: all is chosen anew. */
  renew(): void {
    this.#before = this.#services;
    this.#services = new Map();
  }

  /** null: it is one too many. */
  serviceOf(service: string): RecordedService | null {
    const known = this.#services.get(service);
    if (known !== undefined) return known;
    if (this.#services.size >= this.#limits.mostServices) return null;
    const fresh = new RecordedService(service, this.#limits.topPeers, this.#before.get(service));
    this.#services.set(service, fresh);
    return fresh;
  }

  count(turnover: readonly HistoryTurnover[]): void {
    for (const change of turnover) this.#services.get(change.service)?.count(change);
  }
}
