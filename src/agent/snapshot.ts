import type { Process } from "../census/processes.ts";
import { timeWaitOf } from "../alerts/process-case.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ServiceView, Snapshot } from "../model/snapshot.ts";
import type { Analysis } from "./analysis.ts";
import { portsAndTimeWait } from "./ports-view.ts";
import { drawService, type ServiceParts } from "./service-view.ts";

/** Draws up everything that is known at this tick, from which all screens are made. */
export function drawSnapshot(analysis: Analysis): Snapshot {
  const { ledger } = analysis;
  const { census } = ledger;
  const services = servicesOf(analysis);
  return {
    at: new Date(analysis.at).toISOString(),
    host: analysis.host,
    watchedSeconds: Math.round(ledger.watchedSeconds * 1000) / 1000,
    services,
    openFiles: census.host?.openFiles ?? null,
    fileMax: census.host?.fileMax ?? null,
    timeWait: timeWaitOf(ledger),
    ...portsAndTimeWait(analysis),
    coverage: coverageOf(ledger),
  };
}

export function coverageOf({ census, watchedSeconds }: Ledger): Snapshot["coverage"] {
  const judged = [...census.processes.all()].filter((process) => process.judged);
  return {
    processes: judged.length,
    listed: judged.filter((process) => process.listed).length,
    denied: judged.filter((process) => process.denied).length,
    watchedSeconds: Math.round(watchedSeconds * 1000) / 1000,
    tcpOpened: census.tcp.opened,
    // Rows and the kernel's counters are read one after the other: what comes in between is seen and not yet counted.
    tcpSeen: census.tcp.opened === null ? null : Math.min(census.tcp.seen, census.tcp.opened),
    tcpUnattributed: census.tcp.opened === null ? null : census.passedUnattributed,
  };
}

function servicesOf(analysis: Analysis): ServiceView[] {
  const { ledger } = analysis;
  // A wide class repeats what its parts hold.
  const held = Map.groupBy(
    [...ledger.classes()].filter(({ of, account }) => account.open > 0 && !of.wide),
    ({ of }) => of.service,
  );
  const verdicts = Map.groupBy(analysis.standingVerdicts(), ({ service }) => service);
  const forecasts = Map.groupBy(analysis.standingForecasts(), ({ service }) => service);
  const programs = [...ledger.census.processes.all()].filter(
    (process) => process.judged && isProgram(process),
  );
  return [...Map.groupBy(programs, ({ service }) => service)]
    .map(([service, processes]) => ({
      service,
      processes: processes.toSorted((a, b) => fullness(b) - fullness(a) || (b.open ?? 0) - (a.open ?? 0)),
      held: held.get(service) ?? [],
      verdicts: verdicts.get(service) ?? [],
      forecasts: forecasts.get(service) ?? [],
    }))
    .toSorted(byRisk)
    .map((parts, place) => drawService(analysis, parts, place === 0));
}

/** Kernel threads hold no descriptors and have no command. */
function isProgram({ fact, open }: Process): boolean {
  return fact.command.length > 0 || (open ?? 0) > 0;
}

/** Proven leaks first, then suspects, then the process nearest to its limit. */
function byRisk(a: ServiceParts, b: ServiceParts): number {
  return standingWeight(b) - standingWeight(a) || fullest(b) - fullest(a) || openOf(b) - openOf(a);
}

function standingWeight({ verdicts, forecasts }: ServiceParts): number {
  if (verdicts.some(({ standing }) => standing === "confirmed") || forecasts.length > 0) return 2;
  return verdicts.length > 0 ? 1 : 0;
}

function fullest({ processes }: ServiceParts): number {
  return Math.max(0, ...processes.map(fullness));
}

function fullness({ open, fact }: Process): number {
  return fact.softLimit === null || fact.softLimit === 0 ? 0 : (open ?? 0) / fact.softLimit;
}

function openOf({ processes }: ServiceParts): number {
  return processes.reduce((sum, { open }) => sum + (open ?? 0), 0);
}
