/** The pieces of a made-up host, with everything settable, for the tests of the screens and commands. */
import type { ForecastEvent, GapEvent, Subject, SummaryEvent, VerdictEvent } from "../../model/events.ts";
import type { Holding, ProcessView, Rates, ServiceView } from "../../model/snapshot.ts";
import { type Look, plain } from "../screen/look.ts";

export const AT = "2026-11-12T02:04:51.000Z";
export const START_TICKS = 99_812;

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
    unusedSeconds: null,
    past: null,
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
    shape: { shape: "unknown", declared: false, cycleSeconds: null },
    load: null,
    otherEndOf: [],
    owner: null,
    ...traits,
  };
}

const GUNICORN = {
  service: "gunicorn.service",
  process: { pid: 812, startTicks: START_TICKS, command: "gunicorn" },
  open: 2914,
};

export function verdictOf(traits: Partial<VerdictEvent> = {}): VerdictEvent {
  return {
    type: "verdict",
    at: AT,
    host: "web-12",
    id: "0123456789abcdef",
    fingerprint: "fedcba9876543210",
    standing: "confirmed",
    partial: false,
    alsoRising: [],
    past: null,
    pool: null,
    rule: "unclosed-connection",
    ...GUNICORN,
    subject: MYSQL,
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
  const { at, host, limit, runway, actions, processes } = verdictOf();
  return {
    type: "forecast",
    ...{ at, host, ...GUNICORN, limit, runway, actions, processes },
    id: "1111111111111111",
    fingerprint: "2222222222222222",
    story: "2222222222222222",
    partial: false,
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
  const coverage = {
    processes: 312,
    listed: 312,
    denied: 0,
    watchedSeconds: 120,
    tcpOpened: null,
    tcpSeen: null,
    tcpUnattributed: null,
  };
  return {
    type: "summary",
    at: AT,
    host: "web-12",
    verdicts: 0,
    stories: 0,
    forecasts: 0,
    watchedProcesses: 312,
    coverage,
    ...traits,
  };
}
