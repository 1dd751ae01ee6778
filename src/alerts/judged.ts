import type { DescriptorClass } from "../census/classes.ts";
import { Accumulation } from "../indicators/accumulation.ts";
import type { Lives } from "../indicators/lives.ts";
import type { VerdictEvent } from "../model/events.ts";
import type { Learning } from "../indicators/learning.ts";
import { rowFor, type AccumulationRow } from "../rules/rows.ts";
import type { Member } from "./bundles.ts";
import type { Leaker } from "./leaker.ts";
import type { ClassStanding } from "./standing.ts";

/** What is known of a class that is weighed, carried from tick to tick. Times in seconds since boot. */
export interface Judged {
  readonly of: DescriptorClass;
  evidence: Accumulation;
  readonly row: AccumulationRow;
  /** What is normal for it; null where that would mean nothing. */
  learning: Learning | null;
  /** What the ends of its processes say; null: none ended with something of it open. */
  lives: Lives | null;
  standing: ClassStanding | null;
  told: VerdictEvent | null;
  /** The command of the process that was told, without what a deploy changes; null: not known. */
  program: string | null;
  /** When it was last found to be the other end of a leak on this host, and whose; null: it is not. */
  affectedBy: { readonly service: string; readonly at: number } | null;
  /** When it was last looked whether it is the other end of one, in vain. */
  unaffectedAt: number;
  /** What rises with it, itself included, the one that leads in front; as it was found last, and when. */
  bundle: readonly Member[];
  bundledAt: number;
  /** Since when it waits for what leads it to be told; null: it does not wait. */
  waitsSince: number | null;
  /** What follows it has reached this level, and when: what is opened together is evidence for one another. */
  lent: { readonly level: "suspect" | "confirmed"; readonly at: number } | null;
  /** The only process of several whose leak it is; null: it is that of all of them, or of nobody yet. */
  leaker: Leaker | null;
  /** The story that it took over from the class that it came from by a change of state. */
  story: string | null;
}

export function beginJudging(of: DescriptorClass, learning: Learning | null, isAnew: boolean): Judged {
  return {
    of,
    evidence: new Accumulation(of.id, isAnew),
    row: rowFor(of),
    learning,
    lives: null,
    standing: null,
    told: null,
    program: null,
    affectedBy: null,
    unaffectedAt: Number.NEGATIVE_INFINITY,
    bundle: [],
    bundledAt: Number.NEGATIVE_INFINITY,
    waitsSince: null,
    lent: null,
    leaker: null,
    story: null,
  };
}
