import type { Kept } from "../../agent/exec/kept.ts";
import type { RunOutcome } from "../../agent/exec/run.ts";
import { type Allowance, allowedOf } from "./allow.ts";

/** One process and subject, and whether what it kept is allowed. */
export interface Case extends Kept {
  readonly allowed: number;
  readonly leak: boolean;
}

export interface Verdict {
  /** Leaks first, then by how many were kept. */
  readonly cases: readonly Case[];
  readonly leaks: readonly Case[];
  readonly outcome: RunOutcome;
}

export function judgeRun(outcome: RunOutcome, allowances: readonly Allowance[]): Verdict {
  const cases = outcome.kept
    .map((kept): Case => {
      const allowed = allowedOf(kept.subject, allowances);
      return { ...kept, allowed, leak: kept.kept > allowed };
    })
    .toSorted((a, b) => Number(b.leak) - Number(a.leak) || b.kept - a.kept);
  return { cases, leaks: cases.filter(({ leak }) => leak), outcome };
}
