import type { DescriptorClass } from "../census/classes.ts";
import { limitOrigin, startedAt, type Process } from "../census/processes.ts";
import { exhaustionOf, headroomOf, namedSubject, survivorsOf } from "../alerts/case.ts";
import { timeWaitOf } from "../alerts/events.ts";
import { otherEndOf } from "../alerts/other-ends.ts";
import { ageLadder } from "../indicators/ages.ts";
import { rates } from "../indicators/rates.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Runway } from "../model/events.ts";
import type { Holding, ProcessView, ServiceView, Snapshot } from "../model/snapshot.ts";
import { provingRung } from "../rules/accumulation.ts";
import { rowFor } from "../rules/rows.ts";
import type { Analysis } from "./analysis.ts";

/** Rates on screens are over the last minute. */
const RATE_WINDOW = 60;
const HISTORY_SECONDS = 600;
const HISTORY_BINS = 60;
/** The other end is looked up for this many of the largest holdings of a service: it walks all sockets. */
const OTHER_ENDS_TOLD = 3;

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
    timeWaitBy: [...census.timeWait.values()]
      .map(({ address, direction, count }) => ({ address, direction, count }))
      .toSorted((a, b) => b.count - a.count),
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
  };
}

function servicesOf(analysis: Analysis): ServiceView[] {
  const { ledger } = analysis;
  const byService = Map.groupBy(
    [...ledger.census.processes.all()].filter((process) => process.judged && isProgram(process)),
    (process) => process.service,
  );
  const holdings = Map.groupBy(
    [...ledger.classes()].filter(({ of, account }) => account.open > 0 && !isWide(ledger, of)),
    ({ of }) => of.service,
  );
  return [...byService]
    .map(([service, processes]) => serviceView(analysis, service, processes, holdings.get(service) ?? []))
    .toSorted(byRisk);
}

/** Kernel threads hold no descriptors and have no command. */
function isProgram({ fact, open }: Process): boolean {
  return fact.command.length > 0 || (open ?? 0) > 0;
}

/** A wide class repeats what its parts hold. */
function isWide(ledger: Ledger, of: DescriptorClass): boolean {
  return (
    of.parent === null &&
    (of.subject.peer?.startsWith("*:") === true || isAnyFolder(of)) &&
    ledger.ofClass(of.id) !== undefined
  );
}

function isAnyFolder({ subject }: DescriptorClass): boolean {
  return subject.path === null && ["file", "deleted-file", "device", "tty"].includes(subject.kind);
}

interface Held {
  readonly of: DescriptorClass;
  readonly account: Account;
}

function serviceView(
  analysis: Analysis,
  service: string,
  processes: readonly Process[],
  held: readonly Held[],
): ServiceView {
  const { ledger, at } = analysis;
  const views = processes.map((process) => processView(ledger, process)).toSorted(byHeadroom);
  const account = ledger.ofService(service);
  const verdicts = [...analysis.classes.standing(), ...analysis.limits.verdicts()].filter(
    (event) => event.service === service,
  );
  return {
    service,
    processes: views,
    open: processes.reduce((sum, process) => sum + (process.open ?? 0), 0),
    rates: rates(account, ledger.now, ledger.startedAt ?? ledger.now, RATE_WINDOW),
    history: historyOf(ledger, account),
    runway: smallestRunway(ledger, processes, at),
    holdings: holdingsOf(analysis, held),
    verdicts,
    forecasts: analysis.limits.forecasts().filter((event) => event.service === service),
    otherEndOf: [...new Set(held.flatMap(({ of }) => analysis.classes.affectedBy(of.id) ?? []))],
  };
}

function processView(ledger: Ledger, process: Process): ProcessView {
  const { fact } = process;
  const { host } = ledger.census;
  const parent = ledger.census.processes.byPid(fact.parent)?.fact;
  return {
    pid: fact.pid,
    startTicks: fact.startTicks,
    startedAt: host === null ? null : new Date(host.bootedAt + startedAt(fact) * 1000).toISOString(),
    command: fact.command.join(" ") || fact.name,
    open: process.open ?? ledger.ofProcess(process)?.open ?? 0,
    softLimit: fact.softLimit,
    hardLimit: fact.hardLimit,
    headroom: headroomOf(ledger, process),
    limitFrom: limitOrigin(fact, parent),
    readable: !process.denied,
  };
}

function holdingsOf(analysis: Analysis, held: readonly Held[]): Holding[] {
  const { ledger, classes } = analysis;
  const weight = ({ of, account }: Held): number =>
    (classes.standingOf(of.id) === null ? 0 : 1e9) + account.open;
  return [...held]
    .toSorted((a, b) => weight(b) - weight(a))
    .map(({ of, account }, place) => ({
      subject: namedSubject(ledger, of),
      open: account.open,
      objects: account.objects,
      rates: rates(account, ledger.now, ledger.startedAt ?? ledger.now, RATE_WINDOW),
      ages: ageLadder(account, ledger.now),
      openedBeforeWatch: account.ofUnknownAge,
      survivors: survivorsOf(account, classes.evidenceOf(of.id), provingRung(rowFor(of)), ledger.now),
      standing: classes.standingOf(of.id),
      otherEnd: place < OTHER_ENDS_TOLD ? (otherEndOf(ledger.census, of)?.service ?? null) : null,
    }));
}

function historyOf(ledger: Ledger, account: Account | undefined): (number | null)[] {
  const bin = HISTORY_SECONDS / HISTORY_BINS;
  const from = ledger.now - HISTORY_SECONDS;
  return Array.from({ length: HISTORY_BINS }, (_, at) => {
    const time = from + (at + 1) * bin;
    if (account === undefined || time < (ledger.startedAt ?? ledger.now)) return null;
    return at === HISTORY_BINS - 1 ? account.open : (account.history.before(time)?.open ?? account.open);
  });
}

function smallestRunway(ledger: Ledger, processes: readonly Process[], at: number): Runway | null {
  let nearest: {
    readonly headroom: number;
    readonly when: { p05: number; p50: number; p95: number };
  } | null = null;
  for (const process of processes) {
    const when = exhaustionOf(ledger, process, at);
    const headroom = headroomOf(ledger, process);
    if (when !== null && headroom !== null && (nearest === null || when.p50 < nearest.when.p50))
      nearest = { headroom, when };
  }
  if (nearest === null) return null;
  const iso = (time: number): string => new Date(time).toISOString();
  const { p05, p50, p95 } = nearest.when;
  return {
    resource: "nofile",
    headroom: nearest.headroom,
    exhaustedAt: { p05: iso(p05), p50: iso(p50), p95: iso(p95) },
  };
}

/** Proven leaks first, then suspects, then the process nearest to its limit. */
function byRisk(a: ServiceView, b: ServiceView): number {
  return standingWeight(b) - standingWeight(a) || fullness(b) - fullness(a) || b.open - a.open;
}

function standingWeight({ verdicts, forecasts }: ServiceView): number {
  if (verdicts.some(({ standing }) => standing === "confirmed") || forecasts.length > 0) return 2;
  return verdicts.length > 0 ? 1 : 0;
}

function fullness({ processes }: ServiceView): number {
  return Math.max(0, ...processes.map(fullnessOf));
}

function fullnessOf({ open, softLimit }: ProcessView): number {
  return softLimit === null || softLimit === 0 ? 0 : open / softLimit;
}

function byHeadroom(a: ProcessView, b: ProcessView): number {
  return fullnessOf(b) - fullnessOf(a) || b.open - a.open;
}
