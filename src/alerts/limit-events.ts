import type { DescriptorClass } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import { rates } from "../indicators/rates.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ForecastEvent, VerdictEvent } from "../model/events.ts";
import type { Case } from "../rules/case.ts";
import { summarize, summarizeForecast } from "../rules/advice/advice.ts";
import { namedSubject } from "./case.ts";
import { caseOf } from "./class-case.ts";
import { eventHead, rounded, verdictBody, type Moment, type Telling } from "./event-head.ts";
import { accountCase, processCase } from "./process-case.ts";
import { fingerprintOf, hashOf } from "./fingerprint.ts";
import { datedPast, idleTimes } from "./idle.ts";
import { fillingSubject, sightOf, type Filling } from "./partial-events.ts";

/** A forecast tells the rate of the last minutes. */
const RATE_WINDOW = 120;

/** A process at, or running towards, its limit, and what it holds most of. */
export interface LimitFrame {
  readonly process: Process;
  /** The class that fills it, or what likely does when it may not be listed. */
  readonly most: DescriptorClass | Filling;
  /** All that it has open. */
  readonly account: Account | undefined;
  /** Of the leak that fills it; null: a story of its own. */
  readonly story: string | null;
}

export function atLimitEvent(ledger: Ledger, frame: LimitFrame, moment: Moment): VerdictEvent {
  const told = limitCase(ledger, frame, moment);
  return {
    ...verdictBody(told),
    ...eventHead(ledger, told, telling(ledger, frame, moment, "at-limit")),
    summary: summarize(told, false),
    alsoAffected: [],
  };
}

export function forecastEvent(ledger: Ledger, frame: LimitFrame, moment: Moment): ForecastEvent {
  const { now, startedAt } = ledger;
  const totals = rates(frame.account, now, startedAt ?? now, RATE_WINDOW);
  const told: Case = { ...limitCase(ledger, frame, moment), rates: totals };
  return {
    type: "forecast",
    ...eventHead(ledger, told, telling(ledger, frame, moment, "forecast")),
    netPerMinute: rounded(totals.netPerMinute),
    summary: summarizeForecast(told),
  };
}

function limitCase(ledger: Ledger, { process, most, account }: LimitFrame, moment: Moment): Case {
  if ("traits" in most) {
    return {
      ...processCase(ledger, process, account, moment),
      ...accountCase(ledger, account, null, moment),
      rule: "at-limit",
      subject: fillingSubject(ledger, most),
      subjectOpen: most.count,
      partial: sightOf(most),
    };
  }
  const frame = { of: most, evidence: undefined, learning: null, since: null, rule: "at-limit" } as const;
  const told = caseOf(ledger, {
    frame,
    worst: process,
    subject: namedSubject(ledger, most),
    moment,
    otherEnd: null,
    bonds: null,
  });
  return { ...told, past: datedPast(idleTimes(ledger, [process]).get(most.id), ledger, moment.at) };
}

/** Told once, when it is raised; of a process that may not be listed as no more than a suspicion. */
function telling(
  ledger: Ledger,
  { process, story, most }: LimitFrame,
  moment: Moment,
  what: "at-limit" | "forecast",
): Telling {
  const fingerprint = fingerprintOf(process.service, what, null);
  const id = hashOf([moment.host, fingerprint, ledger.now]);
  return {
    worst: process,
    processes: [process],
    moment,
    fingerprint,
    id,
    story: story ?? id,
    standing: "traits" in most ? "suspect" : "confirmed",
    reason: null,
  };
}
