import type { ClassTraits } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Standing, Subject, VerdictEvent } from "../model/events.ts";
import { provingRung } from "../rules/accumulation.ts";
import { summarize, summarizeWithdrawn } from "../rules/advice/advice.ts";
import type { Case, PartialSight } from "../rules/case.ts";
import { rowFor } from "../rules/rows.ts";
import { productBehind, survivorsOf } from "./case.ts";
import type { Counted } from "./counted.ts";
import { eventHead, verdictBody, type Moment } from "./event-head.ts";
import { accountCase, processCase } from "./process-case.ts";
import { fingerprintOf, hashOf } from "./fingerprint.ts";

/** What likely fills a process that may not be listed: a group of sockets of its user, `count` of `unlisted` ones. */
export interface Filling {
  readonly traits: ClassTraits;
  /** 0: nothing that is known. */
  readonly count: number;
  readonly unlisted: number;
}

export interface PartialFrame {
  readonly process: Process;
  readonly filling: Filling;
  readonly counted: Counted;
  readonly standing: Standing;
  readonly reason: string | null;
  /** Seconds since boot. */
  readonly since: number | null;
  readonly raisedAt: number;
}

export function partialEvent(
  ledger: Ledger,
  frame: PartialFrame,
  moment: Moment,
  lastTold: VerdictEvent | null,
): VerdictEvent {
  const { process, filling, counted, standing, reason, since, raisedAt } = frame;
  const { account, evidence } = counted;
  const row = rowFor(filling.traits);
  const told: Case = {
    ...processCase(ledger, process, account, moment),
    ...accountCase(ledger, account, since, moment),
    rule: row.rule,
    subject: fillingSubject(ledger, filling),
    subjectOpen: filling.count === 0 ? account.open : filling.count,
    survivors: survivorsOf(account, evidence, null, provingRung(row), ledger.now),
    partial: sightOf(filling),
  };
  const fingerprint = fingerprintOf(process.service, row.rule, filling.traits.subject);
  const id = lastTold?.id ?? hashOf([moment.host, fingerprint, process.fact.pid, raisedAt]);
  return {
    ...verdictBody(told),
    ...eventHead(ledger, told, {
      worst: process,
      processes: [process],
      moment,
      fingerprint: lastTold?.fingerprint ?? fingerprint,
      id,
      story: id,
      standing,
      reason,
    }),
    summary: standing === "cleared" ? summarizeWithdrawn(told, reason) : summarize(told, true),
    alsoAffected: [],
  };
}

export function fillingSubject(ledger: Ledger, { traits: { subject } }: Filling): Subject {
  return subject.direction === "outbound" ? { ...subject, product: productBehind(ledger, subject) } : subject;
}

export function sightOf({ count, unlisted }: Filling): PartialSight {
  return { matching: count, unlisted };
}
