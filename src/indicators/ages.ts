import type { Account } from "../ledger/account.ts";
import { RUNGS } from "../ledger/rungs.ts";
import type { AgeRung } from "../model/snapshot.ts";

/**
 * How old the open ones are: under 20 s, 20 to 40 s and so on, without the rungs that hold none. Those of unknown age are
 * not in here.
 */
export function ageLadder(account: Account, now: number): AgeRung[] {
  const ladder: AgeRung[] = [];
  let younger = account.cohorts.size;
  for (let at = 0; at <= RUNGS.length && younger > 0; at++) {
    const toSeconds = RUNGS[at] ?? null;
    const older = toSeconds === null ? 0 : account.cohorts.olderThan(toSeconds, now);
    const open = younger - older;
    if (open > 0) ladder.push({ fromSeconds: at === 0 ? 0 : (RUNGS[at - 1] as number), toSeconds, open });
    younger = older;
  }
  return ladder;
}
