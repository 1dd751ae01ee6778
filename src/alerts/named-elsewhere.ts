import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Judged } from "./judged.ts";
import { otherEndOf } from "./other-ends.ts";

/** One peer that has this share of what all peers together gained is the one to name, not all of them. */
const DOMINATES = 0.6;
/** From this share on the inbound connections of a class are somebody else's leak. */
const OPENED_HERE = 0.5;
/** How long an answer about the other end holds, in seconds: until it is looked up again, and on screens. */
const OTHER_END_HOLDS = 10;
/** What stands and was found to be nobody's other end is asked about again after this: all rows of the host are gone through. */
const OWN_DOING_HOLDS = 60;
export const AFFECTED_HOLDS = 2 * OTHER_END_HOLDS;

/** Both ends on one host are one story, on the one that opens: a database is not to blame for its client's leak. */
export function isOtherEnd(ledger: Ledger, judged: Judged): boolean {
  const { now, census } = ledger;
  if (judged.affectedBy !== null && now - judged.affectedBy.at < OTHER_END_HOLDS) return true;
  if (judged.standing !== null && judged.affectedBy === null && now - judged.otherEndAt < OWN_DOING_HOLDS)
    return false;
  judged.otherEndAt = now;
  const end = otherEndOf(census, judged.of);
  // An opener that the user did not ask about is named with the verdict, since nobody else would name it.
  if (end?.judged === false) judged.affectedBy = null;
  else if (end !== null && end.share >= OPENED_HERE) judged.affectedBy = { service: end.service, at: now };
  // An opener that has just ended leaves its connections to be closed here: they go on to be its doing.
  else if (judged.affectedBy !== null) judged.affectedBy = { ...judged.affectedBy, at: now };
  return judged.affectedBy !== null;
}

/** A wide class leaves the word to the narrow one that gained most of what it gained since its rise began. */
export function hasDominantPart(ledger: Ledger, { of, evidence }: Judged): boolean {
  const since = evidence.risingSince ?? ledger.now;
  const gained = gainedSince(ledger.ofClass(of.id), since);
  for (const part of ledger.classes()) {
    if (part.of.parent?.id === of.id && gainedSince(part.account, since) >= DOMINATES * gained) return true;
  }
  return false;
}

/** Net growth of a class since then. */
function gainedSince(account: Account | undefined, since: number): number {
  if (account === undefined) return 0;
  const then = account.history.before(since);
  return account.born - account.died - (then === null || then.at > since ? 0 : then.born - then.died);
}
