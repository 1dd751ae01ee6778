import { startedAt } from "../census/processes.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { AGED_RUNG, RUNGS } from "../ledger/rungs.ts";
import type { Level } from "../rules/accumulation.ts";
import type { Judged } from "./judged.ts";
import type { ClassView } from "./standing.ts";
import { SUCCESSOR_OVERLAP } from "./workers.ts";

/** What is seen of a class in this tick: of all that holds it, `whole`, or of the one process whose leak it is. */
export function viewOf(ledger: Ledger, whole: Account, judged: Judged, level: Level): ClassView {
  const { leaker } = judged;
  const account = leaker?.account ?? whole;
  const { risingSince } = leaker?.evidence ?? judged.evidence;
  const watched = judged.standing !== null || level === "suspect" || level === "confirmed";
  return {
    level,
    since: risingSince,
    open: account.open,
    old: watched
      ? account.cohorts.olderThan(RUNGS[AGED_RUNG] as number, ledger.now) + account.ofUnknownAge
      : 0,
    died: account.died,
    movedAway: account.movedAway,
    alive: judged.standing === null || lives(ledger, whole, judged),
  };
}

/**
 * Something of the class is open, or the process that held them lives, or it has a successor: one that was started when
 * they went or later. Another process of the same name that was there all the time has nothing to do with it.
 */
function lives({ census: { processes } }: Ledger, account: Account, { of, told, leaker }: Judged): boolean {
  if (leaker !== null) return leaker.endedAt === null;
  if (account.open > 0) return true;
  const last = told === null ? undefined : processes.byPid(told.process.pid);
  if (last !== undefined && last.fact.startTicks === told?.process.startTicks) return true;
  for (const process of processes.all()) {
    if (!process.judged || process.service !== of.service) continue;
    if (startedAt(process.fact) >= account.changedAt - SUCCESSOR_OVERLAP) return true;
  }
  return false;
}
