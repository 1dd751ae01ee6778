import { UNLIMITED } from "../model/facts.ts";
import type { DescriptorClass } from "../census/classes.ts";
import { type Process, startedAt } from "../census/processes.ts";
import type { Accumulation } from "../indicators/accumulation.ts";
import { rates, ratesOfRise } from "../indicators/rates.ts";
import type { Learning } from "../indicators/learning.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Runway, Standing, Subject, VerdictEvent } from "../model/events.ts";
import type { RuleName } from "../model/kinds.ts";
import type { LoadChange } from "../indicators/load.ts";
import type { Deviation } from "../indicators/shape.ts";
import { provingRung } from "../rules/accumulation.ts";
import { actionsFor, evidenceFor, summarize, summarizeWithdrawn } from "../rules/advice/advice.ts";
import type { Case, Companion, Invocation } from "../rules/case.ts";
import { rowFor } from "../rules/rows.ts";
import { exhaustionOf, headroomOf, holdersOf, namedSubject, survivorsOf } from "./case.ts";
import { fingerprintOf, hashOf } from "./fingerprint.ts";
import type { Member } from "./bundles.ts";
import type { Leaker } from "./leaker.ts";
import { otherEndOf } from "./other-ends.ts";
import { answersFor, startedSince } from "./process-told.ts";
import { withdrawn } from "./withdrawn.ts";

/** The clock of the tick that an event is told at, and where. */
export interface Moment {
  /** Unix milliseconds. */
  readonly at: number;
  readonly host: string;
  readonly invocation: Invocation;
}

const PROCESSES_TOLD = 10;
/** Less of the other ends on this host than this is not worth a name. */
const WORTH_NAMING = 0.1;

export interface VerdictFrame {
  readonly of: DescriptorClass;
  readonly evidence: Accumulation | undefined;
  /** What is normal for the class; null: nothing was learned. */
  readonly learning: Learning | null;
  readonly standing: Standing;
  readonly reason: string | null;
  /** Seconds since boot. */
  readonly since: number | null;
  readonly raisedAt: number;
  readonly rule: RuleName;
  readonly bonds: Bonds;
  readonly habits: Habits;
  /** The one process of several whose leak it is; null: that of all, or it is not known whose. */
  readonly leaker: Leaker | null;
  /** What the process runs that was told last; null: not known. */
  readonly program: string | null;
}

/** What is known of the service at that: how its load went since the rise began, in seconds since boot, and its shape. */
export interface Habits {
  readonly load: LoadChange | null;
  readonly deviation: Deviation | null;
}

/** What a verdict has in common with others. */
export interface Bonds {
  /** Of the verdict that leads; null: its own. */
  readonly story: string | null;
  /** What it follows; null when it leads or stands alone. */
  readonly leader: Member | null;
  /** All others that rise with it. */
  readonly members: readonly Member[];
}

/** The event for a class; null when no process of it is left to name and nothing was told of it before. */
export function verdictEvent(
  ledger: Ledger,
  frame: VerdictFrame,
  moment: Moment,
  lastTold: VerdictEvent | null,
): VerdictEvent | null {
  const { of, standing, reason, rule, bonds, leaker } = frame;
  // Others of its service that hold the same are innocent.
  if (leaker !== null && leaker.endedAt !== null && lastTold !== null)
    return toldBefore(ledger, of, lastTold, { standing, reason, moment });
  const holders = holdersOf(ledger, of).toSorted(
    (a, b) => Number(b.process === leaker?.process) - Number(a.process === leaker?.process),
  );
  const worst = leaker?.process ?? holders[0]?.process ?? withoutHolders(ledger, frame, lastTold);
  if (worst === null)
    return lastTold === null ? null : toldBefore(ledger, of, lastTold, { standing, reason, moment });
  const subject = namedSubject(ledger, of);
  const otherEnd = otherEndOf(ledger.census, of);
  const named =
    otherEnd !== null && otherEnd.share >= WORTH_NAMING && otherEnd.service !== of.service
      ? otherEnd.service
      : null;
  const { load, deviation } = frame.habits;
  const told: Case = {
    ...caseOf(ledger, { frame, worst, subject, moment, otherEnd: named, bonds }),
    load: load === null ? null : { ...load, since: dateOf(ledger, load.since, moment) },
    deviation,
    among: leaker?.among ?? null,
    replacedSeconds: leaker === null ? replacedAfter(ledger, of.service, worst) : null,
  };
  const fingerprint = lastTold?.fingerprint ?? fingerprintOf(of.service, rule, of.subject);
  const id = lastTold?.id ?? hashOf([moment.host, fingerprint, frame.raisedAt]);
  const processes = [...new Set([worst, ...holders.map(({ process }) => process)])];
  const story = bonds.story ?? id;
  return {
    ...verdictBody(told),
    ...eventHead(ledger, told, { worst, processes, moment, fingerprint, id, story, standing, reason }),
    alsoRising: alsoRising(ledger, bonds.members),
    summary:
      standing === "cleared" ? summarizeWithdrawn(told, reason) : summarize(told, standing === "suspect"),
    alsoAffected:
      named === null || subject.direction === "inbound" ? [] : [{ service: named, as: "other end" }],
  };
}

