/** A made-up host with the figures of the pictures in the design. */
import type { PoolUsage } from "../../model/events.ts";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import {
  AT,
  later,
  holdingOf,
  MYSQL,
  processOf,
  ratesOf,
  serviceOf,
  START_TICKS,
  subjectOf,
  verdictOf,
} from "./parts.ts";

export * from "./parts.ts";

/** As in the same picture. */
export const POOL: PoolUsage = {
  expected: 20,
  expectedBy: "learned",
  open: 2751,
  reused: 20,
  bornPerMinute: 131,
  exchangesPerConnection: null,
  bornWhileIdleShare: 0.96,
  lifetimeSeconds: null,
};

/** gunicorn as in the picture of `descry inspect`. */
export function gunicorn(): ServiceView {
  const verdict = verdictOf({ pool: POOL });
  return serviceOf({
    service: "gunicorn.service",
    processes: [
      processOf(),
      ...[813, 814, 815, 816].map((pid) => processOf({ pid, open: 40, headroom: 4056 })),
    ],
    open: 3074,
    rates: ratesOf(971, 846.1),
    history: [300, 700, 1000, 1400, 1800, 2200, 2600, 2914],
    runway: verdict.runway,
    verdicts: [verdict],
    load: {
      perMinute: 843,
      change: { trend: "steady", fromPerMinute: 840, perMinute: 840, since: later(-1431) },
    },
    holdings: [
      holdingOf({
        subject: MYSQL,
        open: 2731,
        objects: 2731,
        rates: ratesOf(131, 6.1),
        ages: [
          { fromSeconds: 0, toSeconds: 20, open: 42 },
          { fromSeconds: 20, toSeconds: 40, open: 42 },
          { fromSeconds: 40, toSeconds: 80, open: 83 },
          { fromSeconds: 80, toSeconds: 160, open: 166 },
          { fromSeconds: 160, toSeconds: null, open: 2398 },
        ],
        survivors: verdict.survivors,
        standing: "confirmed",
        otherEnd: "mariadbd",
        unusedSeconds: { least: 0, most: 1311 },
      }),
      holdingOf({ unusedSeconds: { least: 0, most: 4 } }),
      holdingOf({ subject: subjectOf({ kind: "file", path: "/srv/app" }), open: 41, rates: ratesOf(0, 0) }),
      holdingOf({ subject: subjectOf({ kind: "pipe" }), open: 16, rates: ratesOf(0, 0), objects: 8 }),
      holdingOf({ subject: subjectOf({ kind: "eventpoll" }), open: 5, rates: ratesOf(0, 0) }),
      holdingOf({ subject: subjectOf({ kind: "anon-other" }), open: 4, rates: ratesOf(0, 0) }),
    ],
  });
}

function thumbs(): ServiceView {
  const subject = subjectOf({ kind: "deleted-file", path: "/var/tmp" });
  const runway = {
    resource: "nofile",
    headroom: 622,
    exhaustedAt: { p05: later(4800), p50: later(6240), p95: later(9000) },
  } as const;
  const verdict = verdictOf({
    ...{
      standing: "suspect",
      rule: "descriptor-leak",
      service: "thumbs",
      subject,
      runway,
      open: 402,
      limit: 1024,
    },
    ...{
      story: "3333333333333333",
      fingerprint: "3333333333333333",
      bornPerMinute: 9,
      diedPerMinute: 3,
      netPerMinute: 6,
    },
    ...{
      process: { pid: 977, startTicks: START_TICKS, command: "thumbs" },
      alsoAffected: [],
      subjectOpen: 371,
    },
  });
  return serviceOf({
    service: "thumbs",
    processes: [processOf({ pid: 977, command: "thumbs", open: 402, softLimit: 1024 })],
    open: 402,
    rates: ratesOf(9, 3),
    history: [340, 343, 350, 353, 360, 366, 380, 402],
    runway,
    verdicts: [verdict],
    holdings: [holdingOf({ subject, open: 371, rates: ratesOf(9, 3), standing: "suspect" })],
  });
}

/** A host as in the picture of `descry top`. */
export function exampleHost(traits: Partial<Snapshot> = {}): Snapshot {
  return {
    at: AT,
    host: "web-12",
    watchedSeconds: 1462,
    services: [
      gunicorn(),
      thumbs(),
      serviceOf({
        service: "nginx",
        shape: { shape: "follows-load", declared: false, cycleSeconds: null },
      }),
      serviceOf({
        service: "mariadbd",
        processes: [processOf({ pid: 640, command: "mariadbd", open: 2803, softLimit: 20_000 })],
        open: 2803,
        rates: ratesOf(131, 6),
        history: [200, 600, 900, 1300, 1700, 2100, 2500, 2803],
        otherEndOf: ["gunicorn.service"],
      }),
      serviceOf({
        service: "celery",
        processes: [processOf({ pid: 900, command: "celery -A app worker", open: 96, softLimit: 1024 })],
        open: 96,
        rates: ratesOf(310, 310),
        history: [56, 96, 56, 96, 56, 96, 56, 96],
        shape: { shape: "cyclic", declared: false, cycleSeconds: 40 },
        holdings: [holdingOf({ subject: subjectOf({ kind: "pipe" }), open: 60 })],
      }),
      serviceOf({
        service: "sshd",
        processes: [processOf({ pid: 700, command: "sshd: root@pts/0", open: 21, softLimit: 1024 })],
        open: 21,
        rates: ratesOf(null, null),
        history: [21],
        holdings: [],
      }),
    ],
    openFiles: 24_310,
    fileMax: 1_215_752,
    timeWait: 812,
    timeWaitBy: [
      {
        address: "127.0.0.1:3306",
        direction: "outbound",
        count: 812,
        services: [{ service: "gunicorn.service", count: 806 }],
        unattributed: 6,
      },
    ],
    ports: [
      {
        source: "127.0.0.1",
        peer: "127.0.0.1:3306",
        product: "MySQL",
        used: 2823,
        range: 28_232,
        live: 2751,
        timeWait: 812,
        reusable: true,
        service: null,
        runway: { resource: "ports", headroom: 25_409, exhaustedAt: null },
      },
    ],
    coverage: {
      processes: 312,
      listed: 312,
      denied: 0,
      watchedSeconds: 1462,
      tcpOpened: 4210,
      tcpSeen: 4198,
      tcpUnattributed: 120,
    },
    ...traits,
  };
}

/** The same host at its first reading: counts and peers, no rates, nothing judged. */
export function firstReading(): Snapshot {
  const unwatched = (service: ServiceView): ServiceView => ({
    ...service,
    rates: { windowSeconds: 0, bornPerMinute: null, diedPerMinute: null, netPerMinute: null },
    history: [service.open],
    runway: null,
    verdicts: [],
    shape: { shape: "unknown", declared: false, cycleSeconds: null },
    load: null,
    otherEndOf: [],
    holdings: service.holdings.map((holding) => ({
      ...holding,
      rates: ratesOf(null, null),
      ages: [],
      openedBeforeWatch: holding.open,
      standing: null,
    })),
  });
  const host = exampleHost();
  const coverage = {
    processes: 312,
    listed: 114,
    denied: 198,
    watchedSeconds: 0,
    tcpOpened: null,
    tcpSeen: null,
    tcpUnattributed: null,
  };
  return { ...host, watchedSeconds: 0, services: host.services.map(unwatched), coverage };
}
