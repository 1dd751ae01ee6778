import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { AGED_RUNG, RUNGS } from "../ledger/rungs.ts";
import type { Level } from "../rules/accumulation.ts";
import type { Judged } from "./judged.ts";
import { processTold, programOf, startedSince } from "./process-told.ts";
import type { ClassView } from "./standing.ts";

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
    restarted: judged.standing !== null && isRestarted(ledger, whole, judged),
  };
}

/**
 * Something of the class is open, or the process that held them lives, or it has a successor: one that was started when
 * they went or later. Another process of the same name that was there all the time has nothing to do with it.
 */
function lives(ledger: Ledger, account: Account, { of, told, leaker }: Judged): boolean {
  if (leaker !== null) return leaker.endedAt === null;
  if (account.open > 0) return true;
  if (told !== null && processTold(ledger, told) !== null) return true;
  return startedSince(ledger, of.service, account.changedAt).length > 0;
}

/** The process that was told is gone, and another of its program was started when something went, or later. */
function isRestarted(
  ledger: Ledger,
  { changedAt }: Account,
  { of, told, program, standing }: Judged,
): boolean {
  if (told === null || processTold(ledger, told) !== null) return false;
  const lastTick = ledger.now - ledger.elapsed;
  const goneAt = Math.min(changedAt, standing?.goneAt ?? changedAt, lastTick);
  return startedSince(ledger, of.service, goneAt).some(
    (process) => program === null || programOf(process) === program,
  );
}
