/** A made-up host, in as many services and peers as a test wants. */
import type { Subject } from "../model/events.ts";
import type { Holding, ServiceView, Snapshot } from "../model/snapshot.ts";
import type { OwnProcess, Reading } from "./reading.ts";

/** Unix milliseconds of the first snapshot. */
export const STARTED = Date.parse("2026-11-12T02:00:00.000Z");

export const OWN: OwnProcess = {
  cpuSeconds: 12.5,
  residentBytes: 80e6,
  virtualBytes: null,
  openDescriptors: 22,
  descriptorLimit: 1024,
  startedAt: STARTED / 1000,
};

export function subjectOf(traits: Partial<Subject> = {}): Subject {
  return { kind: "tcp", direction: null, peer: null, product: null, state: null, path: null, ...traits };
}

/** Connections to one peer. */
export function outbound(peer: string, open: number, traits: Partial<Holding> = {}): Holding {
  return holdingOf(subjectOf({ direction: "outbound", peer, state: "ESTABLISHED" }), open, traits);
}

export function holdingOf(subject: Subject, open: number, traits: Partial<Holding> = {}): Holding {
  return {
    subject,
    open,
    objects: open,
    rates: { windowSeconds: 60, bornPerMinute: 0, diedPerMinute: 0, netPerMinute: 0 },
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

export function serviceOf(service: string, traits: Partial<ServiceView> = {}): ServiceView {
  const holdings = traits.holdings ?? [outbound("10.0.0.1:5432", 7)];
  const open = traits.open ?? holdings.reduce((sum, holding) => sum + holding.open, 0);
  return {
    service,
    processes: [
      {
        pid: 812,
        startTicks: 1,
        startedAt: null,
        command: service,
        open,
        softLimit: 1024,
        hardLimit: 4096,
        headroom: 1024 - open,
        limitFrom: null,
        readable: true,
      },
    ],
    open,
    rates: { windowSeconds: 60, bornPerMinute: 6, diedPerMinute: 6, netPerMinute: 0 },
    history: [],
    runway: null,
    holdings,
    verdicts: [],
    forecasts: [],
    shape: { shape: "unknown", declared: false, cycleSeconds: null },
    load: null,
    otherEndOf: [],
    owner: null,
    ...traits,
  };
}

export function snapshotOf(services: readonly ServiceView[], traits: Partial<Snapshot> = {}): Snapshot {
  const watchedSeconds = traits.watchedSeconds ?? 120;
  return {
    at: new Date(STARTED + watchedSeconds * 1000).toISOString(),
    host: "web-12",
    watchedSeconds,
    services,
    openFiles: 24_310,
    fileMax: 1_215_752,
    timeWait: 0,
    timeWaitBy: [],
    ports: [],
    coverage: {
      processes: 312,
      listed: 300,
      denied: 8,
      watchedSeconds,
      tcpOpened: 4000,
      tcpSeen: 3900,
      tcpUnattributed: 10,
    },
    ...traits,
  };
}

export function readingOf(snapshot: Snapshot, turnover: Reading["turnover"] = null): Reading {
  const standing = snapshot.services.flatMap(({ verdicts, forecasts }) => [...verdicts, ...forecasts]);
  return { snapshot, standing, turnover, stages: [] };
}
