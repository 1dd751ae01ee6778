/** A made-up agent for the tests of the server: every kind of answer, and as many services as a test wants. */
import type { ListedAlert } from "../model/alert.ts";
import type { DescryEvent, ForecastEvent, GapEvent, Subject, VerdictEvent } from "../model/events.ts";
import type { RunningAgent } from "../model/running-agent.ts";
import type { Holding, ProcessView, Rates, ServiceView, Snapshot } from "../model/snapshot.ts";
import { alertOf, exampleSilences, type ExampleSilences } from "./example-alerts.ts";
import { exampleListing } from "./example-listing.ts";
import type { Desk, HistoryPort, Readiness, StoredEvent } from "./ports.ts";

export const AT = "2026-11-12T02:04:51.000Z";
export const HOST = "web-12";

export const RUNNING: RunningAgent = {
  version: "0.1.0",
  startedAt: "2026-11-12T01:43:00.000Z",
  bootId: "4f6b1f0e-7c5d-4a53-9d6e-0a3b5c7d9e11",
  process: { pid: 4242, startTicks: 77_001 },
};

const rates: Rates = { windowSeconds: 600, bornPerMinute: 131, diedPerMinute: 6.1, netPerMinute: 124.9 };

export const SUBJECT: Subject = {
  ...{ kind: "tcp", direction: "outbound", peer: "127.0.0.1:3306", product: "MySQL" },
  ...{ state: "CLOSE_WAIT", path: null },
};

const head = {
  at: AT,
  host: HOST,
  id: "0123456789abcdef",
  fingerprint: "fedcba9876543210",
  limit: 4096,
  runway: {
    resource: "nofile",
    headroom: 1182,
    exhaustedAt: { p05: "2026-11-12T02:10:00.000Z", p50: "2026-11-12T02:14:00.000Z", p95: null },
  },
  summary: "It keeps what it opens.",
  evidence: ["2,566 passed an age of 80 s", "nothing was given back"],
  actions: [{ when: "fix", text: "Close them.", command: null, caution: null }],
  story: "00aa",
  processes: [{ pid: 812, open: 2914 }],
  partial: false,
  process: { pid: 812, startTicks: 99_812, command: "gunicorn app:app" },
  open: 2914,
  standing: "confirmed",
  netPerMinute: 124.9,
  reason: null,
} as const;

export function verdictOf(traits: Partial<VerdictEvent> = {}): VerdictEvent {
  return {
    type: "verdict",
    ...head,
    ...{ service: "gunicorn.service", rule: "close-wait", subject: SUBJECT, since: null, subjectOpen: 2731 },
    ...{ bornPerMinute: 131, diedPerMinute: 6.1, alsoAffected: [{ service: "mariadbd", as: "other end" }] },
    alsoRising: [{ kind: "eventfd", netPerMinute: 124.8 }],
    survivors: { olderThanSeconds: 80, count: 312, departed: 2, baselineSurvival: null, survival: 0.68 },
    past: {
      ...{ from: AT, to: AT, watchedFrom: AT, binSeconds: 60 },
      ...{ bins: [1, 2], left: 3, perMinute: 1.5 },
    },
    pool: {
      ...{ expected: 20, expectedBy: "learned", open: 40, reused: 20, bornPerMinute: 131 },
      ...{ exchangesPerConnection: null, bornWhileIdleShare: 0.96, lifetimeSeconds: null },
    },
    ...traits,
  };
}

export function forecastOf(traits: Partial<ForecastEvent> = {}): ForecastEvent {
  return { type: "forecast", ...head, service: "gunicorn.service", ...traits };
}

export const GAP: GapEvent = {
  ...{ type: "gap", at: AT, host: HOST, what: "descriptors of 3 processes", why: "denied" },
  ...{ mend: "Run it as root.", processes: 3 },
};

export function processOf(traits: Partial<ProcessView> = {}): ProcessView {
  return {
    ...{ pid: 812, startTicks: 99_812, startedAt: AT, command: "gunicorn app:app", open: 2914 },
    ...{ softLimit: 4096, hardLimit: 65_536, headroom: 1182, limitFrom: null, readable: true },
    ...traits,
  };
}

export function holdingOf(traits: Partial<Holding> = {}): Holding {
  return {
    ...{ subject: SUBJECT, open: 2731, objects: 2731, rates, openedBeforeWatch: 0, standing: "confirmed" },
    ages: [{ fromSeconds: 0, toSeconds: null, open: 2731 }],
    ...{ survivors: null, unusedSeconds: { least: 0, most: 1311 }, past: null, otherEnd: "mariadbd" },
    ...traits,
  };
}

export function serviceOf(traits: Partial<ServiceView> = {}): ServiceView {
  return {
    ...{ service: "nginx.service", processes: [processOf()], open: 611, rates, history: [611, null, 613] },
    ...{ runway: null, holdings: [holdingOf()], verdicts: [], forecasts: [], otherEndOf: [], owner: null },
    shape: { shape: "unknown", declared: false, cycleSeconds: null },
    load: { perMinute: 840, change: { trend: "steady", fromPerMinute: 840, perMinute: 840, since: AT } },
    ...traits,
  };
}

