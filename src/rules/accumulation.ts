import type { Accumulation, Speaking } from "../indicators/accumulation.ts";
import { RUNGS } from "../ledger/rungs.ts";
import type { AccumulationRow } from "./rows.ts";

/** ln(2000 classes / 0.05): the level that bounds how often a healthy host of that size is accused by chance. */
export const CONFIRMED_SCORE = 10.6;
/** Evidence at one age alone; 22 even openings that stay. */
export const SUSPECT_EVIDENCE = 10;
/** Below this a suspicion is withdrawn. */
export const WITHDRAWN_EVIDENCE = 3;

const FIRST_RUNG = RUNGS.indexOf(40);
const FIRST_PROOF_RUNG = RUNGS.indexOf(20);

export type Level = "healthy" | "insufficient" | "suspect" | "confirmed";

/** What the accumulation of one class says now, by itself: what was said before is for alerts/ to remember. */
export function judgeAccumulation(row: AccumulationRow, evidence: Accumulation): Level {
  const youngest = row.youngest === undefined ? 0 : RUNGS.indexOf(row.youngest);
  if (!evidence.reaches(WITHDRAWN_EVIDENCE, youngest)) return "healthy";
  // A leak that was suspected before it was learned what is normal is not withdrawn for that.
  if (!evidence.isSuspicious(SUSPECT_EVIDENCE, youngest)) return "insufficient";
  return evidence.score(speakingOf(row, youngest)) >= CONFIRMED_SCORE ? "confirmed" : "suspect";
}

function speakingOf({ stateIsProof, most, mostLearned }: AccumulationRow, youngest: number): Speaking {
  const first = Math.max(youngest, stateIsProof ? FIRST_PROOF_RUNG : FIRST_RUNG);
  if (most === "confirmed") return { first, firstLearned: Math.max(youngest, FIRST_PROOF_RUNG) };
  return { first: RUNGS.length, firstLearned: mostLearned === "confirmed" ? first : RUNGS.length };
}

/** The age, by its place in RUNGS, at which survivors are counted for people: the one that the proof rests on. */
export function provingRung(row: AccumulationRow): number {
  return (row.stateIsProof ? FIRST_PROOF_RUNG : FIRST_RUNG) + 1;
}
