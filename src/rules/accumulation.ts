import type { Accumulation, Speaking } from "../indicators/accumulation.ts";
import { RUNGS } from "../ledger/rungs.ts";
import type { AccumulationRow } from "./rows.ts";

/** ln(2000 classes / 0.05): the level that bounds how often a healthy host of that size is accused by chance. */
export const CONFIRMED_SCORE = 10.6;
/** Evidence at one age alone; 22 even openings that stay. */
export const SUSPECT_EVIDENCE = 10;
/** Evidence of lives of processes that is a suspicion: five of eight that leak. */
const SUSPECT_OF_LIVES = 6;
/** Below this a suspicion is withdrawn. */
export const WITHDRAWN_EVIDENCE = 3;

const FIRST_RUNG = RUNGS.indexOf(40);
const FIRST_PROOF_RUNG = RUNGS.indexOf(20);

export type Level = "healthy" | "insufficient" | "suspect" | "confirmed";

/**
 * What the accumulation of one class says now, by itself: what was said before is for alerts/ to remember. Where it is
 * that of one process `amongst` several which are judged alike, chance has so many more tries.
 */
export function judgeAccumulation(row: AccumulationRow, evidence: Accumulation, amongst = 1): Level {
  const youngest = row.youngest === undefined ? 0 : RUNGS.indexOf(row.youngest);
  if (!evidence.reaches(WITHDRAWN_EVIDENCE, youngest)) return "healthy";
  // A leak that was suspected before it was learned what is normal is not withdrawn for that.
  const tries = Math.log(amongst);
  if (!evidence.isSuspicious(SUSPECT_EVIDENCE + tries, youngest)) return "insufficient";
  return evidence.score(speakingOf(row, youngest)) >= CONFIRMED_SCORE + tries ? "confirmed" : "suspect";
}

/** What the ends of its processes say of a class (see Lives). */
export function judgeLives({ most }: AccumulationRow, evidence: number): Level {
  if (evidence >= CONFIRMED_SCORE && most === "confirmed") return "confirmed";
  if (evidence >= SUSPECT_OF_LIVES) return "suspect";
  return evidence >= WITHDRAWN_EVIDENCE ? "insufficient" : "healthy";
}

function speakingOf({ stateIsProof, most, mostLearned }: AccumulationRow, youngest: number): Speaking {
  const first = Math.max(youngest, stateIsProof ? FIRST_PROOF_RUNG : FIRST_RUNG);
  if (most === "confirmed")
    return { first, firstLearned: Math.max(youngest, FIRST_PROOF_RUNG), fewStayed: false };
  const firstLearned = mostLearned === "confirmed" ? first : RUNGS.length;
  return { first: RUNGS.length, firstLearned, fewStayed: true };
}

/** The age, by its place in RUNGS, at which survivors are counted for people: the one that the proof rests on. */
export function provingRung(row: AccumulationRow): number {
  return (row.stateIsProof ? FIRST_PROOF_RUNG : FIRST_RUNG) + 1;
}
