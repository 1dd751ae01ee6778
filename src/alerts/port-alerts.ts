import type { PortUse } from "../census/ports.ts";
import { type Occupancy, occupancyOf } from "../indicators/ports.ts";
import { History } from "../ledger/history.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { VerdictEvent } from "../model/events.ts";
import type { NetworkFact } from "../model/port-facts.ts";
import { judgePorts, type PortJudgement } from "../rules/ports.ts";
import type { Moment } from "./event-head.ts";
import { withdrawn } from "./withdrawn.ts";
import { portEvent } from "./port-events.ts";
import { type Opener, openerOf } from "./port-openers.ts";

/** The local ports towards one destination, over time. */
interface Watched {
  /** Live connections, and ports that cannot be chosen. */
  readonly live: History;
  readonly use: History;
  raisedAt: number;
  told: VerdictEvent | null;
  /** It was told that none is left. */
  toldFull: boolean;
  opener: Opener | null;
  /** When it was last looked who opens them: that walks all sockets. */
  lookedAt: number;
}

/** Seconds until it is looked again for whoever was not to be judged. */
const LOOK_SECONDS = 5;

/** What is known of the ports of one destination at this tick. */
export interface JudgedPorts {
  readonly use: PortUse;
  readonly network: NetworkFact;
  readonly occupancy: Occupancy;
  readonly judgement: PortJudgement;
  readonly told: VerdictEvent | null;
}

/** Local ports of each network namespace, per source and destination: they run out with descriptors and memory to spare. */
export class PortAlerts {
  readonly #ledger: Ledger;
  readonly #watched = new Map<string, Watched>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  tick(moment: Moment): VerdictEvent[] {
    const events: VerdictEvent[] = [];
    for (const [key, use] of this.#ledger.census.ports.uses()) {
      const judged = this.#judge(key, use);
      if (judged !== null) this.#step(key, judged, moment, events);
    }
    for (const [key, { told }] of this.#watched) {
      if (this.#ledger.census.ports.get(key) !== undefined) continue;
      this.#watched.delete(key);
      if (told !== null) events.push(withdrawn(told, moment, "nothing in its network takes them any more"));
    }
    return events;
  }

  verdicts(): VerdictEvent[] {
    return [...this.#watched.values()].flatMap(({ told }) => told ?? []);
  }

  /** Processes that take the ports of a destination about which something stands. */
  *pids(): Generator<number> {
    for (const { told } of this.#watched.values()) {
      const pid = told?.process?.pid;
      if (pid !== undefined) yield pid;
    }
  }

  /** All destinations whose range is known, the fullest first. */
  judged(): JudgedPorts[] {
    const all = [...this.#ledger.census.ports.uses()].flatMap(([key, use]) => this.#judge(key, use) ?? []);
    return all.toSorted((one, other) => share(other.occupancy) - share(one.occupancy));
  }

  #judge(key: string, use: PortUse): JudgedPorts | null {
    const { census, now } = this.#ledger;
    const network = census.ports.networks.get(use.fact.netns);
    const occupancy = occupancyOf(use.fact, network, this.#timeWaitElsewhere(use));
    if (network === undefined || occupancy === null) return null;
    const watched = this.#watch(key);
    const { live, used } = occupancy;
    watched.live.note({ at: now, born: 0, died: 0, moved: 0, open: live, aged: live });
    watched.use.note({ at: now, born: 0, died: 0, moved: 0, open: used, aged: used });
    const told =
      watched.told?.standing === "confirmed" ? "confirmed" : watched.told === null ? null : "suspect";
    const judgement = judgePorts(occupancy, { history: watched.live, aged: live }, told, now);
    return { use, network, occupancy, judgement, told: watched.told };
  }

  #step(key: string, judged: JudgedPorts, moment: Moment, events: VerdictEvent[]): void {
    const watched = this.#watch(key);
    const { standing, flow } = judged.judgement;
    const isFull = judged.occupancy.used >= judged.occupancy.most;
    const ranOut = isFull && !watched.toldFull && watched.told !== null;
    if (standing === (watched.told?.standing ?? null) && !ranOut) return;
    if (standing === null) {
      if (watched.told !== null) events.push(withdrawn(watched.told, moment, "its ports are free again"));
      watched.told = null;
      watched.toldFull = false;
      return;
    }
    const { now } = this.#ledger;
    if (watched.told === null && now - watched.lookedAt < LOOK_SECONDS) return;
    watched.lookedAt = now;
    const opener = openerOf(this.#ledger, judged.use.fact) ?? watched.opener;
    if (!this.#concerns(opener)) return;
    if (watched.told === null) watched.raisedAt = now;
    watched.opener = opener;
    const { use, network, occupancy } = judged;
    const frame = {
      fact: use.fact,
      readAt: use.at,
      network,
      occupancy,
      flow,
      use: watched.use,
      opener,
      standing,
      raisedAt: watched.raisedAt,
      reason: isFull ? "no local port is left" : null,
    };
    watched.toldFull ||= isFull;
    watched.told = portEvent(this.#ledger, frame, moment, watched.told);
    events.push(watched.told);
  }

  /** Whoever may be it has to be judged. */
  #concerns(opener: Opener | null): boolean {
    if (opener !== null) return opener.worst.judged;
    for (const { judged } of this.#ledger.census.processes.all()) if (!judged) return false;
    return true;
  }

  #watch(key: string): Watched {
    let watched = this.#watched.get(key);
    if (watched === undefined) {
      watched = {
        live: new History(),
        use: new History(),
        raisedAt: this.#ledger.now,
        told: null,
        toldFull: false,
        opener: null,
        lookedAt: Number.NEGATIVE_INFINITY,
      };
      this.#watched.set(key, watched);
    }
    return watched;
  }

  /** tcp_max_tw_buckets is for all of the namespace. */
  #timeWaitElsewhere({ fact: { netns, timeWait } }: PortUse): number {
    let all = 0;
    for (const fact of this.#ledger.census.timeWait.values()) if (fact.netns === netns) all += fact.count;
    return Math.max(0, all - timeWait);
  }
}

function share({ used, most }: Occupancy): number {
  return used / most;
}
