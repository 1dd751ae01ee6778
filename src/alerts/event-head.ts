import { UNLIMITED } from "../model/facts.ts";
import type { Process } from "../census/processes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { NamedProcess, Runway, Standing } from "../model/events.ts";
import { actionsFor, evidenceFor } from "../rules/advice/advice.ts";
import type { Case, Invocation } from "../rules/case.ts";
import { openOf } from "./case.ts";

/** The clock of the tick that an event is told at, and where. */
export interface Moment {
  /** Unix milliseconds. */
  readonly at: number;
  readonly host: string;
  readonly invocation: Invocation;
}

const PROCESSES_TOLD = 10;

/** What only verdicts tell, from the case that they are made of. */
export function verdictBody(
  told: Pick<Case, "rule" | "subject" | "subjectOpen" | "rates" | "since" | "survivors" | "past" | "pool">,
) {
  return {
    type: "verdict",
    rule: told.rule,
    subject: told.subject,
    subjectOpen: told.subjectOpen,
    bornPerMinute: rounded(told.rates.bornPerMinute),
    diedPerMinute: rounded(told.rates.diedPerMinute),
    netPerMinute: rounded(told.rates.netPerMinute),
    since: told.since === null ? null : new Date(told.since).toISOString(),
    survivors: told.survivors,
    alsoRising: [],
    past: told.past,
    pool: told.pool,
  } as const;
}

export interface Telling {
  readonly worst: Process;
  /** Those of the service that it concerns, the worst first. */
  readonly processes: readonly Process[];
  readonly moment: Moment;
  readonly fingerprint: string;
  readonly id: string;
  readonly story: string;
  readonly standing: Standing;
  readonly reason: string | null;
}

/** When and where an event is told, and which it is. */
export function eventIdentity(
  { partial }: Pick<Case, "partial">,
  { moment, id, fingerprint, standing }: Pick<Telling, "moment" | "id" | "fingerprint" | "standing">,
) {
  return {
    at: new Date(moment.at).toISOString(),
    host: moment.host,
    partial: partial !== null,
    id,
    fingerprint,
    standing,
  };
}

/** What verdicts and forecasts have in common. */
export function eventHead(ledger: Ledger, told: Case, telling: Telling) {
  const { worst, processes, story, reason } = telling;
  return {
    ...eventIdentity(told, telling),
    service: told.service,
    process: named(worst),
    open: told.open,
    limit: finite(told.limit),
    processes: processes
      .slice(0, PROCESSES_TOLD)
      .map((process) => ({ pid: process.fact.pid, open: openOf(ledger, process) })),
    runway: runwayOf(told),
    evidence: evidenceFor(told),
    actions: actionsFor(told),
    story,
    reason,
  };
}

/** The process as events name it. */
export function named({ fact: { pid, startTicks, name } }: Process): NamedProcess {
  return { pid, startTicks, command: name };
}

/** An unlimited process has no limit to speak of. */
export function finite(limit: number | null): number | null {
  return limit === UNLIMITED ? null : limit;
}

function runwayOf({ headroom, exhaustedAt, limit }: Case): Runway | null {
  if (headroom === null || limit === null || limit === UNLIMITED) return null;
  return runwayUntil(headroom, exhaustedAt);
}

/** The end in the form of events and snapshots, from Unix milliseconds. */
export function runwayUntil(
  headroom: number,
  exhaustedAt: Case["exhaustedAt"],
  resource: Runway["resource"] = "nofile",
): Runway {
  if (exhaustedAt === null) return { resource, headroom, exhaustedAt: null };
  const iso = (at: number): string => new Date(at).toISOString();
  const { p05, p50, p95 } = exhaustedAt;
  return { resource, headroom, exhaustedAt: { p05: iso(p05), p50: iso(p50), p95: iso(p95) } };
}

export function rounded(rate: number | null): number | null {
  return rate === null ? null : Math.round(rate * 10) / 10;
}