/** Names that a hostile user may give a service. */
export const HOSTILE_NAMES = [
  "..",
  "../../etc/passwd",
  "a/b?c#d%2e%2e",
  "<script>alert(1)</script>",
  'quote " back \\ line \n feed \r tab \t nul \0',
  "\u2028\u2029\u202e\ud800 lone",
  "名前 служба",
  "~".repeat(300),
  "x".repeat(5000),
  "__proto__",
  "constructor",
  " ",
  "",
] as const;

export function snapshotOf(services: readonly ServiceView[]): Snapshot {
  return {
    ...{
      at: AT,
      host: HOST,
      watchedSeconds: 1311.5,
      services,
      openFiles: 9000,
      fileMax: 2 ** 63,
      timeWait: 12,
    },
    timeWaitBy: [
      {
        ...{ address: "127.0.0.1:3306", direction: "outbound", count: 12, unattributed: 2 },
        services: [{ service: "gunicorn.service", count: 10 }],
      },
    ],
    ports: [
      {
        ...{ source: "127.0.0.1", peer: "127.0.0.1:3306", product: "MySQL", used: 400, range: 28_232 },
        ...{ live: 300, timeWait: 100, reusable: true, service: null },
        runway: { resource: "ports", headroom: 27_832, exhaustedAt: null },
      },
    ],
    coverage: {
      ...{ processes: 120, listed: 118, denied: 2, watchedSeconds: 1311.5 },
      ...{ tcpOpened: 400, tcpSeen: 399, tcpUnattributed: null },
    },
  };
}

export function exampleServices(count: number): ServiceView[] {
  const leaking = serviceOf({
    ...{ service: "gunicorn.service", open: 3074, runway: head.runway },
    ...{
      verdicts: [verdictOf()],
      forecasts: [forecastOf()],
      otherEndOf: ["nginx.service"],
      owner: "team-shop",
    },
  });
  const hostile = HOSTILE_NAMES.map((service) => serviceOf({ service }));
  const others = Array.from({ length: count }, (_, place) => serviceOf({ service: `worker-${place}` }));
  return [leaking, ...hostile, ...others].slice(0, Math.max(count, 1));
}

/** A desk whose parts a test may set, with events that it may send. */
export interface ExampleDesk extends Desk {
  current: Snapshot | null;
  kept: HistoryPort | null;
  ready: Readiness;
  living: ListedAlert[];
  readonly silences: ExampleSilences;
  send(event: DescryEvent): void;
  readonly listeners: ReadonlySet<(event: DescryEvent) => void>;
}

export function exampleDesk(services = exampleServices(40)): ExampleDesk {
  const listeners = new Set<(event: DescryEvent) => void>();
  const desk: ExampleDesk = {
    host: HOST,
    agent: RUNNING,
    current: snapshotOf(services),
    kept: exampleHistory(),
    living: [alertOf(), alertOf({ id: "b2", phase: "pending", severity: "ticket", firingAt: null })],
    alerts: () => desk.living,
    silences: exampleSilences(),
    ready: { ready: true, checks: [{ name: "kernel", ok: true, says: "all is read", mend: "" }] },
    listeners,
    snapshot: () => desk.current,
    standing: () => desk.current?.services.flatMap((view) => [...view.verdicts, ...view.forecasts]) ?? [],
    get history() {
      return desk.kept;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    metrics: () =>
      "# HELP descry_coverage_ratio Share.\n# TYPE descry_coverage_ratio gauge\ndescry_coverage_ratio 1\n",
    readiness: () => desk.ready,
    listing: exampleListing,
    send: (event) => {
      for (const listener of listeners) listener(event);
    },
  };
  return desk;
}

/** 250 verdicts, a second apart; two series as long as asked, the second bucket unknown. */
function exampleHistory(): HistoryPort {
  const stored: StoredEvent[] = Array.from({ length: 250 }, (_, place) => ({
    number: 1000 - place,
    event: verdictOf({ id: String(place), at: new Date(Date.parse(AT) - place * 1000).toISOString() }),
  }));
  return {
    services: () => ["gunicorn.service", "gone one"],
    ranges: ({ service, measures, from, to, step }) => {
      const values = Array.from({ length: Math.ceil((to - from) / step) }, (_, place) =>
        place === 1 ? null : place,
      );
      return [service === null ? "open-files" : "open-descriptors", "runway-seconds"]
        .filter((measure) => measures?.includes(measure) ?? true)
        .map((measure) => ({
          ...{ series: { measure, label: measure === "open-descriptors" ? "tcp" : null } },
          ...{ from, to: from + values.length * step, step, values, least: values, most: values },
        }));
    },
    events: ({ from, to, service, fingerprint, before, limit }) =>
      stored
        .filter(({ number, event }) => {
          const at = Date.parse(event.at);
          if (event.type !== "verdict") return false;
          return (
            (before === null || number < before) &&
            (from === null || at >= from) &&
            (to === null || at <= to) &&
            (service === null || event.service === service) &&
            (fingerprint === null || event.fingerprint === fingerprint)
          );
        })
        .slice(0, limit),
  };
}
