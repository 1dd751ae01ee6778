import { type Process, startedAt } from "../census/processes.ts";
import type { DescriptorClass } from "../census/classes.ts";
import type { LoadChange } from "../indicators/load.ts";
import type { Deviation } from "../indicators/shape.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Standing, VerdictEvent } from "../model/events.ts";
import { summarize, summarizeWithdrawn } from "../rules/advice/advice.ts";
import type { Case } from "../rules/case.ts";
import { holdersOf, namedSubject } from "./case.ts";
import { alsoRising, caseOf, type Bonds, type ClassFrame } from "./class-case.ts";
import { eventHead, verdictBody, type Moment, type Telling } from "./event-head.ts";
import { fingerprintOf, hashOf } from "./fingerprint.ts";
import type { Leaker } from "./leaker.ts";
import { otherEndOf } from "./other-ends.ts";
import { dateOf } from "./process-case.ts";
import { answersFor, startedSince } from "./process-told.ts";
import { withdrawn } from "./withdrawn.ts";

/** Less of the other ends on this host than this is not worth a name. */
const WORTH_NAMING = 0.1;

export interface VerdictFrame extends ClassFrame {
  readonly standing: Standing;
  readonly reason: string | null;
  /** Seconds since boot. */
  readonly raisedAt: number;
  readonly bonds: Bonds;
  readonly habits: Habits;
  readonly leaker: Leaker | null;
  /** What the process runs that was told last; null: not known. */
  readonly program: string | null;
}

/** What is known of the service at that: how its load went since the rise began, in seconds since boot, and its shape. */
export interface Habits {
  readonly load: LoadChange | null;
  readonly deviation: Deviation | null;
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
