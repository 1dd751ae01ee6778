import type { DescriptorClass } from "../census/classes.ts";
import { limitOrigin, startedAt, type Process } from "../census/processes.ts";
import { exhaustionOf, headroomOf, namedSubject, survivorsOf } from "../alerts/case.ts";
import { runwayUntil } from "../alerts/event-head.ts";
import { datedPast, idleTimes, type IdleTimes } from "../alerts/idle.ts";
import { otherEndOf } from "../alerts/other-ends.ts";
import { ageLadder } from "../indicators/ages.ts";
import { holdingRates, rates } from "../indicators/rates.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ForecastEvent, Runway, VerdictEvent } from "../model/events.ts";
import type { Holding, ProcessView, ServiceView } from "../model/snapshot.ts";
import { provingRung } from "../rules/accumulation.ts";
import { rowFor } from "../rules/rows.ts";
import type { Analysis } from "./analysis.ts";

/** Rates on screens are over the last minute. */
const RATE_WINDOW = 60;
const HISTORY_SECONDS = 600;
const HISTORY_BINS = 60;
/** The other end is looked up for the largest holdings: each time it walks all sockets. */
const OTHER_ENDS_TOLD = 3;

/** A class that stands for itself on screens, and its account. */
export interface Held {
  readonly of: DescriptorClass;
  readonly account: Account;
}

/** What a service's view is drawn from. */
export interface ServiceParts {
  readonly service: string;
  /** Nearest to its limit first. */
  readonly processes: readonly Process[];
  readonly held: readonly Held[];
  readonly verdicts: readonly VerdictEvent[];
  readonly forecasts: readonly ForecastEvent[];
}

/** From this share of its limit on a process is at risk: what fills it is told at the first look. */
const AT_RISK = 0.5;

/** Draws one service; `whole` also finds who holds the other ends of what it has most of, and how long that is unused. */
export function drawService(analysis: Analysis, parts: ServiceParts, whole: boolean): ServiceView {
  const { ledger, at } = analysis;
  const { service, processes, held, verdicts, forecasts } = parts;
  const account = ledger.ofService(service);
  return {
    service,
    processes: processes.map((process) => processView(ledger, process)),
    open: processes.reduce((sum, process) => sum + (process.open ?? 0), 0),
    rates: processes.some(({ listed }) => listed)
      ? rates(account, ledger.now, ledger.startedAt ?? ledger.now, RATE_WINDOW)
      : { windowSeconds: 0, bornPerMinute: null, diedPerMinute: null, netPerMinute: null },
    history: historyOf(ledger, account),
    runway: smallestRunway(ledger, processes, at),
    holdings: holdingsOf(analysis, parts, whole),
    verdicts,
    forecasts,
    shape: analysis.shapes.shapeOf(service),
    load: analysis.shapes.loadOf(service, analysis.moment, sinceOf(analysis, held)),
    otherEndOf: [...new Set(held.flatMap(({ of }) => analysis.classes.affectedBy(of.id) ?? []))],
    owner: analysis.ownerOf(service),
  };
}

/** When the first rise began of those that were told, in seconds since boot; null where none was. */
function sinceOf({ classes }: Analysis, held: readonly Held[]): number | null {
  const since = held.flatMap(({ of }) => classes.sinceOf(of.id) ?? []);
  return since.length === 0 ? null : Math.min(...since);
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

function holdingsOf(analysis: Analysis, { held, processes }: ServiceParts, whole: boolean): Holding[] {
  const { ledger, classes } = analysis;
  const idle = idleTimes(ledger, whole ? processes : processes.filter(isAtRisk));
  const weight = ({ of, account }: Held): number =>
    (classes.standingOf(of.id) === null ? 0 : 1e9) + account.open;
  return held
    .toSorted((a, b) => weight(b) - weight(a))
    .map(({ of, account }, place) => ({
      subject: namedSubject(ledger, of),
      open: account.open,
      objects: account.objects,
      rates: holdingRates(account, ledger.now, ledger.startedAt ?? ledger.now, RATE_WINDOW),
      ages: ageLadder(account, ledger.now),
      openedBeforeWatch: account.ofUnknownAge,
      survivors: survivorsOf(
        account,
        classes.evidenceOf(of.id),
        classes.learningOf(of.id),
        provingRung(rowFor(of)),
        ledger.now,
      ),
      standing: analysis.isIgnored(of.service) ? null : classes.standingOf(of.id),
      unusedSeconds: unusedOf(idle.get(of.id)),
      past: datedPast(idle.get(of.id), ledger, analysis.at),
      otherEnd: whole && place < OTHER_ENDS_TOLD ? (otherEndOf(ledger.census, of)?.service ?? null) : null,
    }));
}

function isAtRisk({ open, fact: { softLimit } }: Process): boolean {
  return open !== null && softLimit !== null && open >= AT_RISK * softLimit;
}

function unusedOf(times: IdleTimes | undefined): Holding["unusedSeconds"] {
  return times === undefined ? null : { least: times.least, most: times.most };
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
  return nearest === null ? null : runwayUntil(nearest.headroom, nearest.when);
}
