import type { Process } from "../census/processes.ts";
import { growthOf, type Grown } from "../indicators/runway.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ForecastEvent, Runway, Standing, Subject, VerdictEvent } from "../model/events.ts";
import type { RuleName } from "../model/kinds.ts";
import type { Rates } from "../model/snapshot.ts";
import { summarize, summarizeForecast } from "../rules/advice/advice.ts";
import type { Case, SharedLimit } from "../rules/case.ts";
import { endOf } from "./case.ts";
import { eventHead, rounded, runwayUntil, verdictBody, type Moment } from "./event-head.ts";
import { processCase } from "./process-case.ts";
import { hashOf } from "./fingerprint.ts";

/** Its rate is told over the last minutes. */
const RATE_WINDOW = 120;
const SHORTEST_WINDOW = 30;

/** A limit that several processes share, how it fills, and who fills it above all. */
export interface SharedFrame {
  readonly rule: Extract<RuleName, "inotify-exhaustion" | "host-file-limit">;
  readonly shared: SharedLimit;
  readonly resource: Runway["resource"];
  /** What is used of it, over time. */
  readonly use: Grown;
  readonly worst: Process;
  /** All that the worst has open. */
  readonly account: Account | undefined;
  readonly subject: Subject;
  readonly subjectOpen: number;
  readonly standing: Standing;
  /** Seconds since boot; null: not known. */
  readonly since: number | null;
  readonly raisedAt: number;
  /** Of the leak that fills it; null: its own. */
  readonly story: string | null;
}

export function sharedLimitEvent(
  ledger: Ledger,
  frame: SharedFrame,
  moment: Moment,
  lastTold: VerdictEvent | null,
): VerdictEvent {
  const told = sharedCase(ledger, frame, moment);
  const head = headOf(ledger, frame, told, moment, frame.rule, lastTold);
  return {
    ...verdictBody(told),
    ...head,
    summary: summarize(told, frame.standing === "suspect"),
    alsoAffected: [],
  };
}

/** Of the host's open files alone: the limits of a user have verdicts. */
export function sharedForecastEvent(ledger: Ledger, frame: SharedFrame, moment: Moment): ForecastEvent {
  const told = sharedCase(ledger, frame, moment);
  return {
    type: "forecast",
    ...headOf(ledger, frame, told, moment, "host-forecast", null),
    netPerMinute: rounded(told.rates.netPerMinute),
    summary: summarizeForecast(told),
  };
}

function headOf(
  ledger: Ledger,
  { worst, standing, raisedAt, story, shared, resource }: SharedFrame,
  told: Case,
  moment: Moment,
  what: string,
  lastTold: VerdictEvent | null,
) {
  // The host has one limit, a user one of each: who fills it may change while it stands.
  const fingerprint = lastTold?.fingerprint ?? hashOf([what, shared.of, shared.uid]);
  const id = lastTold?.id ?? hashOf([moment.host, fingerprint, raisedAt]);
  return {
    ...eventHead(ledger, told, {
      worst,
      processes: [worst],
      moment,
      fingerprint,
      id,
      story: story ?? lastTold?.story ?? id,
      standing,
      reason: null,
    }),
    runway: runwayUntil(headroomOf(shared), told.exhaustedAt, resource),
  };
}

function sharedCase(ledger: Ledger, frame: SharedFrame, moment: Moment): Case {
  const { rule, shared, worst, account, subject, subjectOpen, use, since } = frame;
  // What is used up already has no end to come.
  const growth = headroomOf(shared) === 0 ? null : growthOf(use, ledger.now);
  return {
    ...processCase(ledger, worst, account, moment),
    rule,
    subject,
    subjectOpen,
    rates: ratesOf(use, ledger.now),
    since: since === null ? null : Math.round(moment.at - (ledger.now - since) * 1000),
    exhaustedAt: growth === null ? null : endOf(headroomOf(shared), growth, moment.at),
    shared,
  };
}

function headroomOf({ used, most }: SharedLimit): number {
  return Math.max(0, most - used);
}

/** Only what is kept can be told: nobody sees what is opened and closed between two counts. */
function ratesOf({ history, aged }: Grown, now: number): Rates {
  const from = history.before(now - RATE_WINDOW);
  const windowSeconds = from === null ? 0 : now - from.at;
  const net =
    from === null || windowSeconds < SHORTEST_WINDOW ? null : ((aged - from.aged) * 60) / windowSeconds;
  return { windowSeconds, bornPerMinute: null, diedPerMinute: null, netPerMinute: net };
}
