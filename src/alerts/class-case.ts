import type { DescriptorClass } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import type { Accumulation } from "../indicators/accumulation.ts";
import { rates } from "../indicators/rates.ts";
import type { Learning } from "../indicators/learning.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Subject, VerdictEvent } from "../model/events.ts";
import type { RuleName } from "../model/kinds.ts";
import { provingRung } from "../rules/accumulation.ts";
import type { Case, Companion } from "../rules/case.ts";
import { rowFor } from "../rules/rows.ts";
import { namedSubject, survivorsOf } from "./case.ts";
import type { Member } from "./bundles.ts";
import type { Moment } from "./event-head.ts";
import type { Leaker } from "./leaker.ts";
import { accountCase, processCase } from "./process-case.ts";

/** A class, and what is known of it. */
export interface ClassFrame {
  readonly of: DescriptorClass;
  readonly evidence: Accumulation | undefined;
  /** What is normal for the class; null: nothing was learned. */
  readonly learning: Learning | null;
  /** Seconds since boot. */
  readonly since: number | null;
  readonly rule: RuleName;
  /** The one process of several whose leak it is; null: that of all, or it is not known whose. */
  readonly leaker?: Leaker | null;
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

export interface CaseParts {
  readonly frame: ClassFrame;
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
    sharesPassed: sharesPassed(ledger, subject, since),
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

function sharesPassed(
  { census, now }: Ledger,
  { kind, direction, peer }: Subject,
  since: number | null,
): boolean {
  if (kind !== "tcp" || direction === null || peer === null) return false;
  return census.passing.isAmbiguous(direction, peer, since ?? now - COMPANY_WINDOW);
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

/** The members of a story that can be told of already, by kind and rate. */
export function alsoRising(ledger: Ledger, members: readonly Member[]): VerdictEvent["alsoRising"] {
  return companionsOf(ledger, members).map(({ subject: { kind }, netPerMinute }) => ({
    kind,
    netPerMinute: Math.round(netPerMinute * 10) / 10,
  }));
}
