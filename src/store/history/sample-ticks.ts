/** Ticks for tests: snapshots of services that hold what the test says. */
import type { DescryEvent, VerdictEvent } from "../../model/events.ts";
import type { HistoryTick } from "../../model/history.ts";
import type { DescriptorKind } from "../../model/kinds.ts";
import type { Holding, ServiceView } from "../../model/snapshot.ts";

const NO_RATES = { windowSeconds: 60, bornPerMinute: null, diedPerMinute: null, netPerMinute: null };

export interface SampleService {
  readonly service: string;
  readonly open: number;
  readonly kinds?: Readonly<Partial<Record<DescriptorKind, number>>>;
  readonly peers?: Readonly<Record<string, number>>;
  /** How many stand on each rung, by the seconds at which it begins. */
  readonly ages?: Readonly<Record<number, number>>;
  readonly openedBeforeWatch?: number;
  readonly limit?: number | null;
  readonly readable?: boolean;
  /** Seconds until it runs out. */
  readonly runway?: number | null;
}

export interface SampleTick {
  readonly at: number;
  readonly watchedSeconds?: number;
  readonly services: readonly SampleService[];
  readonly events?: readonly DescryEvent[];
  readonly timeWait?: number | null;
  readonly turnover?: HistoryTick["turnover"];
  readonly cost?: HistoryTick["cost"];
}

export function sampleTick(sample: SampleTick): HistoryTick {
  const at = new Date(sample.at).toISOString();
  const { services, events = [], timeWait = null, turnover = null, cost = null } = sample;
  const watchedSeconds = sample.watchedSeconds ?? sample.at / 1000;
  return {
    snapshot: {
      at,
      host: "sample",
      watchedSeconds,
      services: services.map((service) => viewOf(service, sample.at)),
      openFiles: null,
      // As it is where nobody set it: LONG_MAX.
      fileMax: 2 ** 63,
      timeWait,
      timeWaitBy: [],
      ports: [],
      coverage: {
        processes: 4,
        listed: 3,
        denied: 1,
        watchedSeconds,
        tcpOpened: null,
        tcpSeen: null,
        tcpUnattributed: null,
      },
    },
    events,
    turnover,
    cost,
  };
}

function viewOf(sample: SampleService, at: number): ServiceView {
  const { service, open, limit = 1024, kinds = {}, peers = {}, readable = true, runway = null } = sample;
  return {
    service,
    processes: [
      {
        pid: 1,
        startTicks: 1,
        startedAt: null,
        command: service,
        open,
        softLimit: limit,
        hardLimit: limit,
        headroom: limit === null ? null : limit - open,
        limitFrom: null,
        readable,
      },
    ],
    open,
    rates: NO_RATES,
    history: [],
    runway:
      runway === null
        ? null
        : {
            resource: "nofile",
            headroom: 1,
            exhaustedAt: { p05: null, p50: new Date(at + runway * 1000).toISOString(), p95: null },
          },
    holdings: [
      ...Object.entries(kinds).map(([kind, count]) => holdingOf(kind as DescriptorKind, null, count)),
      ...Object.entries(peers).map(([peer, count]) => holdingOf("tcp", peer, count)),
      ...(sample.ages === undefined ? [] : [agedHolding(sample)]),
    ],
    verdicts: [],
    forecasts: [],
    shape: { shape: "unknown", declared: false, cycleSeconds: null },
    load: null,
    otherEndOf: [],
    owner: null,
  };
}

function agedHolding({ ages = {}, openedBeforeWatch = 0 }: SampleService): Holding {
  const rungs = Object.entries(ages).map(([from, open]) => ({ fromSeconds: Number(from), open }));
  const known = rungs.reduce((sum, { open }) => sum + open, 0);
  return {
    ...holdingOf("pipe", null, known + openedBeforeWatch),
    ages: rungs.map(({ fromSeconds, open }) => ({
      ...{ fromSeconds, open },
      toSeconds: fromSeconds === 0 ? 20 : 2 * fromSeconds,
    })),
    openedBeforeWatch,
  };
}

function holdingOf(kind: DescriptorKind, peer: string | null, open: number): Holding {
  return {
    subject: {
      kind,
      direction: peer === null ? null : "outbound",
      peer,
      product: null,
      state: null,
      path: null,
    },
    open,
    objects: open,
    rates: NO_RATES,
    ages: [],
    openedBeforeWatch: 0,
    survivors: null,
    standing: null,
    unusedSeconds: null,
    past: null,
    otherEnd: null,
  };
}

export function sampleVerdict(at: number, service: string, more: Partial<VerdictEvent> = {}): VerdictEvent {
  return {
    type: "verdict",
    at: new Date(at).toISOString(),
    host: "sample",
    id: `${service} ${at}`,
    fingerprint: `of ${service}`,
    standing: "confirmed",
    rule: "close-wait",
    service,
    process: null,
    subject: { kind: "tcp", direction: null, peer: null, product: null, state: null, path: null },
    open: 1,
    limit: null,
    bornPerMinute: null,
    diedPerMinute: null,
    netPerMinute: null,
    since: null,
    survivors: null,
    subjectOpen: 1,
    alsoAffected: [],
    alsoRising: [],
    past: null,
    pool: null,
    reason: null,
    runway: null,
    summary: "",
    evidence: [],
    actions: [],
    story: "story",
    processes: [],
    partial: false,
    ...more,
  };
}