/** One that has lived so many times as long as others of its service do is none of those that are replaced. */
const OUTLIVES = 2;

/** How long the processes of the service live, this one among them; null: they are not replaced, or this one is not. */
function replacedAfter(ledger: Ledger, service: string, { fact }: Process): number | null {
  const lifetime = ledger.endings.lifetimeOf(service);
  return lifetime !== null && ledger.now - startedAt(fact) <= OUTLIVES * lifetime ? lifetime : null;
}

/** No process is left of which anything new could be told: what was told stands, without the figures of that time. */
function toldBefore(
  ledger: Ledger,
  of: DescriptorClass,
  told: VerdictEvent,
  { standing, reason, moment }: Pick<Telling, "standing" | "reason" | "moment">,
): VerdictEvent {
  if (standing === "cleared" && reason !== null) return withdrawn(told, moment, reason);
  const unknown = { bornPerMinute: null, diedPerMinute: null, netPerMinute: null, runway: null };
  const subjectOpen = ledger.ofClass(of.id)?.open ?? 0;
  return { ...told, ...unknown, subjectOpen, at: new Date(moment.at).toISOString(), standing, reason };
}

/** What only verdicts tell, from the case that they are made of. */
export function verdictBody(told: Case) {
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

/** What verdicts and forecasts have in common. */
export function eventHead(ledger: Ledger, told: Case, telling: Telling) {
  const { worst, processes, moment, fingerprint, id, story, standing, reason } = telling;
  const { pid, startTicks, name } = worst.fact;
  return {
    at: new Date(moment.at).toISOString(),
    host: moment.host,
    partial: told.partial !== null,
    id,
    fingerprint,
    standing,
    service: told.service,
    process: { pid, startTicks, command: name },
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

/** Whom to name when no process holds any of the class. What is told first then is of workers that are replaced. */
function withoutHolders(
  ledger: Ledger,
  { of, program }: VerdictFrame,
  told: VerdictEvent | null,
): Process | null {
  if (told !== null) {
    const goneAt = ledger.ofClass(of.id)?.changedAt ?? ledger.now;
    return answersFor(ledger, of.service, { told, program }, goneAt);
  }
  let youngest: Process | null = null;
  for (const process of startedSince(ledger, of.service, Number.NEGATIVE_INFINITY))
    if (youngest === null || process.fact.startTicks > youngest.fact.startTicks) youngest = process;
  return youngest;
}

export interface CaseParts {
  readonly frame: Pick<VerdictFrame, "of" | "evidence" | "learning" | "since" | "rule"> &
    Partial<Pick<VerdictFrame, "leaker">>;
  readonly worst: Process;
  readonly subject: Subject;
  readonly moment: Moment;
  readonly otherEnd: string | null;
  readonly bonds: Bonds | null;
}

export function caseOf(ledger: Ledger, { frame, worst, subject, moment, otherEnd, bonds }: CaseParts): Case {
  const { of, learning, rule, since, leaker = null } = frame;
  const all = ledger.ofClass(of.id);
  const account = leaker?.account ?? all;
  const evidence = leaker?.evidence ?? frame.evidence;
  return {
    ...processCase(ledger, worst, ledger.ofProcess(worst), moment),
    ...accountCase(ledger, account, since, moment),
    rule,
    service: of.service,
    subject,
    inside: of.group === "inside",
    subjectOpen: all?.open ?? 0,
    survivors:
      account === undefined
        ? null
        : survivorsOf(account, evidence, learning, provingRung(rowFor(of)), ledger.now),
    otherEnd,
    companions: companionsOf(ledger, bonds?.members ?? []),
    leader: companionsOf(ledger, bonds?.leader == null ? [] : [bonds.leader])[0] ?? null,
  };
}

/** Unix milliseconds of a time in seconds since boot. */
function dateOf(ledger: Ledger, seconds: number, { at }: Moment): number {
  return Math.round(at - (ledger.now - seconds) * 1000);
}

/** How fast it goes and since when; `since` in seconds since boot. */
export function accountCase(
  ledger: Ledger,
  account: Account | undefined,
  since: number | null,
  moment: Moment,
): Pick<Case, "rates" | "since"> {
  return {
    rates: ratesOfRise(account, ledger.now, ledger.startedAt ?? ledger.now, since),
    since: since === null ? null : dateOf(ledger, since, moment),
  };
}

/** What is known of the process whatever the case is about; `account` is of all that it has open. */
export function processCase(
  ledger: Ledger,
  process: Process,
  account: Account | undefined,
  moment: Moment,
): Omit<Case, "rule" | "subject" | "subjectOpen" | "rates" | "since"> {
  return {
    at: moment.at,
    service: process.service,
    ...processTraits(ledger, process),
    inside: false,
    survivors: null,
    exhaustedAt: exhaustionOf(ledger, process, moment.at, account),
    load: null,
    deviation: null,
    among: null,
    replacedSeconds: null,
    timeWait: timeWaitOf(ledger),
    otherNetwork: isElsewhere(ledger, process.fact.netns),
    otherEnd: null,
    companions: [],
    leader: null,
    shared: null,
    past: null,
    pool: null,
    partial: null,
    invocation: moment.invocation,
  };
}

/** Rates of what rises together are counted over the same window. */
const COMPANY_WINDOW = 60;

/** Without a rate there is nothing to say of them yet. */
function companionsOf(ledger: Ledger, members: readonly Member[]): Companion[] {
  return members.flatMap(({ of, each }) => {
    const account = ledger.accountOf(of);
    if (account === undefined) return [];
    const { netPerMinute } = rates(account, ledger.now, ledger.startedAt ?? ledger.now, COMPANY_WINDOW);
    return netPerMinute === null ? [] : [{ subject: namedSubject(ledger, of), each, netPerMinute }];
  });
}

function alsoRising(ledger: Ledger, members: readonly Member[]): VerdictEvent["alsoRising"] {
  return companionsOf(ledger, members).map(({ subject: { kind }, netPerMinute }) => ({
    kind,
    netPerMinute: Math.round(netPerMinute * 10) / 10,
  }));
}

function processTraits(
  ledger: Ledger,
  process: Process,
): Pick<Case, "pid" | "command" | "open" | "limit" | "hardLimit" | "headroom"> {
  const { fact } = process;
  return {
    pid: fact.pid,
    command: [fact.name, ...fact.command].join(" "),
    open: openOf(ledger, process),
    limit: fact.softLimit,
    hardLimit: fact.hardLimit,
    headroom: headroomOf(ledger, process),
  };
}

function openOf(ledger: Ledger, process: Process): number {
  return process.open ?? ledger.ofProcess(process)?.open ?? 0;
}

/** An unlimited process has no limit to speak of. */
function finite(limit: number | null): number | null {
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

/** Whether a network namespace is known, and is not that of most processes. */
export function isElsewhere({ census }: Ledger, netns: number | null): boolean {
  if (netns === null) return false;
  const members = new Map<number, number>();
  for (const { fact } of census.processes.all())
    if (fact.netns !== null) members.set(fact.netns, (members.get(fact.netns) ?? 0) + 1);
  const own = members.get(netns) ?? 0;
  return [...members.values()].some((others) => others > own);
}

/** TIME_WAIT rows of all namespaces read; null before any table was. */
export function timeWaitOf({ census }: Ledger): number | null {
  if (census.namespaces.size === 0) return null;
  let sum = 0;
  for (const { count } of census.timeWait.values()) sum += count;
  return sum;
}

export function rounded(rate: number | null): number | null {
  return rate === null ? null : Math.round(rate * 10) / 10;
}
