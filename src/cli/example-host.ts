/** A made-up host for the tests of the screens: the figures of the design's pictures, with everything settable. */
import type { ForecastEvent, GapEvent, Subject, SummaryEvent, VerdictEvent } from "../model/events.ts";
import type { Holding, ProcessView, Rates, ServiceView, Snapshot } from "../model/snapshot.ts";
import { type Look, plain } from "./screen/look.ts";

export const AT = "2026-11-12T02:04:51.000Z";
const START_TICKS = 99_812;

/** A date so many seconds after AT. */
export function later(seconds: number): string {
  return new Date(Date.parse(AT) + seconds * 1000).toISOString();
}

export function lookOf(columns: number, rows: number | null = null): Look {
  return { columns, rows, zone: "Europe/Berlin", paint: plain };
}

export function subjectOf(traits: Partial<Subject> = {}): Subject {
  return { kind: "tcp", direction: null, peer: null, product: null, state: null, path: null, ...traits };
}

export const MYSQL: Subject = subjectOf({
  direction: "outbound",
  peer: "127.0.0.1:3306",
  product: "MySQL",
  state: "ESTABLISHED",
});

export function ratesOf(born: number | null, died: number | null): Rates {
  const net = born === null || died === null ? null : born - died;
  return { windowSeconds: 600, bornPerMinute: born, diedPerMinute: died, netPerMinute: net };
}

export function holdingOf(traits: Partial<Holding> = {}): Holding {
  const open = traits.open ?? 97;
  return {
    subject: subjectOf({ direction: "inbound", peer: "0.0.0.0:8000", state: "ESTABLISHED" }),
    open,
    objects: open,
    rates: ratesOf(840, 840),
    ages: [],
    openedBeforeWatch: 0,
    survivors: null,
    standing: null,
    otherEnd: null,
    ...traits,
  };
}

export function processOf(traits: Partial<ProcessView> = {}): ProcessView {
  return {
    pid: 812,
    startTicks: START_TICKS,
    startedAt: later(-10_920),
    command: "gunicorn app:app",
    open: 2914,
    softLimit: 4096,
    hardLimit: 65_536,
    headroom: 1182,
    limitFrom: "LimitNOFILE of gunicorn.service",
    readable: true,
    ...traits,
  };
}

export function serviceOf(traits: Partial<ServiceView> = {}): ServiceView {
  return {
    service: "nginx.service",
    processes: [processOf({ pid: 611, command: "nginx: worker process", open: 611, softLimit: 65_536 })],
    open: 611,
    rates: ratesOf(2210, 2210),
    history: [611, 618, 611, 604, 611, 618, 611, 618],
    runway: null,
    holdings: [
      holdingOf({
        subject: subjectOf({ direction: "inbound", peer: "0.0.0.0:443", state: "ESTABLISHED" }),
        open: 580,
      }),
    ],
    verdicts: [],
    forecasts: [],
    otherEndOf: [],
    ...traits,
  };
}

export function verdictOf(traits: Partial<VerdictEvent> = {}): VerdictEvent {
  return {
    type: "verdict",
    at: AT,
    host: "web-12",
    id: "0123456789abcdef",
    fingerprint: "fedcba9876543210",
    standing: "confirmed",
    rule: "unclosed-connection",
    service: "gunicorn.service",
    process: { pid: 812, startTicks: START_TICKS, command: "gunicorn" },
    subject: MYSQL,
    open: 2914,
    limit: 4096,
    bornPerMinute: 131,
    diedPerMinute: 6.1,
    netPerMinute: 124.9,
    since: later(-1311),
    survivors: { olderThanSeconds: 80, count: 2566, departed: 2, baselineSurvival: 0.007, survival: 0.98 },
    subjectOpen: 2731,
    runway: {
      resource: "nofile",
      headroom: 1182,
      exhaustedAt: { p05: later(480), p50: later(560), p95: later(650) },
    },
    summary:
      "gunicorn.service leaks connections to MySQL at 127.0.0.1:3306. Since 02:43 it has opened 131 a minute and " +
      "closed 6; the other 125 stay open. Of 2,566 that passed 80 seconds, 2 were ever closed. It holds 2,914 of " +
      "4,096 open files; opens will start to fail about 03:14.",
    evidence: [
      "of 2,566 that passed 80 s, 2 were ever closed",
      "before 02:43 fewer than 1 in 100 lived that long",
    ],
    actions: [
      {
        when: "now",
        text: "about 98 min more; MySQL's max_connections permitting",
        command: "sudo prlimit --pid 812 --nofile=16384:16384",
        caution: null,
      },
      {
        when: "before-restart",
        text: "a restart erases the evidence",
        command: "sudo descry record --service gunicorn --for 30s -o gunicorn.descry",
        caution: null,
      },
      {
        when: "fix",
        text: "close each connection where its work ends, or take it from the pool",
        command: null,
        caution: null,
      },
      {
        when: "confirm",
        text: "count them twice, a minute apart",
        command: "sudo ss -Htnp state established dst 127.0.0.1:3306 | grep -c 'pid=812,'",
        caution: null,
      },
    ],
    story: "fedcba9876543210",
    alsoAffected: [{ service: "mariadbd", as: "other end" }],
    reason: null,
    processes: [{ pid: 812, open: 2914 }],
    ...traits,
  };
}

export function forecastOf(traits: Partial<ForecastEvent> = {}): ForecastEvent {
  const { at, host, service, process, open, limit, runway, actions, processes } = verdictOf();
  return {
    type: "forecast",
    ...{ at, host, service, process, open, limit, runway, actions, processes },
    id: "1111111111111111",
    fingerprint: "2222222222222222",
    standing: "confirmed",
    netPerMinute: 124.9,
    summary: "gunicorn.service will run out of open files about 03:14.",
    evidence: [],
    reason: null,
    ...traits,
  };
}

export function gapOf(traits: Partial<GapEvent> = {}): GapEvent {
  const mend = "run descry as root";
  return {
    type: "gap",
    at: AT,
    host: "web-12",
    what: "descriptors",
    why: "denied",
    mend,
    processes: 198,
    ...traits,
  };
}

export function summaryEventOf(traits: Partial<SummaryEvent> = {}): SummaryEvent {
  const coverage = { processes: 312, listed: 312, denied: 0, watchedSeconds: 120 };
  return {
    type: "summary",
    at: AT,
    host: "web-12",
    verdicts: 0,
    forecasts: 0,
    watchedProcesses: 312,
    coverage,
    ...traits,
  };
}

/** gunicorn as in the picture of `descry inspect`. */
export function gunicorn(): ServiceView {
  const verdict = verdictOf();
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
      }),
      holdingOf(),
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
      serviceOf({ service: "nginx" }),
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
    timeWaitBy: [{ address: "127.0.0.1:3306", direction: "outbound", count: 812 }],
    coverage: { processes: 312, listed: 312, denied: 0, watchedSeconds: 1462 },
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
  const coverage = { processes: 312, listed: 114, denied: 198, watchedSeconds: 0 };
  return { ...host, watchedSeconds: 0, services: host.services.map(unwatched), coverage };
}
